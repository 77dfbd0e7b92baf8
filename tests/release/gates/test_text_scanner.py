"""A reader searches texts once: what it knows again is what it has read, to the last character, and nothing else."""

import random

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.release.gates import TextScanner, known_value_scanner, run_gates, scan_ahead, text_scanner
from redaction.release.settings import GateSettings
from tests.release.gates.test_run_gates import PROFILES, evidence, failed, staged, with_text
from tests.release.making import corpus_rows

CLEAN, FOUND = "Text about timetables [PERSON_1]".ljust(64, "."), "Text by Zoe Quimby Tarr"
"""A clean text of that length is a run of its own."""


def texts(*told: str) -> pl.DataFrame:
    ids = [f"r{n}" for n in range(len(told))]
    columns = {"record_id": ids, "field": ["text"] * len(told), "text": list(told)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def knowing(*told: str) -> TextScanner:
    return TextScanner.from_profiles(PROFILES).scan_ahead([("file", texts(*told))])[0]


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are searched from now on."""
    seen: list[str] = []
    glance = known_value_scanner.may_hold

    def noted(texts: pl.Series, scanners: object) -> pl.Series:
        seen.extend(texts)
        return glance(texts, scanners)  # type: ignore[arg-type]

    monkeypatch.setattr(text_scanner, "may_hold", noted)
    return seen


def test_what_is_found_ahead_is_told_with_its_place():
    rows = texts(CLEAN, FOUND, "joe@other.example")
    _, hits = TextScanner.from_profiles(PROFILES).scan_ahead([("a", rows.head(1)), ("b", rows.tail(2))])
    assert hits.select("file", "record_id", "field", "kind", "count").rows() == [
        ("b", "r1", "text", "full_names", 1),
        ("b", "r2", "text", "shape_emails", 1),
    ]


def test_a_text_without_a_hit_is_searched_once_and_one_with_a_hit_again(searched):
    reader = knowing(CLEAN, FOUND)
    searched.clear()
    assert [hit[1] for hit in reader.scan_rows(texts(CLEAN, FOUND, CLEAN), "file")] == ["r1"]
    assert searched == [FOUND, CLEAN]


def some_texts(draw: random.Random, number: int) -> list[str]:
    return [f"{i} ".ljust(draw.randrange(40, 240), "x") for i in range(number)]


def test_what_is_staged_in_other_pieces_without_what_was_found_is_searched_at_the_seams_alone(searched):
    draw = random.Random(7)
    told = some_texts(draw, 4_000)
    for place in (0, 700, 1_500, 3_999):
        told[place] = FOUND
    reader, hits = TextScanner.from_profiles(PROFILES).scan_ahead(
        [("a", texts(*told[:1_000])), ("b", texts(*told[1_000:]).with_columns(pl.col("record_id") + "b"))]
    )
    assert hits.height == 4
    searched.clear()
    left = [text for text in told if text != FOUND]
    for at in range(0, len(left), 1_900):
        assert reader.scan_rows(texts(*left[at : at + 1_900]), "file") == []
    assert 0 < len(searched) < len(left) / 5


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 11), max_size=12), st.randoms())
def test_a_text_that_was_never_read_is_always_searched(read, then, draw):
    pool = [text[: draw.choice([63, 64, 65, 128])] for text in some_texts(draw, 12)]
    reader = knowing(*(pool[i] for i in read))
    seen: list[str] = []

    def noted(told: pl.Series, _: object) -> pl.Series:
        seen.extend(told)
        return pl.Series([], dtype=pl.UInt32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_scanner, "may_hold", noted)
        reader.scan_rows(texts(*(pool[i] for i in then)), "file")
    assert {pool[i] for i in then} - {pool[i] for i in read} <= set(seen)
    assert not (read == then and seen)


@pytest.mark.parametrize(
    "changed", [CLEAN + " ", CLEAN.replace("T", "t"), CLEAN[:-1], "", CLEAN + "\0", CLEAN + "\u200b"]
)
def test_a_text_with_a_character_changed_is_another_text(searched, changed):
    reader = knowing(CLEAN)
    searched.clear()
    reader.scan_rows(texts(changed), "file")
    assert searched == [changed]


def test_another_reader_knows_nothing_of_it(searched):
    knowing(CLEAN)
    searched.clear()
    assert TextScanner.from_profiles(PROFILES).scan_rows(texts(CLEAN), "file") == []
    other = TextScanner.from_profiles(PROFILES, canaries=["timetables"])
    assert [hit[3] for hit in other.scan_rows(texts(CLEAN), "file")] == ["canaries"]
    assert searched == [CLEAN, CLEAN]


def test_a_value_that_stands_in_the_staged_bytes_alone_fails_its_gate(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows())
    reader, hits = scan_ahead(TextScanner.from_profiles(PROFILES), iter([("rows", corpus_rows())]), 1)
    assert hits.is_empty()
    assert run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings()).passed
    shard = sorted((staging.folder / "data").glob("*.parquet"))[0]
    staged_rows = pq.read_table(shard)
    told = pl.Series([FOUND, *staged_rows["text"].to_pylist()[1:]]).to_arrow()
    at = staged_rows.schema.get_field_index("text")
    field = staged_rows.schema.field(at)
    pq.write_table(staged_rows.set_column(at, field, told.cast(field.type)), shard, compression="zstd")
    results = run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}


def test_what_was_found_ahead_and_staged_all_the_same_fails_its_gate(tmp_path):
    rows = with_text(FOUND)
    staging, manifest = staged(tmp_path, rows)
    reader, hits = scan_ahead(TextScanner.from_profiles(PROFILES), iter([("rows", rows)]), 1)
    assert hits["record_id"].to_list() == [rows["record_id"][3]]
    results = run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}
