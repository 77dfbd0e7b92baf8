"""What a finished build did. The counts are exact, and so private: those of the release withhold small ones."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from pydantic import Field

from redaction.base_model import FrozenModel, Instant
from redaction.builds.inputs import load_rules
from redaction.builds.redact.redact_partition import read_report
from redaction.builds.report.quality import stored_quality
from redaction.builds.report.reason_groups import ReasonGroup, group_of
from redaction.config import Config
from redaction.release import GateResult, Release, SourceCounts
from redaction.release.report import Quality
from redaction.rights import policy_notes
from redaction.state.layout import BuildFolder, CorpusPaths


class GroupCount(NamedTuple):
    """How many records of each source a group of reasons left out."""

    group: ReasonGroup
    records: Mapping[str, int]

    @property
    def total(self) -> int:
        """Of all sources."""
        return sum(self.records.values())


class BuildReport(FrozenModel):
    """A release and the build that made it."""

    release: str = Field(description="The folder or URI of the release.")
    corpus: str = Field(description="The name of the corpus.")
    version: str = Field(description="The version of the release.")
    as_of: Instant = Field(description="The instant at which rights were evaluated.")
    policy: str = Field(description="The id of the policy.")
    policy_notes: tuple[str, ...] = Field(
        default=(), description="What to know of the policy as of the build: the one that replaced it, reviews due."
    )
    unchanged: bool = Field(
        default=False,
        description="Whether nothing was built, since nothing changed since (`--if-changed`).",
    )
    sources: dict[str, SourceCounts] = Field(
        description="For `posts` and `profiles`: `input`, `kept`, and `dropped` and `quarantined` by reason. Exact."
    )
    texts: int = Field(description="How many texts (rows) the release has.")
    words: int | None = Field(
        description="How many words were analyzed: those of texts without cached spans; null if unknown."
    )
    spans: dict[str, int] = Field(description="How many spans were replaced, by entity type.")
    gates: tuple[GateResult, ...] = Field(description="The gates: `name`, `passed`, `value`, `threshold`, `detail`.")
    quality: tuple[Quality, ...] = Field(
        default=(), description="The measured leak by type, and over-redaction, on each labeled set, with intervals."
    )
    seconds: dict[str, float] = Field(default_factory=dict, description="The time of each stage, in seconds.")

    @property
    def left_out(self) -> list[GroupCount]:
        """The groups of reasons, the largest first."""
        counted: dict[ReasonGroup, Counter[str]] = {}
        for source, counts in self.sources.items():
            for reason, number in (*counts.dropped.items(), *counts.quarantined.items()):
                counted.setdefault(group_of(reason), Counter())[source] += number
        groups = [GroupCount(group, records) for group, records in counted.items()]
        return sorted(groups, key=lambda each: (-each.total, each.group))


def report_of(config: Config, release: Release) -> BuildReport:
    """Read what the build of a release did from the release and its private folder."""
    folder, manifest = CorpusPaths.of(config).build(release.version), release.manifest
    policy, _ = load_rules(config)
    counts = pl.col("entity_counts").struct
    spans = (
        release.scan()
        .select(pl.col("entity_counts").explode())
        .drop_nulls()
        .group_by(counts.field("entity_type").alias("entity_type"))
        .agg(counts.field("count").cast(pl.Int64).sum().alias("count"))
        .sort("count", "entity_type", descending=[True, False])
        .collect()
    )
    return BuildReport(
        release=str(release.folder),
        corpus=manifest.corpus,
        version=manifest.version,
        as_of=manifest.as_of,
        policy=manifest.policy,
        policy_notes=policy_notes(policy, manifest.as_of, manifest.as_of.date()),
        sources=_exact_counts(folder) or dict(manifest.sources),
        texts=manifest.texts,
        words=_words(folder),
        spans=dict(spans.iter_rows()),
        gates=manifest.gates,
        quality=stored_quality(CorpusPaths.of(config)),
    )


def _exact_counts(folder: BuildFolder) -> dict[str, SourceCounts]:
    if not folder.sources.is_file():
        return {}
    counts = json.loads(folder.sources.read_text("utf-8"))
    return {source: SourceCounts.model_validate(each) for source, each in counts.items()}


def _words(folder: BuildFolder) -> int | None:
    reports = [read_report(path) for path in folder.redacted.glob("*/*/")]
    return sum(report.words for report in reports if report) if reports else None
