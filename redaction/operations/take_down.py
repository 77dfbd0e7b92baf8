"""Withdraws the records that may no longer be used from every release and from the private state."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from redaction import rights
from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import Inputs, open_inputs
from redaction.builds.mirror_table import mirror_newest
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.operations.takedown_answer import TakedownPreview
from redaction.operations.trace import ABSENT
from redaction.release import Staging, parse_version
from redaction.release.takedown import (
    WITHDRAWN,
    Removals,
    Signer,
    SupersededReleases,
    TakedownRequest,
    TakedownResult,
    Tombstones,
    cause_of,
    expired_releases,
    find_removals,
    mark_superseded,
    read_chain,
    retire_expired,
    superseded_releases,
    take_down,
)
from redaction.state.action_log import Deed, bind_log, log_action
from redaction.state.agreement import check_agreement, note_agreement
from redaction.state.decisions import RECORD, released_records
from redaction.state.erasure import erase
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths, remove_private_reports
from redaction.state.lock import corpus_lock
from redaction.state.private_tables import SKETCHES
from redaction.state.stores.review_store import retain_reviewed
from redaction.state.stores.sketch_store import replace_sketches
from redaction.tables import TableName


class WithdrawError(DiscreetError):
    """A takedown that would withdraw more than an operator may have meant."""


Approve = Callable[[TakedownPreview], None]
"""Receives what a takedown would do, before it does anything; raises to stop it."""


def withdraw(  # noqa: PLR0913, PLR0917 - each is independent of the others
    config: Config,
    as_of: datetime,
    run_id: str,
    since: str | None = None,
    most_absent: float = 0.2,
    approve: Approve | None = None,
) -> TakedownResult | None:
    """Withdraw every released record that the rights no longer allow, or that is no longer in the inputs.

    Publishes a new MAJOR version, writes a signed notice and tombstones, and erases the records from `state`, also what
    an interrupted takedown left there. Follow it with `settle_superseded`.

    Args:
        config: The config of the corpus.
        as_of: The instant at which rights are evaluated.
        run_id: A new id, which names the staging folder.
        since: The earliest release to search; by default all are.
        most_absent: The largest share of released records that may be absent from the inputs, or lack what the rules
            need there.
        approve: Called before anything is changed; no build can start while it runs.

    Returns:
        What was withdrawn; None where no released record has to go.

    Raises:
        WithdrawError: A greater share than `most_absent` is absent or unknown.
        RightsError: The ledger cannot be used.
        ReleaseError: A release or a notice cannot be trusted, a release was made as of a later instant than `as_of`,
            or state and output are not of the same time; nothing is then published.
        BusyError: A build or another takedown is running.
        TableError: All is done, but the table that `release.table` names could not be written.
    """
    paths = CorpusPaths.of(config)
    with _decided(config, as_of, run_id, since, most_absent, note_agreement) as case:
        if approve:
            approve(case.preview(paths))
        replace_sketches(paths.state, case.sketches)
        remove_private_reports(paths)
        retain_reviewed(paths, case.records.filter(decision=rights.KEEP).select(RECORD))
        outcome = take_down(case.request, case.withdrawn, case.removals)
        master = case.request.master
        if outcome is not None:
            log_action(paths, master, Deed.TAKEN_DOWN, takedown=outcome.notice.takedown_id, records=outcome.removed)
            bind_log(paths, master)
        note_agreement(paths, master)
        stones = Tombstones.load(paths.tombstones, master, paths.corpus)
        Staging.discard_all(paths.corpora, paths.corpus, paths.state)  # it may hold records that were never released
        if len(stones):
            chain = read_chain(paths.releases, Signer(master, paths.corpus).public_key)
            erase(paths, master, stones, chain, case.records)
        mirror_newest(config)
        return outcome


def preview_takedown(
    config: Config, as_of: datetime, since: str | None = None, most_absent: float = 0.2
) -> TakedownPreview:
    """Find what `withdraw` would remove; nothing is changed. Arguments and errors as for `withdraw`."""
    with _decided(config, as_of, "preview", since, most_absent, check_agreement) as case:
        return case.preview(CorpusPaths.of(config))


@dataclass(frozen=True, slots=True, repr=False)
class _Case:
    """The rights of all records now, and what has to be removed."""

    request: TakedownRequest
    records: pl.DataFrame
    withdrawn: pl.DataFrame
    removals: Removals
    sketches: Path

    def preview(self, paths: CorpusPaths) -> TakedownPreview:
        """Count what would be removed."""
        removals = self.removals
        first = self.withdrawn.unique(["source", "source_id"], keep="first", maintain_order=True)
        reasons = (
            first.join(removals.records, on=RECORD, how="semi")
            .group_by("reason")
            .len()
            .sort("len", "reason", descending=[True, False])
        )
        causes: dict[str, dict[str, int]] = {}
        for reason, number in reasons.iter_rows():
            causes.setdefault(cause_of(reason).value, {})[reason] = number
        sources = removals.records.group_by("source").len().sort("source")
        superseded = {*superseded_releases(paths.registry, removals.chain), *removals.releases}
        return TakedownPreview(
            corpus=paths.corpus,
            as_of=self.request.as_of,
            records=dict(sources.iter_rows()),
            causes=causes,
            releases=removals.releases,
            newest=str(removals.newest) if removals.newest else None,
            successor=str(removals.successor) if removals.successor else None,
            superseded=tuple(sorted(superseded, key=parse_version)),
            expired=expired_releases(paths.registry, self.request.removed_at),
        )


@contextmanager
def _decided(  # noqa: PLR0913, PLR0917 - each is independent of the others
    config: Config,
    as_of: datetime,
    run_id: str,
    since: str | None,
    most_absent: float,
    agree: Callable[[CorpusPaths, bytes], None],
) -> Iterator[_Case]:
    """Lock the corpus, decide the rights of every record, and find the released ones that have to go."""
    paths = CorpusPaths.of(config)
    with corpus_lock(paths):
        master = master_key(config)
        agree(paths, master)
        request = TakedownRequest(
            output=paths.corpora,
            corpus=paths.corpus,
            tombstones=paths.tombstones,
            master=master,
            as_of=as_of,
            removed_at=max(as_of, datetime.now(UTC)),
            run_id=run_id,
            since=parse_version(since) if since else None,
            settings=config.release,
        )
        request.refuse_earlier()
        inputs, released = open_inputs(config), released_records(paths)
        with scratch_index(config, inputs) as index:
            sketches = index.with_name(SKETCHES.pattern)
            records = decide_inputs(config, inputs, index, as_of, master, sketches).records
            withdrawn = _withdrawn(inputs, records, released)
            _check_share(paths.corpus, withdrawn, released, most_absent)
            yield _Case(request, records, withdrawn, find_removals(request, withdrawn), sketches)


def settle_superseded(config: Config, *, remove_rows: bool) -> SupersededReleases:
    """Mark every release that a takedown superseded, and with `remove_rows` remove their rows from `output`.

    Releases whose retention is over are retired by a notice of their own, and their rows are removed in any case.

    Returns:
        The releases marked, those whose rows were removed, and those that had expired.

    Raises:
        ReleaseError: A release, a mark or a notice was changed.
        BusyError: A build or a takedown is running.
    """
    paths = CorpusPaths.of(config)
    with corpus_lock(paths):
        master, now = master_key(config), datetime.now(UTC)
        expired = expired_releases(paths.registry, now)
        if expired:
            note_agreement(paths, master)
            retire_expired(paths.corpora, paths.corpus, paths.tombstones, master, now)
            note_agreement(paths, master)
            log_action(paths, master, Deed.RETIRED, releases=", ".join(expired))
            bind_log(paths, master)
        before = {str(each.version) for each in paths.registry.releases() if each.withdrawn}
        settled = mark_superseded(paths.registry, Signer(master, paths.corpus), withdraw=remove_rows)
        gone = [version for version in settled.withdrawn if version not in before]
        if gone:
            log_action(paths, master, Deed.ROWS_REMOVED, releases=", ".join(gone))
            bind_log(paths, master)
        if expired:
            mirror_newest(config)
    return replace(settled, expired=expired)


def _check_share(corpus: str, withdrawn: pl.DataFrame, released: pl.DataFrame, most: float) -> None:
    """Raise WithdrawError where too many records would go for lack of data, since none of them would ever return."""
    unknown = [ABSENT, *(reason.value for reason in rights.Reason if reason.is_unknown)]
    lost = withdrawn.filter(pl.col("reason").is_in(unknown)).join(released, on=RECORD, how="semi")
    if lost.height > most * max(released.height, 1):
        counts = lost.group_by("reason").len().sort("len", "reason", descending=[True, False]).iter_rows()
        raise WithdrawError(
            f"{corpus}: {lost.height} of {released.height} released records are no longer in the inputs, or too little "
            f"is known of them there ({', '.join(f'{reason} {number}' for reason, number in counts)}); "
            "check for an incomplete table, or, if that is meant, say --most-absent 1"
        )


def _withdrawn(inputs: Inputs, records: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    """Return the records that may not be used, decided or absent, with the time of the event (`WITHDRAWN`)."""
    events = inputs.rows(TableName.rights_events, ["event_id", "event_time"]).rows.select("event_id", "event_time")
    denied = records.filter(pl.col("decision") != rights.KEEP).join(
        events.unique("event_id"), left_on="evidence_id", right_on="event_id", how="left", maintain_order="left"
    )
    absent = released.join(records, on=RECORD, how="anti", maintain_order="left").with_columns(
        pl.lit(ABSENT).alias("reason"), pl.lit(None).cast(WITHDRAWN["event_time"]).alias("event_time")
    )
    return pl.concat([frame.select(WITHDRAWN.names()).cast(WITHDRAWN) for frame in (denied, absent)])
