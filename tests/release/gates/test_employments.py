"""The k-anonymity gate, on staged bytes, without the code that generalizes employments."""

import re
from collections import defaultdict
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.release import ShardWriter
from redaction.release.files.shards import write_shard
from redaction.release.gates.employments import employments_in, rare_employments
from redaction.release.settings import GateSettings
from tests.release.gates.test_run_gates import audit, decisions, evidence, failed, staged
from tests.release.making import corpus_rows


def rows_with(*experience: str) -> pl.DataFrame:
    """A corpus with one profile per text of employments."""
    rows = corpus_rows(5, len(experience))
    about = rows.filter(source="profiles", field="about").with_columns(field=pl.lit("experience"))
    texts = about.sort("record_id").with_columns(text=pl.Series(list(experience)))
    return pl.concat([rows, texts]).sort("record_id", "field")


def rare(folder: Path, experience: list[str], k: int) -> int:
    with ShardWriter(folder, 10) as writer:
        writer.write(rows_with(*experience))
    return rare_in(sorted((folder / "data").glob("*.parquet")), k).height


def rare_in(shards: list[Path], k: int) -> pl.DataFrame:
    return rare_employments(pl.concat([employments_in(pl.read_parquet(shard), shard.name) for shard in shards]), k)


def test_an_employment_passes_only_if_k_members_share_it(tmp_path):
    shared = ["lead · Acme · Germany · 2020–2022\nRan things."] * 3
    assert rare(tmp_path / "a", shared, 3) == 0
    assert rare(tmp_path / "b", shared, 4) == 3
    assert rare(tmp_path / "c", [*shared, "lead · Acme · Germany · 2020–2023"], 3) == 1
    assert rare(tmp_path / "d", [*shared, "lead · Acme · Germany · 2020–2022\n\nastronaut"], 3) == 1


def test_the_description_of_an_employment_is_not_counted(tmp_path):
    assert rare(tmp_path, [f"lead · Acme\nRan project {i}.\nAnd more." for i in range(3)], 3) == 0


def test_one_member_many_times_is_one_member(tmp_path):
    assert rare(tmp_path, ["lead · Acme\n\nlead · Acme\n\nlead · Acme", "lead · Acme"], 3) == 2


def test_a_placeholder_may_replace_anything(tmp_path):
    texts = ["lead · Acme · Berlin"] * 2 + ["lead · Acme · [LOCATION_1]", "[PERSON_2] · Acme · Berlin"]
    assert rare(tmp_path / "a", texts, 3) == 0
    assert rare(tmp_path / "b", texts, 4) == 4, "the open lines are not each other's; without them two are left"
    assert rare(tmp_path / "c", ["lead · Acme · [LOCATION_kabc2]"] * 3, 3) == 0
    assert rare(tmp_path / "d", ["lead · [ORGANIZATION]", "lead · Acme", "lead · Bolt"], 2) == 3, "no redaction: a word"
    assert rare(tmp_path / "e", ["a.c · [LOCATION_1]", "abc · X", "a.c · Y"], 2) == 1


def test_records_that_become_rare_by_a_removal_are_included(tmp_path):
    assert rare(tmp_path, ["lead\n\nastronaut", "lead", "lead"], 3) == 3


def test_the_gate_reports_records_and_has_a_threshold(tmp_path):
    rows = rows_with(*["lead · Acme"] * 12, "astronaut · Moon")
    results = audit(tmp_path, rows, decisions=decisions(5, 13))
    assert failed(results) >= {"k_anonymity"}
    assert results["k_anonymity"].value == 1
    staging, manifest = staged(tmp_path, rows)
    from redaction.release.gates import run_gates

    found = run_gates(staging.folder, manifest, evidence(decisions=decisions(5, 13)), GateSettings())
    hit = rows.filter(pl.col("text") == "astronaut · Moon")["record_id"][0]
    assert found.hits["record_id"].drop_nulls().unique().to_list() == [hit]
    allowed = run_gates(
        staging.folder, manifest, evidence(decisions=decisions(5, 13)), GateSettings(rare_employments=1)
    )
    assert {r.name: r.passed for r in allowed.results}["k_anonymity"]


HEADS = st.sampled_from(["lead · Acme", "lead · Bolt", "lead · [PERSON_1]", "[LOCATION_2] · Acme", "x", ""])


@given(st.lists(st.lists(HEADS, min_size=1, max_size=3), min_size=1, max_size=8), st.integers(1, 4))
def test_the_gate_equals_the_slow_reference(tmp_path_factory, people, k):
    rows = rows_with(*("\n\n".join(jobs) for jobs in people))
    shard = tmp_path_factory.mktemp("rare") / "part-00000.parquet"
    write_shard(shard, rows)
    found = set(rare_in([shard], k)["record_id"])
    texts = {
        record: {re.sub(r"\[\w+_\d+\]", "*", each) for each in text.split("\n\n")}
        for record, text in rows.filter(field="experience").select("record_id", "text").iter_rows()
    }
    assert found == slow_reference(texts, k)


def slow_reference(texts: dict[str, set[str]], k: int) -> set[str]:
    left, removed = dict(texts), set[str]()
    while True:
        holders = defaultdict(set)
        for record, heads in left.items():
            for head in heads:
                for other in {h for hs in left.values() for h in hs}:
                    if other == head or may_be(head, other) or may_be(other, head):
                        holders[other].add(record)
        few = {record for record, heads in left.items() if any(len(holders[h]) < k for h in heads)}
        if not few:
            return removed
        removed |= few
        left = {record: heads for record, heads in left.items() if record not in few}


def may_be(pattern: str, text: str) -> bool:
    return "*" in pattern and re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
