"""The answer to one member as a document: every figure and decision, about that member only."""

from collections import Counter
from datetime import UTC, datetime

import polars as pl
from pydantic import ConfigDict, computed_field

from redaction.base_model import FrozenModel, Instant
from redaction.builds.report import group_of
from redaction.operations.requests.answers.holdings import Holdings, MemberHoldings
from redaction.operations.requests.kinds import RequestKind
from redaction.operations.requests.progress import ReleaseState
from redaction.release.history.trace_report import Verdict
from redaction.release.registry import Release
from redaction.release.takedown import Acknowledgement, TakedownNotice
from redaction.rights import KEEP


class _Part(FrozenModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class AnsweredRequest(_Part):
    """The request that is answered."""

    request_id: str
    """Its id."""
    kind: RequestKind
    """What was asked for."""
    received: Instant
    """When."""


class DecidedRecord(_Part):
    """What is decided of one record now."""

    source: str
    """Posts or profiles."""
    source_id: str
    """Its id in the network."""
    decision: str
    """Keep or drop."""
    reason: str
    """The reason."""
    rule: str | None
    """The rule that gave it."""
    group: str | None
    """The kind of reason; null for a record that may be used."""


class HoldingRelease(_Part):
    """A release that holds records of the member, or held them."""

    version: str
    """The release."""
    as_of: Instant
    """The instant of its rights."""
    state: str
    """current, superseded, withdrawn, expired or older."""
    records: int
    """How many records of the member it holds, or held until its rows were removed."""
    manifest_sha256: str
    """The digest of its manifest."""


class RegisteredCopy(_Part):
    """A registered copy or product of a release that a takedown concerns."""

    descendant_id: str
    """Its id."""
    version: str
    """The release that it was made from."""
    kind: str
    """What it is."""
    due: Instant
    """When its holder has to answer."""
    response: str | None
    """What the holder did; null without an answer."""
    acknowledged_at: Instant | None
    """When the holder answered."""


class MemberTakedown(_Part):
    """A takedown that removed records of the member."""

    takedown: str
    """Its number."""
    effective_at: Instant
    """When."""
    records: dict[str, int]
    """How many records of the member, by source."""
    notice_sha256: str
    """The digest of the signed notice."""
    still_readable_in: tuple[str, ...]
    """The releases that it concerns, and whose rows can still be read."""
    copies: tuple[RegisteredCopy, ...]
    """The copies that it concerns."""


class LedgerEvent(_Part):
    """An event of the ledger."""

    event_id: str
    """Its id."""
    action: str | None
    """What was asked for, or happened."""
    event_time: Instant | None
    """When."""
    received_at: Instant | None
    """When the ledger received it."""
    purpose: str | None
    """The one purpose that it is about."""
    categories: tuple[str, ...] | None
    """The kinds of content that it is about."""
    recipients: tuple[str, ...] | None
    """The recipients that it is about."""


class MemberAnswer(_Part):
    """Everything that the corpus holds, and has decided, of one member. Private."""

    format: str = "discreet-answer/1"
    """The format."""
    corpus: str
    """The corpus."""
    subject_id: str
    """The member."""
    issued_at: Instant
    """When it was written."""
    as_of: Instant
    """The instant of the decisions."""
    policy: str
    """The policy of the decisions."""
    request: AnsweredRequest | None
    """The request; null where there is none."""
    decisions: tuple[DecidedRecord, ...]
    """What is decided of each record."""
    releases: tuple[HoldingRelease, ...]
    """The releases with records of the member."""
    readable: int
    """How many records of the member can be read in some release."""
    takedowns: tuple[MemberTakedown, ...]
    """The takedowns that removed records of the member."""
    events: tuple[LedgerEvent, ...]
    """The events of the ledger about the member."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdict(self) -> Verdict:
        """Whether releases hold records of the member."""
        if self.readable or any(each.still_readable_in for each in self.takedowns):
            return Verdict.NOT_GONE
        return Verdict.GONE if self.releases or self.takedowns else Verdict.NEVER_RELEASED

    @property
    def groups(self) -> dict[str, int]:
        """How many records are left out, by kind of reason."""
        return dict(Counter(each.group for each in self.decisions if each.group))

    @property
    def kept(self) -> int:
        """How many records may be used."""
        return sum(each.group is None for each in self.decisions)


def answer_of(holdings: Holdings, member: MemberHoldings, request: AnsweredRequest | None = None) -> MemberAnswer:
    """Write the answer to a member from what is held of them."""
    state = holdings.state
    held = dict(member.appearances.group_by("release").agg(pl.struct("source", "source_id").n_unique()).iter_rows())
    readable = [str(each.version) for each in state.readable]
    now = member.appearances.filter(pl.col("release").is_in(readable)).select("source", "source_id").n_unique()
    return MemberAnswer(
        corpus=state.paths.corpus,
        subject_id=member.subject_id,
        issued_at=datetime.now(UTC),
        as_of=holdings.as_of,
        policy=holdings.policy.policy_id,
        request=request,
        decisions=tuple(
            DecidedRecord(**row, group=None if row["decision"] == KEEP else group_of(row["reason"]).value)
            for row in member.decisions.drop("subject_id").iter_rows(named=True)
        ),
        releases=tuple(
            _release(state, each, held[version]) for each in state.releases if (version := str(each.version)) in held
        ),
        readable=now if member.appearances.height else 0,
        takedowns=_takedowns(state, member.removed),
        events=tuple(
            LedgerEvent(**{name: row[name] for name in LedgerEvent.model_fields})
            for row in member.events.iter_rows(named=True)
        ),
    )


def state_of(state: ReleaseState, release: Release) -> str:
    """Name the state of a release in one word."""
    if release.withdrawn:
        return "withdrawn"
    if release.superseded is not None:
        return "superseded"
    expires_at = release.manifest.expires_at
    if expires_at is not None and expires_at <= datetime.now(UTC):
        return "expired"
    return "current" if release == state.current else "older"


def _release(state: ReleaseState, release: Release, records: int) -> HoldingRelease:
    return HoldingRelease(
        version=str(release.version),
        as_of=release.manifest.as_of,
        state=state_of(state, release),
        records=records,
        manifest_sha256=state.manifest_digests[str(release.version)],
    )


def _takedowns(state: ReleaseState, removed: pl.DataFrame) -> tuple[MemberTakedown, ...]:
    if removed.is_empty():
        return ()
    counts: dict[str, dict[str, int]] = {}
    for takedown, source, number in removed.select("takedown", "source", "records").iter_rows():
        counts.setdefault(takedown, {})[source] = number
    return tuple(
        MemberTakedown(
            takedown=notice.takedown_id,
            effective_at=notice.effective_at,
            records=counts[notice.takedown_id],
            notice_sha256=state.notice_digests[notice.takedown_id],
            still_readable_in=state.still_readable[notice.takedown_id],
            copies=_copies(notice, state.answers),
        )
        for notice in state.chain
        if notice.takedown_id in counts
    )


def _copies(notice: TakedownNotice, answers: dict[tuple[str, str], Acknowledgement]) -> tuple[RegisteredCopy, ...]:
    found = ((each, answers.get((notice.takedown_id, each.descendant_id))) for each in notice.descendants)
    return tuple(
        RegisteredCopy(
            descendant_id=each.descendant_id,
            version=each.version,
            kind=each.kind.value,
            due=notice.deadline,
            response=answer.response.value if answer else None,
            acknowledged_at=answer.acknowledged_at if answer else None,
        )
        for each, answer in found
    )
