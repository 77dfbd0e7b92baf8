"""Takes back what may no longer be used, traces a subject, and compares releases."""

from datetime import UTC, datetime

import polars as pl

from redaction import rights
from redaction.builds.decide import decided, scratch_index
from redaction.builds.inputs import Inputs, open_inputs
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.release import Registry, Release, Version
from redaction.release.history.diff import NOT_KNOWN, Held, diff
from redaction.release.history.diff_report import DiffReport
from redaction.release.history.trace import Remembered, TraceReport, trace
from redaction.release.registry import build_of
from redaction.release.takedown import (
    WITHDRAWN,
    Order,
    Outcome,
    Settled,
    Signer,
    Tombstones,
    read_chain,
    settle,
    take_down,
)
from redaction.state.erasure import forget, known_links
from redaction.state.keys import master_key
from redaction.state.lock import alone
from redaction.state.plan import PlanError, Workplace, stored_plan
from redaction.state.sketch_store import SKETCHES, renew_sketches
from redaction.tables import TableName

ABSENT = "absent_from_inputs"
"""The reason of a record that was released and is in the inputs no more: nobody says yes to it now."""


class WithdrawError(DiscreetError):
    """A takedown that would take back more than an operator may have meant."""


def withdraw(
    config: Config, as_of: datetime, run_id: str, since: str | None = None, most_absent: float = 0.2
) -> Outcome | None:
    """Compares the rights as of an instant with every release, and takes back what they no longer allow.

    What was released and is in the inputs no more goes too. Publishes a new MAJOR version, writes a signed notice
    and tombstones, and has `state` forget (see `forget`), also what an earlier takedown, cut off, had left. None where
    nothing that was released has to go. `settle_superseded` goes on.

    Raises:
        WithdrawError: a greater share than `most_absent` of what was released is absent from the inputs, or would go
            since something about it is not known there any more.
        RightsError: the ledger cannot be used.
        ReleaseError: a release or a notice cannot be trusted, or a release knows the rights of a later instant than
            `as_of`; nothing is then published.
        BusyError: a build or another takedown is at work.
    """
    with alone(config):
        return _withdraw(config, as_of, run_id, since, most_absent)


def _withdraw(config: Config, as_of: datetime, run_id: str, since: str | None, most_absent: float) -> Outcome | None:
    inputs, master = open_inputs(config), master_key(config)
    order = Order(
        output=config.corpora,
        corpus=config.corpus,
        tombstones=config.tombstones,
        master=master,
        as_of=as_of,
        removed_at=max(as_of, datetime.now(UTC)),
        run_id=run_id,
        since=Version.parse(since) if since else None,
        settings=config.release,
    )
    order.refuse_earlier()
    released = known_links(config.private)
    with scratch_index(config, inputs) as index:
        remembered = index.with_name(SKETCHES)
        records = decided(config, inputs, index, as_of, master, remembered).records
        renew_sketches(config.private, remembered)
    withdrawn = _withdrawn(inputs, records, released)
    _refuse_too_many(config.corpus, withdrawn, released, most_absent)
    outcome = take_down(order, withdrawn)
    stones = Tombstones.load(config.tombstones, master, config.corpus)
    if len(stones):
        chain = read_chain(config.releases, Signer(master, config.corpus).public_key)
        forget(config, master, stones, chain, records)
    return outcome


def settle_superseded(config: Config, *, remove_rows: bool) -> Settled:
    """Marks every release that a takedown superseded; with `remove_rows` removes what these hold from `output`.

    Raises:
        ReleaseError: a release, a mark or a notice was changed.
        BusyError: a build or a takedown is at work.
    """
    registry = Registry(config.corpora, config.corpus)
    with alone(config):
        return settle(registry, Signer(master_key(config), config.corpus), withdraw=remove_rows)


def trace_subject(config: Config, subject: str, as_of: datetime) -> TraceReport:
    """In which releases a subject is, in which shards, and what is decided of each of their records now."""
    inputs, master = open_inputs(config), master_key(config)
    with scratch_index(config, inputs) as index:
        now = decided(config, inputs, index, as_of, master).records.filter(pl.col("subject_id") == subject)
    past = known_links(config.private).filter(pl.col("subject_id") == subject)
    gone = past.join(now, on=["source", "source_id"], how="anti").with_columns(
        pl.lit("drop").alias("decision"), pl.lit(ABSENT).alias("reason")
    )
    columns = ["source", "source_id", "decision", "reason"]
    told = pl.concat([now.select(columns), gone.select(columns)])
    registry = Registry(config.corpora, config.corpus)
    stones = Tombstones.load(config.tombstones, master, config.corpus)
    return trace(registry, subject, told, Remembered(master, stones, _decided_of(config, told)))


def compare_releases(before: Release, after: Release, config: Config | None, *, each: bool = False) -> DiffReport:
    """What is in one release and not in the other, and why. Releases with keys of their own need the config of their
    build; with it the report is private, since its numbers are exact. With `each` it lists every record that differs.

    Raises:
        ReleaseError: they have no id in common, and no config was given.
    """
    if config is None:
        return diff(before, after, each=each)
    schema = {"source": pl.String, "source_id": pl.String, "subject_id": pl.String}
    named = [pl.read_parquet(path, columns=list(schema)) for path in sorted(config.private.glob("*/decisions.parquet"))]
    records = pl.concat([pl.DataFrame(schema=schema), *named]).drop_nulls("source_id").unique()
    master = master_key(config)
    stones = Tombstones.load(config.tombstones, master, config.corpus)
    forgotten = records.filter(stones.covers(records) | stones.takedowns_of(records["subject_id"]).is_not_null())
    decided = [_or_forgotten(_decisions_of(config, release), forgotten) for release in (before, after)]
    ids = records.select("source", "source_id").unique().sort("source", "source_id")
    held = Held(master, ids, *decided)
    return diff(before, after, held, each=each)


def _decisions_of(config: Config, release: Release) -> pl.DataFrame | None:
    """What its build decided, one row a record: of rows that share an id, all but one were set aside.

    None where the state does not hold it: not at all, or only that of another build under the same version.
    """
    place, told = Workplace(config, str(build_of(release))), release.manifest
    try:
        plan = stored_plan(place.folder)
    except PlanError:
        return None
    made_by = (plan.config, plan.code, plan.inputs_digest) == (
        told.digests.config,
        told.digests.code,
        told.digests.inputs,
    )
    if not made_by or (told.takedown is None and told.as_of != plan.as_of) or not place.decisions.is_file():
        return None
    rows = pl.read_parquet(place.decisions, columns=["source", "source_id", "decision", "reason"]).drop_nulls(
        "source_id"
    )
    first = rows.sort(pl.col("decision") == "quarantine", maintain_order=True)
    return first.unique(["source", "source_id"], keep="first", maintain_order=True)


def _or_forgotten(decided: pl.DataFrame | None, forgotten: pl.DataFrame) -> pl.DataFrame | None:
    """With those that the state may have forgotten: that they are not among decisions says nothing of the inputs."""
    if decided is None:
        return None
    lost = forgotten.join(decided, on=["source", "source_id"], how="anti").select("source", "source_id").unique()
    lost = lost.with_columns(pl.lit("drop").alias("decision"), pl.lit(NOT_KNOWN).alias("reason"))
    return pl.concat([decided, lost])


def _decided_of(config: Config, records: pl.DataFrame) -> pl.DataFrame:
    """What each build decided of some records: version, source, source_id, reason."""
    schema = {"version": pl.String, "source": pl.String, "source_id": pl.String, "reason": pl.String}
    past = [
        pl.scan_parquet(path)
        .join(records.lazy(), on=["source", "source_id"], how="semi")
        .select(pl.lit(path.parent.name).alias("version"), "source", "source_id", "reason")
        .collect()
        for path in sorted(config.private.glob("*/decisions.parquet"))
    ]
    return pl.concat([pl.DataFrame(schema=schema), *past])


def _refuse_too_many(corpus: str, withdrawn: pl.DataFrame, released: pl.DataFrame, most: float) -> None:
    """What nobody said no to may be gone by mistake: an export that was cut short, of posts or of any other table.

    What is taken back stays away for good, so the operator is asked first.
    """
    unknown = [reason.value for reason in rights.Reason if reason.of_ignorance]
    lost = withdrawn.filter(pl.col("reason").is_in([ABSENT, *unknown]))
    lost = lost.join(released, on=["source", "source_id"], how="semi")
    if lost.height > most * max(released.height, 1):
        counts = lost.group_by("reason").len().sort("reason").iter_rows()
        raise WithdrawError(
            f"{corpus}: {lost.height} of {released.height} released records are in the inputs no more, or too little "
            f"is known of them there ({', '.join(f'{reason} {number}' for reason, number in counts)}); "
            "look for a table that was cut short, or, if that is meant, say --most-absent 1"
        )


def _withdrawn(inputs: Inputs, records: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    events = inputs.rows(TableName.rights_events, ["event_id", "event_time"]).rows.select("event_id", "event_time")
    denied = records.filter(pl.col("decision") != rights.KEEP).join(
        events.unique("event_id"), left_on="evidence_id", right_on="event_id", how="left", maintain_order="left"
    )
    absent = released.join(records, on=["source", "source_id"], how="anti", maintain_order="left").with_columns(
        pl.lit(ABSENT).alias("reason"), pl.lit(None).cast(WITHDRAWN["event_time"]).alias("event_time")
    )
    return pl.concat([frame.select(WITHDRAWN.names()).cast(WITHDRAWN) for frame in (denied, absent)])
