import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.release import GateResult, Manifest, ShardWriter, Staging, derive_release_key, draft_release, publish
from redaction.release.build_facts import Canaries
from redaction.release.errors import PublishError
from redaction.release.gates import Evidence, Gate, TextScanner, gates_of_build, run_gates, set_aside_gate
from redaction.release.gates.gate_names import LINKAGE
from redaction.release.gates.record_checks import digest_rows, sum_digests
from redaction.release.settings import CardSettings, GateSettings
from tests.release.making import MASTER, build_facts, corpus_rows

PROFILES = pl.DataFrame(
    {
        "user_id": ["u1"],
        "full_name": ["Zoë Quimby-Tarr"],
        "handle": ["zoe_q77"],
        "emails": [["zoe.q@mail.example"]],
        "phones": [["+442079460958"]],
    }
)


def decisions(posts: int = 30, profiles: int = 5) -> pl.DataFrame:
    """The decisions that match `build_facts` and `corpus_rows`, one row per record."""
    rows = [("posts", f"p{i}", "keep", "eligible") for i in range(posts)]
    rows += [("profiles", f"u{i}", "keep", "eligible") for i in range(profiles)]
    rows += [
        ("posts", "d1", "drop", "opted_out"),
        ("posts", "d2", "drop", "opted_out"),
        ("posts", "d3", "drop", "erased"),
    ]
    rows += [("posts", "q1", "quarantine", "id_null")]
    return pl.DataFrame(rows, schema=["source", "source_id", "decision", "reason"], orient="row")


def evidence(**more: Any) -> Evidence:
    canaries = more.pop("canaries", ())
    values: dict[str, Any] = {
        "scanner": TextScanner.from_profiles(PROFILES, canaries=canaries),
        "decisions": decisions(),
        "key": derive_release_key(MASTER, "demo", "1.0.0"),
    }
    values |= more
    return Evidence(**values | {"decisions": list(values["decisions"].iter_slices(7))})


def staged(output: Path, rows: pl.DataFrame, **card: Any) -> tuple[Staging, Manifest]:
    staging = Staging.create(output, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(rows)
    return staging, draft_release(staging, build_facts(rows), CardSettings(**{"smallest_count": 1} | card)).manifest


def audit(output: Path, rows: pl.DataFrame | None = None, **more: Any) -> dict[str, GateResult]:
    staging, manifest = staged(output, corpus_rows() if rows is None else rows)
    found = run_gates(staging.folder, manifest, evidence(**more), GateSettings())
    return {result.name: result for result in found.results}


def failed(results: dict[str, GateResult]) -> set[str]:
    return {name for name, result in results.items() if not result.passed}


def with_text(text: str, row: int = 3) -> pl.DataFrame:
    texts = corpus_rows()["text"].to_list()
    texts[row] = text
    return corpus_rows().with_columns(text=pl.Series(texts))


def test_a_clean_release_passes_and_is_published(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows())
    found = run_gates(staging.folder, manifest, evidence(), GateSettings())
    assert all(result.passed for result in found.results)
    assert found.hits.is_empty()
    elsewhere = {Gate.JUDGED_AGAIN, Gate.SET_ASIDE, Gate.SMALL_COUNTS, *LINKAGE}
    assert {result.name for result in found.results} == set(gates_of_build(GateSettings())) - elsewhere
    folder = publish(staging, manifest.with_gates(found.results))
    assert '"name":"known_emails"' in (folder / "manifest.json").read_text()


@pytest.mark.parametrize(
    ("text", "gates"),
    [
        ("says Zoe Quimby Tarr", {"known_full_names"}),
        ("says @zoe_q77", {"known_handles"}),
        ("write zoe.q@mail.example", {"known_emails", "shape_emails"}),
        ("call +44 20 7946 0958", {"known_phones", "shape_phones"}),
        ("card 4111111111111111", {"shape_identifiers"}),
        ("mail joe@other.example", {"shape_emails"}),
        ("   ", {"schema"}),
    ],
)
def test_a_value_left_in_a_text_fails_its_gate(tmp_path, text, gates):
    staging, manifest = staged(tmp_path, with_text(text))
    found = run_gates(staging.folder, manifest, evidence(), GateSettings())
    results = {result.name: result for result in found.results}
    assert failed(results) == gates
    with pytest.raises(PublishError, match="not published; gate"):
        publish(staging, manifest.with_gates(found.results))
    for row in found.hits.iter_rows(named=True):
        assert row["record_id"] == corpus_rows()["record_id"][3]
        assert text not in str(row)


def test_a_broken_redactor_publishes_nothing(tmp_path):
    """The texts as they came in, as if nothing had been detected."""
    raw = [f"Zoë Quimby-Tarr ({i}) writes from zoe.q@mail.example" for i in range(40)]
    results = audit(tmp_path, corpus_rows().with_columns(text=pl.Series(raw)))
    assert results["known_full_names"].value == results["known_emails"].value == 40
    assert not (tmp_path / "demo" / "1.0.0").exists()


CANARY = "xqvcanary"


@pytest.mark.parametrize("column", ["text", "kind", "field", "policy", "detector", "language"])
def test_a_canary_is_found_in_every_column(tmp_path, column):
    rows = corpus_rows().with_columns(pl.lit(f"a xq\u200bv-CANARY {column}").alias(column))
    if column == "field":
        rows = rows.with_columns(pl.col("field") + pl.int_range(pl.len()).cast(pl.String))
    assert "canaries" in failed(audit(tmp_path, rows, canaries=[CANARY]))


def test_a_canary_is_found_in_an_entity_type(tmp_path):
    rows = corpus_rows().with_columns(entity_counts=pl.lit([{"entity_type": f"X_{CANARY}", "count": 1}]))
    assert "canaries" in failed(audit(tmp_path, rows, canaries=[CANARY]))


def test_a_canary_is_found_in_names_cards_and_footers(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows(), description="Written by xqv canary.")
    found = run_gates(staging.folder, manifest, evidence(canaries=[CANARY]), GateSettings())
    assert set(found.hits["file"]) == {"README.md", "croissant.json", "provenance.json"}
    name = staging.folder / "data" / "part-xqv%2Dcanary.parquet"
    (staging.folder / "data" / "part-00000.parquet").rename(name)
    found = run_gates(staging.folder, manifest, evidence(canaries=[CANARY]), GateSettings())
    assert "data/part-xqv%2Dcanary.parquet" in set(found.hits["file"])
    table = pl.read_parquet(name).to_arrow().replace_schema_metadata({"made by": "xqv canary"})
    name.unlink()
    import pyarrow.parquet as pq

    pq.write_table(table, staging.folder / "data" / "part-00000.parquet", compression="zstd")
    found = run_gates(staging.folder, manifest, evidence(canaries=[CANARY]), GateSettings())
    assert "data/part-00000.parquet" in set(found.hits["file"])
    assert "schema" in {result.name for result in found.results if not result.passed}


def test_rows_without_a_right_are_counted(tmp_path):
    without = decisions().filter(pl.col("source_id") != "p7")
    results = audit(tmp_path, decisions=without)
    assert results["rows_without_right"].value == 1
    assert failed(results) == {"rows_without_right", "conservation"}
    dropped = decisions().with_columns(
        decision=pl.when(source_id="p7").then(pl.lit("drop")).otherwise("decision"),
        reason=pl.when(source_id="p7").then(pl.lit("opted_out")).otherwise("reason"),
    )
    results = audit(tmp_path, decisions=dropped)
    assert results["rows_without_right"].value == 1
    assert results["conservation"].value == 2


def test_a_kept_record_that_is_missing_is_counted(tmp_path):
    assert audit(tmp_path, decisions=decisions(posts=31))["kept_without_row"].value == 1


def test_ids_of_another_key_have_no_decision(tmp_path):
    other = derive_release_key(MASTER, "demo", "1.0.1")
    assert audit(tmp_path, key=other)["rows_without_right"].value == 35


@pytest.mark.parametrize(
    "changes",
    [
        {"record_id": pl.lit("p1")},
        {"month": pl.lit("2024-03-12")},
        {"release": pl.lit("9.9.9")},
        {"source": pl.lit("elsewhere")},
    ],
)
def test_invalid_rows_fail_the_schema_gate(tmp_path, changes):
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(corpus_rows().with_columns(**changes))
    manifest = draft_release(staging, build_facts(corpus_rows()), CardSettings()).manifest
    found = run_gates(staging.folder, manifest, evidence(), GateSettings())
    assert "schema" in {result.name for result in found.results if not result.passed}


def test_a_repeated_row_fails_the_schema_gate(tmp_path):
    rows = corpus_rows()
    results = audit(tmp_path, pl.concat([rows, rows.tail(1).with_columns(text=pl.lit("Once more."))]))
    assert results["schema"].value == 1


def test_thresholds_come_from_the_settings(tmp_path):
    staging, manifest = staged(tmp_path, with_text("says Zoe Quimby Tarr"))
    settings = GateSettings.model_validate({"known_values": {"full_names": 1}})
    found = run_gates(staging.folder, manifest, evidence(), settings)
    assert all(result.passed for result in found.results)


def test_recall_is_a_gate_if_configured(tmp_path):
    staging, manifest = staged(tmp_path, corpus_rows())
    settings = GateSettings(min_recall=0.9)

    def verdict(recall: float | None) -> bool:
        found = run_gates(staging.folder, manifest, evidence(recall=recall), settings)
        return all(result.passed for result in found.results)

    assert [verdict(r) for r in (0.95, 0.9, 0.89, None)] == [True, True, False, False]


def test_a_limited_share_of_records_can_be_set_aside(tmp_path):
    staging, manifest = staged(tmp_path, with_text("says Zoe Quimby Tarr"))
    found = run_gates(staging.folder, manifest, evidence(canaries=["demo"]), GateSettings())
    assert found.hits["record_id"].drop_nulls().unique().to_list() == [corpus_rows()["record_id"][3]]
    limit = GateSettings(max_set_aside=0.02)
    verdicts = [set_aside_gate(n, 100, limit).passed for n in (0, 2, 3)]
    assert verdicts == [True, True, False]
    assert set_aside_gate(0, 0, limit).passed


def test_results_of_other_gates_are_included(tmp_path):
    extra = GateResult(name="judged_again", passed=False, value=3, threshold=0)
    assert "judged_again" in failed(audit(tmp_path, extra=(extra,)))


def test_the_audit_shares_nothing_with_the_detector():
    code = (
        "import sys, redaction.release.gates as g\n"
        "bad = ('redaction.detection', 'presidio_analyzer', 'spacy', 'stdnum', 'phonenumbers', 'dagster')\n"
        "print([m for m in sys.modules if m.startswith(bad)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_gate_has_a_sentence():
    assert all(gate.meaning.endswith(".") for gate in Gate)


def test_recall_is_a_gate_of_a_build_only_where_a_least_recall_is_configured():
    assert set(gates_of_build(GateSettings(min_recall=0.9))) - set(gates_of_build(GateSettings())) == {Gate.RECALL}
    assert not {Gate.TAKEN_DOWN_LEFT, Gate.ROWS_CHANGED} & set(gates_of_build(GateSettings(min_recall=0.9)))


def test_rows_that_the_attack_did_not_read_fail(tmp_path):
    attacked = sum_digests(digest_rows(corpus_rows())["digest"])
    assert "linkage_rows" not in failed(audit(tmp_path / "same", attacked=attacked))
    changed = audit(tmp_path / "changed", with_text("another text"), attacked=attacked)
    assert failed(changed) == {"linkage_rows"}


def _with_canaries(texts: dict[str, str], *, left_out: int = 0) -> pl.DataFrame:
    """Rows of the small release and canaries beside them; the last ones are left out."""
    like = corpus_rows().filter(source="posts").head(len(texts)).drop("source_id", strict=False)
    rows = like.with_columns(record_id=pl.Series(list(texts)), text=pl.Series(list(texts.values())))
    return pl.concat([corpus_rows().drop("source_id", strict=False), rows.head(len(texts) - left_out)])


@pytest.mark.parametrize(
    ("staged_texts", "left_out", "gates"),
    [
        ({}, 0, set()),
        ({f"{2:040x}": "Another text"}, 0, {"rows_without_right"}),
        ({f"{9:040x}": "A row that is in no list"}, 0, {"rows_without_right"}),
        ({}, 1, {"kept_without_row"}),
    ],
)
def test_canaries_are_those_of_the_list_and_count_as_no_record(tmp_path, staged_texts, left_out, gates):
    listed = {f"{number:040x}": f"Canary {number}" for number in range(3)}
    rows = _with_canaries(listed | staged_texts, left_out=left_out)
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(rows)
    fields = corpus_rows().height
    present = rows.height - fields
    facts = build_facts(corpus_rows()).model_copy(update={"canaries": Canaries(placed=present, list_sha256="0" * 64)})
    manifest = draft_release(
        staging, facts, CardSettings(smallest_count=1), canaries=rows["record_id"].tail(present).to_list()
    ).manifest
    assert manifest.texts == fields
    attacked = sum_digests(digest_rows(corpus_rows())["digest"])
    made = replace(evidence(attacked=attacked), canaries=listed)
    assert failed({each.name: each for each in run_gates(staging.folder, manifest, made, GateSettings()).results}) == (
        gates | ({"linkage_rows"} if f"{9:040x}" in staged_texts else set())
    )
