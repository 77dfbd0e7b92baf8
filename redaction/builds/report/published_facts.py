"""Collects what the run report states beside the manifest: counts by month and region, policy, quality, changes."""

from collections.abc import Iterator

import polars as pl

from redaction.builds.context import Build
from redaction.builds.inputs import load_rules
from redaction.builds.outcomes.reason_help import REASON_HELP
from redaction.builds.report.quality import measure_quality
from redaction.builds.report.reason_groups import GROUPS
from redaction.release import parse_version
from redaction.release.registry import original_version
from redaction.release.report import (
    ChangeCounts,
    Changes,
    LinkageFacts,
    MonthCount,
    PolicyText,
    ReasonText,
    RegionCount,
    RegionRuleText,
    RunFacts,
    SubjectLeak,
    rounded,
)
from redaction.rights import KEEP, Reason
from redaction.state.layout import BuildFolder
from redaction.state.private_tables import DECISIONS, INDEX
from redaction.storage import row_groups
from redaction.tables import Source

_KEPT = "kept"
_REGION_RULE = "region_rules/"
_RECORD = ["source", "source_id"]


def report_facts(
    build: Build, detector: str, linkage: LinkageFacts | None = None, leaks: tuple[SubjectLeak, ...] = ()
) -> RunFacts:
    """Collect the facts of a build whose decisions are written. Every count that could name a few is rounded.

    Args:
        build: The open build.
        detector: The fingerprint of the detector, "" if it analyzed nothing.
        linkage: What the linkage attack found.
        leaks: The people of whom a direct identifier can be read.

    Returns:
        The facts to publish.
    """
    step = build.config.release.card.smallest_count
    return RunFacts(
        reasons={
            reason: ReasonText(group=group.capitalize(), meaning=REASON_HELP[reason].meaning)
            for reason, group in GROUPS.items()
        },
        months=_months(build.folder, step),
        regions=_regions(build.folder, step),
        policy=_policy(build),
        quality=measure_quality(build, detector) if detector else (),
        changes=_changes(build, step),
        linkage=linkage,
        subjects=tuple(each for each in leaks if each.people >= step),
        rounded_to=step,
    )


def _months(folder: BuildFolder, step: int) -> tuple[MonthCount, ...]:
    """Count posts by month of creation and group of reasons; the index and the decisions have the same order."""
    months = pl.concat([pl.Series("month", [], pl.Int32), *_created(folder)])
    counted, first = [], 0
    for rows in row_groups([folder.file(DECISIONS)], ["source", "decision", "reason"]):
        posts = rows.filter((pl.col("source") == Source.posts.value) & (pl.col("decision") != "quarantine"))
        created = months.slice(first, posts.height)
        first += posts.height
        counted.append(posts.with_columns(created).group_by("month", "decision", "reason").len())
    if not counted:
        return ()
    outcome = (
        pl.when(pl.col("decision") == KEEP)
        .then(pl.lit(_KEPT))
        .otherwise(
            pl.col("reason").replace_strict(
                {reason: group.capitalize() for reason, group in GROUPS.items()}, default=None
            )
        )
    )
    sums = (
        pl.concat(counted).group_by("month", outcome.alias("outcome")).agg(pl.col("len").sum()).sort("month", "outcome")
    )
    return tuple(
        MonthCount(month=f"{month // 12:04}-{month % 12 + 1:02}", outcome=name, records=number)
        for month, name, count in sums.iter_rows()
        if (number := rounded(count, step))
    )


def _created(folder: BuildFolder) -> Iterator[pl.Series]:
    """Yield the month of each post of the index, as months since the year 0."""
    month = pl.col("created_at").dt.year() * 12 + pl.col("created_at").dt.month().cast(pl.Int32) - 1
    for rows in row_groups([folder.file(INDEX)], ["created_at"]):
        yield rows.select(month.alias("month"))["month"]


def _regions(folder: BuildFolder, step: int) -> tuple[RegionCount, ...]:
    exempt = pl.col("reason") == Reason.REGION_EXEMPT.value
    counts = (
        pl.scan_parquet(folder.file(DECISIONS), glob=False)
        .filter(exempt)
        .group_by(pl.col("rule").str.strip_prefix(_REGION_RULE).str.split("/").list.first().alias("region"))
        .len("records")
        .sort("records", "region", descending=[True, False])
        .collect(engine="streaming")
    )
    found = ((region, rounded(records, step)) for region, records in counts.iter_rows())
    return tuple(RegionCount(region=region, records=records) for region, records in found if records)


def _policy(build: Build) -> PolicyText:
    policy, _ = load_rules(build.config)
    return PolicyText(
        policy_id=policy.policy_id,
        platform=policy.platform,
        source_url=policy.source_url,
        published_at=policy.published_at,
        effective_from=policy.effective_from,
        effective_to=policy.effective_to,
        replaced=policy.replaced(build.plan.as_of),
        default_state=policy.default_state.value,
        legal_basis=policy.legal_basis,
        purpose=", ".join(build.config.rights.purposes),
        recipient=", ".join(build.config.rights.recipients),
        kinds_allowed=policy.categories_allowed,
        kinds_denied=policy.categories_denied,
        min_age=policy.min_age,
        retention=policy.retention,
        region_rules=tuple(
            RegionRuleText(
                region=rule.set,
                effect=rule.described,
                since=rule.since,
                until=rule.until,
                authority=rule.authority,
                source=policy.citation(rule),
            )
            for rule in policy.region_rules
        ),
    )


def _changes(build: Build, step: int) -> Changes | None:
    """Compare the released records with those of the release before; None where its decisions are not in the state."""
    before = build.paths.registry.before(build.plan.version)
    if before is None:
        return None
    old = build.paths.build(original_version(before)).file(DECISIONS)
    if not old.is_file():
        return None
    sides = [
        pl.scan_parquet(path, glob=False).drop_nulls("record_id").select(*_RECORD)
        for path in (old, build.folder.file(DECISIONS))
    ]
    was, is_now = sides
    same = _count(is_now.join(was, on=_RECORD, how="semi"))
    added, removed = _count(is_now.join(was, on=_RECORD, how="anti")), _count(was.join(is_now, on=_RECORD, how="anti"))
    return Changes(
        before=str(parse_version(str(before.version))),
        lacks_records=bool(removed),
        counts=tuple(
            ChangeCounts(
                source=source.value,
                added=rounded(added.get(source.value, 0), step),
                removed=rounded(removed.get(source.value, 0), step),
                same=rounded(same.get(source.value, 0), step),
            )
            for source in sorted(Source)
        ),
    )


def _count(records: pl.LazyFrame) -> dict[str, int]:
    return dict(records.group_by("source").len().collect(engine="streaming").iter_rows())
