"""Why was this record kept or dropped? The answer holds ids, times, regions and reasons, never a text."""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from redaction import rights
from redaction.builds.decide import rights_inputs
from redaction.builds.inputs import load_rules, open_inputs
from redaction.config import Config
from redaction.release import parse_version
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import Plan, PlanError, stored_plan
from redaction.state.private_tables import DECISIONS, INDEX
from redaction.tables import Source, canonical_id

_DECIDED = [*rights.RECORD_COLUMNS, "record_id"]


@dataclass(frozen=True, slots=True)
class Explained:
    """What a build decided about a record, and what led to it, from the inputs as they are now."""

    plan: Plan
    decisions: tuple[dict[str, str | None], ...]
    """Rows of the build's decisions: one for a post, that of the profile for a subject."""
    chain: rights.Explanation | None
    """The evidence; None for a quarantined row, which no rule ever saw."""


def explain_record(config: Config, identifier: str, version: str | None = None) -> Explained:
    """Explain the decision on a record.

    Args:
        config: The config of the run.
        identifier: The network's id of a post or a subject, or the corpus's id of a record.
        version: The build; by default the newest.

    Returns:
        The decision and its evidence.

    Raises:
        PlanError: There is no such build, or it has no such record.
        RightsError: The rules can no longer be applied to the inputs.
    """
    identifier = canonical_id(identifier)
    folder = build_folder(config, version)
    plan = stored_plan(folder.path)
    matching = (
        pl.scan_parquet(folder.file(DECISIONS))
        .filter((pl.col("source_id") == identifier) | (pl.col("record_id") == identifier))
        .select(_DECIDED)
        .collect()
    )
    if matching.is_empty():
        raise PlanError(
            f"{identifier}: no such record in the decisions of build {plan.version} of {config.corpus}, which a "
            "takedown may have erased; check the id, or look the author up: trace takes the id of a member"
        )
    rows = tuple(matching.iter_rows(named=True))
    decided = next((row for row in rows if row["decision"] != "quarantine"), None)
    if decided is None:
        return Explained(plan, rows, None)
    policy, regions = load_rules(config)
    rules = rights.Rules.of(policy, regions, config.rights, plan.as_of, now=datetime.now(UTC))
    inputs = rights_inputs(folder.file(INDEX), open_inputs(config))
    chain = rights.explain(inputs, rules, str(decided["source_id"]))
    return Explained(plan, rows, chain)


def subject_records(config: Config, subject: str, version: str | None = None) -> pl.DataFrame:
    """Count the posts of a subject in a build by decision: source, decision, reason, records."""
    return (
        pl.scan_parquet(build_folder(config, version).file(DECISIONS))
        .filter((pl.col("subject_id") == subject) & (pl.col("source") == Source.posts.value))
        .group_by("source", "decision", "reason")
        .agg(pl.len().alias("records"))
        .sort("source", "decision", "reason")
        .collect()
    )


def build_folder(config: Config, version: str | None) -> BuildFolder:
    """Return the folder of a build with decisions, by default the newest. Raises PlanError where there is none."""
    folders = CorpusPaths.of(config).builds()
    builds = {folder.version: folder for folder in folders if folder.file(DECISIONS).is_file()}
    wanted = str(parse_version(version)) if version else next(reversed(builds), None)
    if wanted not in builds:
        raise PlanError(f"{config.corpus}: no build {version or 'at all'} here; run discreet build first")
    return builds[wanted]
