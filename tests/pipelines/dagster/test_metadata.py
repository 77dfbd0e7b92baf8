"""What the page of each asset shows of a build: the figures of the build's own files, and no text of a row."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pipelines.metadata import card_without_rows, funnel
from redaction.release import Manifest
from redaction.storage import read_bytes
from tests.network import Network, paths_of
from tests.pipelines.dagster.running import key, latest
from tests.pipelines.running import rows_of

Built = tuple[Path, dg.DagsterInstance]


def _shown(built: Built, asset: str) -> dict[str, Any]:
    return {name: entry.value for name, entry in latest(built[1], key(asset)).metadata.items()}


def _table(built: Built, asset: str, name: str) -> list[dict[str, Any]]:
    entry = latest(built[1], key(asset)).metadata[name]
    assert isinstance(entry, dg.TableMetadataValue)
    return [dict(record.data) for record in entry.records]


def test_source_tables_shows_the_rows_of_every_table(built: Built) -> None:
    network, shown = Network(), _shown(built, "source_tables")
    expected = {name: len(getattr(network, name)) for name in ("posts", "profiles", "rights_events", "objections")}
    assert {name: shown[f"{name}_rows"] for name in expected} == expected
    assert {row["table"]: row["rows"] for row in _table(built, "source_tables", "tables")}.items() >= expected.items()
    [missing] = _table(built, "source_tables", "quarantined")
    assert (missing["source"], missing["rows"], shown["posts_quarantined"]) == ("posts", 1, 1)
    assert shown["posts_hidden_files"] == 0
    assert shown["dagster/row_count"] == sum(row["rows"] for row in _table(built, "source_tables", "tables"))


def test_decisions_shows_a_funnel_whose_shares_add_up(built: Built) -> None:
    steps, shown = _table(built, "decisions", "funnel"), _shown(built, "decisions")
    posts = [step for step in steps if step["source"] == "posts"]
    assert posts[-1]["group"] == "kept"
    assert posts[-1]["records"] == posts[-1]["remaining"] == posts[-2]["remaining"] == 4
    assert sum(step["records"] for step in steps) == shown["records"]
    assert sum(step["share"] for step in posts) == pytest.approx(1, abs=1e-4)
    assert shown["posts_share_kept"] == pytest.approx(4 / 13, abs=1e-4)
    assert shown["posts_share_region"] == pytest.approx(2 / 13, abs=1e-4)
    assert shown["as_of"].startswith("2025-06-30")
    assert shown["policy"] == "linkedin-2024-09"


def test_the_largest_group_comes_first_and_what_is_kept_last() -> None:
    reasons = pl.DataFrame(
        [("posts", "drop", "opted_out", 1), ("posts", "drop", "region_exempt", 5), ("posts", "keep", "allowed", 4)],
        schema=["source", "decision", "reason", "records"],
        orient="row",
    )
    assert funnel(reasons).rows() == [
        ("posts", "where they live", 5, 0.5, 5),
        ("posts", "who said no", 1, 0.1, 4),
        ("posts", "kept", 4, 0.4, 4),
    ]


def test_redacted_assets_show_the_spans_of_their_texts(built: Built) -> None:
    config, instance = built
    rows = rows_of(paths_of(config).releases / "1.0.0").explode("entity_counts").drop_nulls("entity_counts")
    spans = rows.unnest("entity_counts").group_by("source", "entity_type").agg(pl.col("count").sum()).rows()
    posts = [each.metadata for each in _materializations(instance, "redacted_posts")]
    shown = {"posts": posts, "profiles": [latest(instance, key("redacted_profiles")).metadata]}
    assert spans
    for source, entity_type, number in spans:
        counts = [each.get(f"spans_{entity_type}") for each in shown[source]]
        assert sum(int(str(count.value)) for count in counts if count) == number, (source, entity_type)
    march = next(each for each in posts if each["records"].value == 2)
    words, characters = (float(str(march[f"{name}_per_cpu_second"].value)) for name in ("words", "characters"))
    assert 0 < words < characters


def _materializations(instance: dg.DagsterInstance, asset: str) -> list[dg.AssetMaterialization]:
    records = instance.fetch_materializations(key(asset), limit=1000).records
    return [record.asset_materialization for record in records if record.asset_materialization]


@pytest.mark.parametrize("asset", ["staged_release", "corpus"])
def test_the_release_shows_counts_gates_leak_and_card(built: Built, asset: str) -> None:
    folder = paths_of(built[0]).releases / "1.0.0"
    manifest, facts, shown = Manifest.read(folder), json.loads(read_bytes(folder / "report.json")), _shown(built, asset)
    assert shown["dagster/row_count"] == manifest.rows
    assert {s: shown[f"{s}_kept"] for s in manifest.sources} == {s: c.kept for s, c in manifest.sources.items()}
    gates = {row["gate"]: (row["value"], row["threshold"]) for row in _table(built, asset, "gates")}
    assert gates == {gate.name: (gate.value, gate.threshold) for gate in manifest.gates}
    [quality] = facts["quality"]
    leaks = {each["entity_type"]: each["leak"] for each in quality["types"]}
    assert {row["entity_type"]: row["leak"] for row in _table(built, asset, "leak")} == leaks
    assert shown["leak_made-up-posts_PERSON"] == leaks["PERSON"]
    assert "## Measured quality" in shown["card"]


def test_the_corpus_names_its_report(built: Built) -> None:
    folder, shown = paths_of(built[0]).releases / "1.0.0", _shown(built, "corpus")
    assert shown["path"] == str(folder)
    assert shown["report_file"] == str(folder / "report.html")
    assert shown["report"] == "/discreet/tiny/1.0.0/report.html"
    assert shown["examples"].endswith("](/discreet/tiny/1.0.0/examples.svg)")


def test_a_card_is_shown_without_the_rows_that_it_quotes() -> None:
    card = "---\nlicense: other\n---\n\n# Tiny\n\nExamples:\n\n> We hired [PERSON_1].\n>\n> a <b>\n\n## Columns\n\nn<1K"
    assert card_without_rows(card) == "# Tiny\n\n## Columns\n\nn&lt;1K"
