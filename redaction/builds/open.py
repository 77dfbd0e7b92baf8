"""Opens a build: reads every input once, indexes the posts without texts, and fixes version and instant."""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from redaction.builds.inputs import Inputs
from redaction.builds.republish import is_of, refuse_another
from redaction.config import Config
from redaction.execution.code_version import code_digest
from redaction.release import Registry, Version
from redaction.release.takedown import Tombstones
from redaction.state.keys import master_key
from redaction.state.plan import (
    InputCounts,
    Plan,
    PlanError,
    Workplace,
    open_plan,
    private_folder,
    write_whole,
)
from redaction.state.scratch import scratch
from redaction.tables import QUARANTINE, Source, TableName, index_posts


@dataclass(frozen=True, slots=True)
class InputsReport:
    """What was read, and what was set aside (columns source, reason, rows)."""

    plan: Plan
    rows: dict[str, int]
    quarantined: pl.DataFrame

    @property
    def quarantined_shares(self) -> dict[str, float]:
        """For posts and for profiles the share of rows that was set aside."""
        sums = dict(self.quarantined.group_by("source").agg(pl.col("rows").sum()).iter_rows())
        return {s.value: sums.get(s.value, 0) / self.rows[s.value] if self.rows[s.value] else 0.0 for s in Source}


def prepare(config: Config, inputs: Inputs, *, as_of: str | None = None, version: str | None = None) -> InputsReport:
    """Makes a plan, and the private folder that goes with it.

    `as_of` and `version` go before what the config says; without either, `as_of` is now and `version` the next.

    Raises:
        PlanError: an instant that is no instant, or lies ahead; or the version is published and would not be the same.
        TablesError: an input that cannot be read.
        TakedownError: the tombstones cannot be read.
    """
    stones = Tombstones.load(config.tombstones, master_key(config), config.corpus)
    instant = instant_of(as_of or (config.as_of.isoformat() if config.as_of else None))
    plan = _plan(config, inputs, instant, version).model_copy(update={"taken_back": stones.digest})
    refuse_another(config, plan, stones)
    place = Workplace.of(config, plan)
    private_folder(config.private)
    private_folder(place.folder)
    place.kept.unlink(missing_ok=True)
    with scratch(config.private) as folder:
        index = index_posts(inputs.files[TableName.posts], folder / place.index.name, config.partitions)
        index.path.replace(place.index)
    profiles = inputs.rows(TableName.profiles, ["user_id"])
    quarantined = pl.concat([pl.DataFrame(schema=QUARANTINE), index.quarantined, profiles.quarantined])
    quarantined.write_parquet(place.quarantine, compression="zstd")
    rows = {Source.posts: index.input, Source.profiles: profiles.input}
    write_whole(place.counts, InputCounts(rows=rows).model_dump_json())
    open_plan(config, plan)
    reasons = quarantined.group_by("source", "reason").len("rows").sort("source", "reason")
    return InputsReport(plan, {source.value: number for source, number in rows.items()}, reasons)


def _plan(config: Config, inputs: Inputs, as_of: datetime, version: str | None) -> Plan:
    draft = Plan(
        corpus=config.corpus,
        version=str(Version.parse(version)) if version else "",
        as_of=as_of,
        config=config.digest,
        code=code_digest(),
        inputs=inputs.digests(),
        files=inputs.places,
    )
    return draft if version else draft.model_copy(update={"version": _next_version(config, draft)})


def _next_version(config: Config, draft: Plan) -> str:
    """The newest release's own version where it was built from the very same, so that building twice is harmless."""
    release = Registry(config.corpora, config.corpus).newest()
    if release is None:
        return str(Version(1, 0, 0))
    return str(release.version if is_of(draft, release, config) else release.version.next_minor())


def instant_of(text: str | None) -> datetime:
    """The instant that was asked for, or now. Raises PlanError where it is none, or lies ahead."""
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise PlanError(f"as_of: {text[:40]}: no instant; write it as 2025-06-30T00:00:00Z") from None
    if instant.tzinfo is None:
        raise PlanError(f"as_of: {text}: has no time zone; add Z for UTC")
    if instant > datetime.now(UTC):
        raise PlanError(f"as_of: {text}: lies ahead; rights that are not yet known cannot be honoured")
    return instant.astimezone(UTC)
