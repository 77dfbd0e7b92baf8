"""The decisions on the sample network, compared with its ground truth row for row."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from redaction.rights import (
    Decisions,
    Inputs,
    RightsSettings,
    Rules,
    Runs,
    Shingled,
    ShingleFilter,
    apply_rules,
    likely_copies,
    near_copies,
    read_policy,
    sketch_candidates,
    sketch_protected,
    terms_of_contexts,
)
from redaction.tables import (
    TABLES,
    PartitionSettings,
    TableFile,
    TableName,
    TableSettings,
    index_posts,
    open_table,
    read_table,
)
from tests.rights.worlds import AS_OF, ROOT, regions

SAMPLES = ROOT / "data/samples"


def opened(name: TableName) -> list[TableFile]:
    path = SAMPLES / ("posts" if name is TableName.posts else f"{name}.parquet")
    chosen = TableSettings(path=(str(path),))
    return open_table(TABLES[name], chosen, ROOT).files


def whole(name: TableName) -> pl.LazyFrame:
    return read_table(TABLES[name], opened(name)).rows.lazy()


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> Decisions:
    index: Path = tmp_path_factory.mktemp("index") / "posts.parquet"
    index_posts(
        opened(TableName.posts),
        index,
        PartitionSettings(start=AS_OF.date().replace(year=2000, day=1)),
        terms_of_contexts,
    )
    tables = Inputs(
        pl.scan_parquet(index),
        whole(TableName.profiles),
        whole(TableName.rights_events),
        whole(TableName.region_signals),
    )
    policy = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")
    settings = RightsSettings()
    first = apply_rules(tables, Rules.of(policy, regions(), settings, AS_OF))
    ids = pl.concat(first.posts.posts.ids())
    texts = pl.read_parquet(SAMPLES / "posts/*.parquet", columns=["post_id", "text"]).drop_nulls()
    numbered = (
        ids.to_frame()
        .with_row_index("number")
        .join(texts.unique("post_id", keep="first", maintain_order=True), on="post_id")
    )
    protected, candidates = (
        numbered.filter(pl.col("number").is_in(np.flatnonzero(which)))
        for which in (first.posts.protected, first.posts.kept)
    )
    shingle_filter, always = ShingleFilter(candidates.height), np.zeros(ids.len(), np.bool_)
    one, other = (Shingled.of(Runs.of(each, settings.near_duplicates, b"key")) for each in (candidates, protected))
    sketches = list(sketch_candidates([one], shingle_filter, settings.near_duplicates))
    guarded = sketch_protected([other], shingle_filter, always, settings.near_duplicates)
    likely = likely_copies(sketches, guarded, settings.near_duplicates)
    pairs = near_copies(likely, [protected, candidates], settings.near_duplicates, b"key")
    copied = pairs.select(pl.col("candidate").alias("row_number"), ids.gather(pairs["protected"]).alias("evidence"))
    return first.decisions(copied)


def test_every_decision_matches_the_ground_truth(decisions: Decisions) -> None:
    truth = pl.read_parquet(SAMPLES / "truth/decisions.parquet").filter(pl.col("decision") != "quarantine")
    assert truth.height == decisions.records.height
    both = truth.join(decisions.records, on=["source", "source_id"], how="left", suffix="_decided")
    mismatches = both.filter(pl.col("reason").ne_missing(pl.col("reason_decided")))
    assert mismatches.select("source", "source_id", "scenario", "reason", "reason_decided").rows() == []
    assert both.filter(pl.col("decision").ne_missing(pl.col("decision_decided"))).is_empty()
