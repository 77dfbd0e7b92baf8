"""A scanner scans clean texts once: it skips only texts that are identical to those scanned before."""

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
"""A clean text of this length is a separate group."""


def texts(*values: str) -> pl.DataFrame:
    ids = [f"r{n}" for n in range(len(values))]
    columns = {"record_id": ids, "field": ["text"] * len(values), "text": list(values)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def scanner_after(*values: str) -> TextScanner:
    return TextScanner.from_profiles(PROFILES).scan_ahead([("file", texts(*values))])[0]


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are scanned from now on."""
    seen: list[str] = []
    prefilter = known_value_scanner.may_hold

    def recorded(texts: pl.Series, scanners: object) -> pl.Series:
        seen.extend(texts)
        return prefilter(texts, scanners)  # type: ignore[arg-type]

    monkeypatch.setattr(text_scanner, "may_hold", recorded)
    return seen


def test_hits_before_staging_have_their_position():
    rows = texts(CLEAN, FOUND, "joe@other.example")
    _, hits = TextScanner.from_profiles(PROFILES).scan_ahead([("a", rows.head(1)), ("b", rows.tail(2))])
    assert hits.select("file", "record_id", "field", "kind", "count").rows() == [
        ("b", "r1", "text", "full_names", 1),
        ("b", "r2", "text", "shape_emails", 1),
    ]


def test_a_clean_text_is_scanned_once_and_one_with_a_hit_again(scanned):
    reader = scanner_after(CLEAN, FOUND)
    scanned.clear()
    assert [hit[1] for hit in reader.scan_rows(texts(CLEAN, FOUND, CLEAN), "file")] == ["r1"]
    assert scanned == [FOUND, CLEAN]


def some_texts(draw: random.Random, number: int) -> list[str]:
    return [f"{i} ".ljust(draw.randrange(40, 240), "x") for i in range(number)]


def test_texts_staged_in_other_row_groups_without_the_hits_are_rescanned_only_at_the_seams(scanned):
    draw = random.Random(7)
    values = some_texts(draw, 4_000)
    for position in (0, 700, 1_500, 3_999):
        values[position] = FOUND
    reader, hits = TextScanner.from_profiles(PROFILES).scan_ahead(
        [("a", texts(*values[:1_000])), ("b", texts(*values[1_000:]).with_columns(pl.col("record_id") + "b"))]
    )
    assert hits.height == 4
    scanned.clear()
    left = [text for text in values if text != FOUND]
    for at in range(0, len(left), 1_900):
        assert reader.scan_rows(texts(*left[at : at + 1_900]), "file") == []
    assert 0 < len(scanned) < len(left) / 5


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 11), max_size=12), st.randoms())
def test_a_text_that_was_never_read_is_always_searched(read, then, draw):
    pool = [text[: draw.choice([63, 64, 65, 128])] for text in some_texts(draw, 12)]
    reader = scanner_after(*(pool[i] for i in read))
    seen: list[str] = []

    def recorded(values: pl.Series, _: object) -> pl.Series:
        seen.extend(values)
        return pl.Series([], dtype=pl.UInt32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_scanner, "may_hold", recorded)
        reader.scan_rows(texts(*(pool[i] for i in then)), "file")
    assert {pool[i] for i in then} - {pool[i] for i in read} <= set(seen)
    assert not (read == then and seen)


@pytest.mark.parametrize(
    "changed", [CLEAN + " ", CLEAN.replace("T", "t"), CLEAN[:-1], "", CLEAN + "\0", CLEAN + "\u200b"]
)
def test_a_text_with_a_character_changed_is_another_text(scanned, changed):
    reader = scanner_after(CLEAN)
    scanned.clear()
    reader.scan_rows(texts(changed), "file")
    assert scanned == [changed]


def test_another_scanner_has_no_clean_texts(scanned):
    scanner_after(CLEAN)
    scanned.clear()
    assert TextScanner.from_profiles(PROFILES).scan_rows(texts(CLEAN), "file") == []
    other = TextScanner.from_profiles(PROFILES, canaries=["timetables"])
    assert [hit[3] for hit in other.scan_rows(texts(CLEAN), "file")] == ["canaries"]
    assert scanned == [CLEAN, CLEAN]


def test_a_value_that_is_only_in_the_staged_bytes_fails_its_gate(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows())
    reader, hits = scan_ahead(TextScanner.from_profiles(PROFILES), iter([("rows", corpus_rows())]), 1)
    assert hits.is_empty()
    found = run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings())
    assert all(result.passed for result in found.results)
    shard = sorted((staging.folder / "data").glob("*.parquet"))[0]
    staged_rows = pq.read_table(shard)
    values = pl.Series([FOUND, *staged_rows["text"].to_pylist()[1:]]).to_arrow()
    at = staged_rows.schema.get_field_index("text")
    field = staged_rows.schema.field(at)
    pq.write_table(staged_rows.set_column(at, field, values.cast(field.type)), shard, compression="zstd")
    results = run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}


def test_a_staged_record_with_an_earlier_hit_fails_its_gate(tmp_path):
    rows = with_text(FOUND)
    staging, manifest = staged(tmp_path, rows)
    reader, hits = scan_ahead(TextScanner.from_profiles(PROFILES), iter([("rows", rows)]), 1)
    assert hits["record_id"].to_list() == [rows["record_id"][3]]
    results = run_gates(staging.folder, manifest, evidence(scanner=reader), GateSettings()).results
    assert failed({result.name: result for result in results}) == {"known_full_names"}
