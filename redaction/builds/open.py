"""Opens a build: reads every input once, indexes the posts without texts, and fixes version and instant."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from redaction.builds.inputs import Inputs, index_inputs, load_rules
from redaction.builds.reconcile import PROFILE_COLUMNS, check_inputs
from redaction.builds.republish import check_version, is_rebuild
from redaction.config import Config
from redaction.execution.code_version import code_digest
from redaction.release import Version, parse_version
from redaction.release.takedown import Tombstones
from redaction.state.agreement import note_agreement
from redaction.state.keys import master_key
from redaction.state.layout import BuildFolder, CorpusPaths, private_folder
from redaction.state.parquet_writer import write_table
from redaction.state.plan import InputCounts, Plan, PlanError, open_plan, stored_plan
from redaction.state.private_tables import INDEX, KEPT, QUARANTINED
from redaction.state.scratch import scratch
from redaction.storage import write_atomic
from redaction.tables import QUARANTINE, Duplicates, QuarantineReason, Source, TableName


@dataclass(frozen=True, slots=True)
class InputsReport:
    """What was read: rows by source, and how many were quarantined (columns source, reason, rows).

    `tables` and `files` count the rows and the files of every table. `older_versions` says whether the config expects
    several rows of one post and uses the newest.
    """

    plan: Plan
    rows: dict[str, int]
    quarantined: pl.DataFrame
    tables: dict[TableName, int]
    files: dict[TableName, int]
    older_versions: bool = False

    @property
    def quarantined_shares(self) -> dict[str, float]:
        """The share of quarantined rows, for posts and for profiles; without older versions of posts, if expected."""
        older = (pl.col("source") == Source.posts.value) & (pl.col("reason") == QuarantineReason.duplicate_id.value)
        counted = self.quarantined.filter(~older) if self.older_versions else self.quarantined
        sums = dict(counted.group_by("source").agg(pl.col("rows").sum()).iter_rows())
        return {s.value: sums.get(s.value, 0) / self.rows[s.value] if self.rows[s.value] else 0.0 for s in Source}


def prepare(config: Config, inputs: Inputs, *, as_of: str | None = None, version: str | None = None) -> InputsReport:
    """Make a plan, write the private folder of its build, and make the plan the current one.

    Args:
        config: The config of the run.
        inputs: Its inputs.
        as_of: The instant at which rights are evaluated, in ISO 8601; by default the config's, or now.
        version: The version to release; by default the next one.

    Returns:
        What was read.

    Raises:
        PlanError: `as_of` is no instant or is in the future; or the version is published and would change.
        ReconciliationError: Ids of one table do not exist in another, or a table shrank, beyond what the config allows.
        RightsError: The policy or the region sets cannot be used.
        TablesError: An input cannot be read.
        TakedownError: The tombstones cannot be read, or state and output are not of the same time.
    """
    paths = CorpusPaths.of(config)
    master = master_key(config)
    note_agreement(paths, master)
    stones = Tombstones.load(paths.tombstones, master, config.corpus)
    plan = draft_plan(config, inputs, as_of, stones)
    next_version = parse_version(version) if version else _next_version(paths, plan, plan.rules)
    plan = plan.model_copy(update={"version": str(next_version), "version_chosen": version is not None})
    check_version(paths, plan, plan.rules, stones)
    _remove_redacted(paths.build(plan.version), plan)
    rows, quarantined, tables = _write_tables(config, inputs, paths, plan.version, stones)
    open_plan(paths, plan)
    reasons = quarantined.group_by("source", "reason").len("rows").sort("source", "reason")
    newest = config.inputs.posts.duplicates is Duplicates.newest
    return InputsReport(
        plan=plan,
        rows={source.value: number for source, number in rows.items()},
        quarantined=reasons,
        tables=tables,
        files={name: len(files) for name, files in inputs.files.items()},
        older_versions=newest,
    )


def draft_plan(config: Config, inputs: Inputs, as_of: str | None, stones: Tombstones) -> Plan:
    """Describe what a build would release, but for its version. Reads every input byte, and writes nothing."""
    policy, regions = load_rules(config)
    return Plan(
        corpus=config.corpus,
        version="",
        as_of=instant_of(as_of or (config.as_of.isoformat() if config.as_of else None)),
        config=config.digest,
        code=code_digest(),
        inputs=inputs.digests(),
        files=inputs.stamp,
        snapshots=inputs.snapshots,
        unread=inputs.unread,
        rules=(policy.digest, regions.digest),
        tombstones=stones.digest,
    )


def _write_tables(
    config: Config, inputs: Inputs, paths: CorpusPaths, version: str, stones: Tombstones
) -> tuple[dict[Source, int], pl.DataFrame, dict[TableName, int]]:
    """Write the index, the quarantine and the counts of the inputs, if these fit.

    Returns:
        The rows of each source, the quarantined rows, and the rows of each table.
    """
    folder = paths.build(version)
    private_folder(paths.state)
    private_folder(folder.path)
    folder.file(KEPT).unlink(missing_ok=True)
    with scratch(paths.state) as temporary:
        index = index_inputs(config, inputs, temporary / INDEX.pattern)
        index.path.replace(folder.file(INDEX))
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    quarantined = pl.concat([pl.DataFrame(schema=QUARANTINE), index.quarantined, profiles.quarantined])
    write_table(QUARANTINED, folder.file(QUARANTINED), quarantined)
    rows = {Source.posts: index.input, Source.profiles: profiles.input}
    check = check_inputs(config, inputs, folder.file(INDEX), profiles, quarantined, stones, version)
    write_atomic(folder.counts, InputCounts(rows=rows, tables=check.rows).model_dump_json().encode())
    write_atomic(folder.reconciliation, check.reconciliation.to_json().encode())
    check.raise_problems()
    return rows, quarantined, check.rows


def _remove_redacted(folder: BuildFolder, plan: Plan) -> None:
    """Remove what an earlier plan of this version redacted: it may name people who objected since."""
    try:
        earlier = stored_plan(folder.path).digest
    except PlanError:
        earlier = ""
    if folder.redacted.is_dir() and earlier != plan.digest:
        shutil.rmtree(folder.redacted)


def _next_version(paths: CorpusPaths, plan: Plan, rules: tuple[str, str]) -> str:
    """Return the newest release's own version where the plan repeats its build, so that building twice is harmless."""
    release = paths.registry.newest()
    if release is None:
        return str(Version(1, 0, 0))
    return str(release.version if is_rebuild(plan, release, rules) else release.version.bump_minor())


def instant_of(text: str | None) -> datetime:
    """Parse an instant, by default now. Raises PlanError where it is none, has no time zone, or is in the future."""
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise PlanError(f"as_of: {text[:40]}: no instant; write it as 2025-06-30T00:00:00Z") from None
    if instant.tzinfo is None:
        raise PlanError(f"as_of: {text}: has no time zone; write it as {instant.isoformat()}Z")
    if instant > datetime.now(UTC):
        raise PlanError(f"as_of: {text}: is in the future; rights that are not yet known cannot be honored")
    return instant.astimezone(UTC)
