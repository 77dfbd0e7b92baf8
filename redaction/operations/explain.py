"""Why was this record kept or dropped? The answer holds ids, times, regions and reasons, never a text."""

from dataclasses import dataclass

import polars as pl

from redaction import rights
from redaction.builds.decide import load_rules, rights_inputs
from redaction.builds.dispositions import DECISIONS
from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.release import Version
from redaction.state.plan import Plan, PlanError, Workplace, stored_plan
from redaction.tables import Source


@dataclass(frozen=True, slots=True)
class Explained:
    """What a build decided about a record, and, from the inputs as they are now, everything that led to it.

    `decisions` are rows of the build's decisions: one for a post, that of the profile for a subject. `chain` is
    None where no rule ever saw the row, since it was set aside.
    """

    plan: Plan
    decisions: tuple[dict[str, str | None], ...]
    chain: rights.Explanation | None


def explain_record(config: Config, identifier: str, version: str | None = None) -> Explained:
    """Explains a post or a subject by its id in the network, or a record by its id in the corpus.

    Raises:
        PlanError: there is no such build, or it has no such record.
        RightsError: the inputs cannot be judged any more.
    """
    place = Workplace(config, _built(config, version))
    plan = stored_plan(place.folder)
    rows = (
        pl.scan_parquet(place.decisions)
        .filter((pl.col("source_id") == identifier) | (pl.col("record_id") == identifier))
        .select(DECISIONS.names())
        .collect()
    )
    if rows.is_empty():
        raise PlanError(
            f"{identifier}: no such record in build {plan.version} of {config.corpus}; check the id, or ask trace"
        )
    told = tuple(rows.iter_rows(named=True))
    judged = next((row for row in told if row["decision"] != "quarantine"), None)
    if judged is None:
        return Explained(plan, told, None)
    policy, regions = load_rules(config)
    inputs = rights_inputs(place.index, open_inputs(config))
    chain = rights.explain(inputs, policy, regions, config.rights, plan.as_of, str(judged["source_id"]))
    return Explained(plan, told, chain)


def subject_records(config: Config, subject: str, version: str | None = None) -> pl.DataFrame:
    """How many records of a subject met which decision in a build: source, decision, reason, records."""
    place = Workplace(config, _built(config, version))
    return (
        pl.scan_parquet(place.decisions)
        .filter((pl.col("subject_id") == subject) & (pl.col("source") == Source.posts.value))
        .group_by("source", "decision", "reason")
        .agg(pl.len().alias("records"))
        .sort("source", "decision", "reason")
        .collect()
    )


def _built(config: Config, version: str | None) -> str:
    built = [Version.parse(path.parent.name) for path in config.private.glob("*/decisions.parquet")]
    wanted = Version.parse(version) if version else max(built, default=None)
    if wanted not in built:
        raise PlanError(f"{config.corpus}: no build {version or 'at all'} here; run discreet build first")
    return str(wanted)
