"""A reader searches a text once: what it knows again is what it has read, to the last character, and nothing else."""

import polars as pl
import pyarrow.parquet as pq
import pytest

from redaction.release import GateSettings, TextReader, read_ahead, run_gates
from redaction.release.gates import known_values, reading
from tests.release.gates.test_audit import PROFILES, evidence, failed, staged, with_text
from tests.release.making import corpus_rows

CLEAN, FOUND = "Text about timetables [PERSON_1]", "Text by Zoe Quimby Tarr"


def texts(*told: str) -> pl.DataFrame:
    ids = [f"r{n}" for n in range(len(told))]
    return pl.DataFrame({"record_id": ids, "field": ["text"] * len(told), "text": list(told)})


def knowing(*told: str) -> TextReader:
    return TextReader.of(PROFILES).read_ahead([("file", texts(*told))])[0]


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are searched from now on."""
    seen: list[str] = []
    glance = known_values.may_hold

    def noted(texts: pl.Series, scanners: object) -> pl.Series:
        seen.extend(texts)
        return glance(texts, scanners)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "may_hold", noted)
    return seen


def test_what_is_found_ahead_is_told_with_its_place():
    rows = texts(CLEAN, FOUND, "joe@other.example")
    _, hits = TextReader.of(PROFILES).read_ahead([("a", rows.head(1)), ("b", rows.tail(2))])
    assert hits.select("file", "record_id", "field", "kind", "count").rows() == [
        ("b", "r1", "text", "full_names", 1),
        ("b", "r2", "text", "shape_emails", 1),
    ]


def test_a_text_without_a_hit_is_searched_once_and_one_with_a_hit_again(searched):
    reader = knowing(CLEAN, FOUND)
    searched.clear()
    assert [hit[1] for hit in reader.rows(texts(CLEAN, FOUND, CLEAN), "file")] == ["r1"]
    assert searched == [FOUND]


@pytest.mark.parametrize(
    "changed", [CLEAN + " ", CLEAN.replace("T", "t"), CLEAN[:-1], "", CLEAN + "\0", CLEAN + "\u200b"]
)
def test_a_text_with_a_character_changed_is_another_text(searched, changed):
    reader = knowing(CLEAN)
    searched.clear()
    reader.rows(texts(changed), "file")
    assert searched == [changed]


def test_another_reader_knows_nothing_of_it(searched):
    knowing(CLEAN)
    searched.clear()
    assert TextReader.of(PROFILES).rows(texts(CLEAN), "file") == []
    other = TextReader.of(PROFILES, canaries=["timetables"])
    assert [hit[3] for hit in other.rows(texts(CLEAN), "file")] == ["canaries"]
    assert searched == [CLEAN, CLEAN]


def test_a_value_that_stands_in_the_staged_bytes_alone_fails_its_gate(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows())
    reader, hits = read_ahead(TextReader.of(PROFILES), iter([("rows", corpus_rows())]), 1)
    assert hits.is_empty()
    assert run_gates(staging.folder, manifest, evidence(reader=reader), GateSettings()).passed
    shard = sorted((staging.folder / "data").glob("*.parquet"))[0]
    staged_rows = pq.read_table(shard)
    told = pl.Series([FOUND, *staged_rows["text"].to_pylist()[1:]]).to_arrow()
    at = staged_rows.schema.get_field_index("text")
    field = staged_rows.schema.field(at)
    pq.write_table(staged_rows.set_column(at, field, told.cast(field.type)), shard, compression="zstd")
    results = run_gates(staging.folder, manifest, evidence(reader=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}


def test_what_was_found_ahead_and_staged_all_the_same_fails_its_gate(tmp_path):
    rows = with_text(FOUND)
    staging, manifest = staged(tmp_path, rows)
    reader, hits = read_ahead(TextReader.of(PROFILES), iter([("rows", rows)]), 1)
    assert hits["record_id"].to_list() == [rows["record_id"][3]]
    results = run_gates(staging.folder, manifest, evidence(reader=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}
