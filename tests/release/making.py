"""Small synthetic releases, built as a run builds them."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from redaction.release import (
    BuildFacts,
    Digests,
    GateResult,
    Manifest,
    ShardWriter,
    SourceCounts,
    Staging,
    add_report,
    derive_release_key,
    draft_release,
    publish,
)
from redaction.release.report import PolicyText, RunFacts
from redaction.release.settings import CardSettings, LineageSettings
from redaction.storage import StoragePath

MASTER = bytes(range(32))
PASSED = GateResult(name="made_up", passed=True, value=0, threshold=0)
EXACT = CardSettings(smallest_count=1)
"""Publishes every count, since these releases are small."""
DIGESTS = Digests(**{name: f"{i:064x}" for i, name in enumerate(Digests.model_fields)})


def corpus_rows(posts: int = 30, profiles: int = 5, version: str = "1.0.0") -> pl.DataFrame:
    """`posts` one-field records and `profiles` two-field records."""
    key = derive_release_key(MASTER, "demo", version)
    rows = [
        {
            "source": "posts",
            "source_id": f"p{i}",
            "kind": "post",
            "field": "text",
            "text": f"Text {i} [PERSON_1]",
        }
        for i in range(posts)
    ] + [
        {"source": "profiles", "source_id": f"u{i}", "kind": "profile", "field": f, "text": f"Works, {f} {i}"}
        for i in range(profiles)
        for f in ("about", "headline")
    ]
    return (
        pl.DataFrame(rows, schema_overrides={"source_id": pl.String})
        .with_columns(
            record_id=pl.struct("source", "source_id").map_elements(
                lambda r: key.record_id(r["source"], r["source_id"]), pl.String
            ),
            language=pl.lit("en"),
            month=pl.when(source="posts").then(pl.lit("2024-03")),
            entity_counts=pl.lit([{"entity_type": "PERSON", "count": 1}]),
            policy=pl.lit("linkedin-2024-09"),
            detector=pl.lit("d" * 64),
            release=pl.lit(version),
        )
        .sort("record_id", "field")
    )


def build_facts(rows: pl.DataFrame, version: str = "1.0.0", **more: Any) -> BuildFacts:
    """Facts that add up to the rows, with three dropped posts and one set aside."""
    kept = dict(rows.group_by("source").agg(pl.col("record_id").n_unique()).iter_rows())
    posts = kept.get("posts", 0)
    values: dict[str, Any] = {
        "corpus": "demo",
        "version": version,
        "as_of": "2025-06-30T00:00:00Z",
        "policy": "linkedin-2024-09",
        "sources": {
            "posts": SourceCounts(
                input=posts + 4, kept=posts, dropped={"opted_out": 2, "erased": 1}, quarantined={"id_null": 1}
            ),
            "profiles": SourceCounts(input=kept.get("profiles", 0), kept=kept.get("profiles", 0)),
        },
        "digests": DIGESTS,
    }
    return BuildFacts(**values | more)


def make_policy_text(**given: Any) -> PolicyText:
    """The policy as a report states it."""
    values: dict[str, Any] = {
        "policy_id": "linkedin-2024-09",
        "platform": "network",
        "source_url": "https://network.example/privacy",
        "published_at": date(2024, 9, 18),
        "effective_from": date(2024, 11, 20),
        "default_state": "opted_in",
        "legal_basis": "legitimate interest, as the platform states it",
        "purpose": "ai_training",
        "recipient": "self",
        "kinds_allowed": ("post",),
        "kinds_denied": ("message",),
        "min_age": 18,
        "retention": "until the next release without the record",
    }
    return PolicyText(**values | given)


def stage(
    output: StoragePath,
    rows: pl.DataFrame,
    run: str = "run1",
    version: str = "1.0.0",
    per_shard: int = 10,
    private: Path | None = None,
    card: CardSettings = EXACT,
    facts: RunFacts | None = None,
    lineage: LineageSettings | None = None,
    **more: Any,
) -> tuple[Staging, Manifest]:
    """Staged shards of ten rows, card and manifest, with one gate that passed."""
    staging = Staging.create(output, "demo", run, private)
    with ShardWriter(staging.folder, per_shard) as writer:
        writer.write(rows)
    draft = draft_release(staging, build_facts(rows, version, **more), card, lineage, facts)
    return staging, add_report(staging, draft, [PASSED])


def release(output: Path, rows: pl.DataFrame | None = None, version: str = "1.0.0", **more: Any) -> Path:
    """A published release."""
    staged = stage(output, corpus_rows(version=version) if rows is None else rows, version=version, **more)
    return Path(str(publish(*staged)))
