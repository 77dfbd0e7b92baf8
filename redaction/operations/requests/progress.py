"""How far each request is: decided, removed from new builds, taken down, copies acknowledged, answered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

import polars as pl
from pydantic import ConfigDict

from redaction.base_model import FrozenModel, Instant
from redaction.config import Config
from redaction.operations.requests.kinds import RequestKind
from redaction.release.registry import Release, original_version
from redaction.release.takedown import (
    Acknowledgement,
    Signer,
    TakedownNotice,
    Tombstones,
    read_chain,
    unanswered,
)
from redaction.release.takedown.descendants import acknowledgements
from redaction.state.agreement import check_agreement
from redaction.state.decisions import decisions_of_builds
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.stores.request_store import read_book


class RequestState(StrEnum):
    """How far a request is. Each state includes those before it."""

    RECORDED = "recorded"
    """The next build or takedown will read it."""
    DECIDED = "decided"
    """The newest release has the rights of a time after it, as far as they concern this kind of request."""
    REMOVED = "removed"
    """The newest release holds no record of the member."""
    TAKEN_DOWN = "taken down"
    """No release that can be read holds one."""
    ACKNOWLEDGED = "acknowledged"
    """Every registered copy that held one was answered for by its holder."""
    ANSWERED = "answered"
    """The member was answered."""


class RequestLine(FrozenModel):
    """One request, and how far it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    request_id: str
    """Its id: a keyed one, which names nobody."""
    kind: RequestKind
    """What was asked for."""
    subject_id: str | None
    """Who asked; null once it was answered."""
    received: Instant
    """When it was received."""
    due: date
    """When an answer is due."""
    extension: str | None
    """Why it is due two months later than the first day; null without an extension."""
    state: RequestState
    """How far it is."""
    overdue: bool
    """Whether the day is past, and it was not answered."""
    readable: int
    """How many records of the member can be read in releases, by the decisions of their builds."""
    open_copies: int
    """How many registered copies that held one were not answered for."""


@dataclass(frozen=True, repr=False)
class ReleaseState:
    """The releases and takedowns of a corpus, as far as the progress of a request depends on them.

    What is computed of them is computed once, since thousands of members may be answered by it.
    """

    paths: CorpusPaths
    releases: tuple[Release, ...]
    chain: tuple[TakedownNotice, ...]
    stones: Tombstones

    @classmethod
    def of(cls, config: Config) -> Self:
        """Read them. Raises TakedownError where state and output are not of the same time."""
        paths, master = CorpusPaths.of(config), master_key(config)
        check_agreement(paths, master)
        chain = read_chain(paths.releases, Signer(master, paths.corpus).public_key)
        return cls(paths, paths.registry.releases(), chain, Tombstones.load(paths.tombstones, master, paths.corpus))

    @cached_property
    def readable(self) -> tuple[Release, ...]:
        """The releases whose rows can be read."""
        return tuple(each for each in self.releases if not each.withdrawn)

    @property
    def current(self) -> Release | None:
        """The release to use: the newest one that can be read and that nothing superseded."""
        return next((each for each in reversed(self.readable) if each.superseded is None), None)

    @cached_property
    def still_readable(self) -> dict[str, tuple[str, ...]]:
        """Return, for each takedown, the releases that it removed records from, and whose rows can still be read."""
        readable = {str(each.version) for each in self.readable}
        return {
            notice.takedown_id: tuple(a.version for a in notice.releases if a.version in readable)
            for notice in self.chain
        }

    @cached_property
    def open_copies(self) -> dict[str, int]:
        """Count, for each takedown, the copies and products whose holders have not answered."""
        counts = dict.fromkeys((notice.takedown_id for notice in self.chain), 0)
        for takedown, _ in unanswered(self.paths.releases, self.chain):
            counts[takedown] += 1
        return counts

    @cached_property
    def answers(self) -> dict[tuple[str, str], Acknowledgement]:
        """What the holders of copies answered, by takedown and copy."""
        return {(each.takedown_id, each.descendant_id): each for each in acknowledgements(self.paths.releases)}

    @cached_property
    def notice_digests(self) -> dict[str, str]:
        """The SHA-256 of each notice, by takedown."""
        return {notice.takedown_id: notice.digest for notice in self.chain}

    @cached_property
    def manifest_digests(self) -> dict[str, str]:
        """The digest of each manifest, by version."""
        return {str(each.version): each.manifest.digest for each in self.releases}


def list_requests(config: Config, *, every: bool = False, today: date | None = None) -> list[RequestLine]:
    """List the requests, the most urgent first.

    Args:
        config: The config of the corpus.
        every: Whether to list answered ones, too.
        today: The day by which they are overdue; this one by default.

    Returns:
        The requests.

    Raises:
        TakedownError: State and output are not of the same time.
    """
    paths, now = CorpusPaths.of(config), today or datetime.now(UTC).date()
    requests = read_book(paths).requests
    requests = requests if every else requests.filter(pl.col("answered_at").is_null())
    if requests.is_empty():
        return []
    state = ReleaseState.of(config)
    scoped = read_book(paths).events.filter(
        pl.any_horizontal(pl.col("purpose", "categories", "recipients").is_not_null())
    )
    rows = requests.join(held_by(state, requests["subject_id"].drop_nulls()), on="subject_id", how="left")
    rows = rows.with_columns(
        pl.col("event_id").is_in(scoped["event_id"].implode()).fill_null(value=False).alias("scoped")
    )
    as_of = state.current.manifest.as_of if state.current else None
    return [_line(row, as_of, now) for row in rows.sort("due", "request_id").iter_rows(named=True)]


def held_by(state: ReleaseState, subjects: pl.Series) -> pl.DataFrame:
    """Count what releases hold of each subject, by the decisions of their builds, the notices and the tombstones.

    Returns:
        subject_id, in_current and readable (records), removed_readable (releases that still hold records which a
        takedown removed), open_copies (copies that were not answered for).
    """
    wanted = subjects.unique().to_frame("subject_id")
    versions = [(str(original_version(each)), str(each.version)) for each in state.readable]
    releases = pl.DataFrame(versions, schema={"version": pl.String, "release": pl.String}, orient="row")
    links = (
        decisions_of_builds(state.paths)
        .drop_nulls("record_id")
        .join(wanted.lazy(), on="subject_id", how="semi")
        .select("subject_id", "version", "source", "source_id")
        .unique()
        .join(releases.lazy(), on="version", how="inner")
        .collect(engine="streaming")
    )
    current = str(state.current.version) if state.current else ""
    held = links.group_by("subject_id").agg(
        in_current=pl.struct("source", "source_id").filter(release=current).n_unique(),
        readable=pl.struct("source", "source_id").n_unique(),
    )
    readable = {takedown: len(versions) for takedown, versions in state.still_readable.items()}
    removed = (
        state.stones.removals(wanted["subject_id"])
        .with_columns(
            removed_readable=pl.col("takedown").replace_strict(readable, default=0, return_dtype=pl.Int64),
            open_copies=pl.col("takedown").replace_strict(state.open_copies, default=0, return_dtype=pl.Int64),
        )
        .unique(["subject_id", "takedown"])
        .group_by("subject_id")
        .agg(pl.col("removed_readable", "open_copies").sum())
    )
    return (
        wanted.join(held, on="subject_id", how="left")
        .join(removed, on="subject_id", how="left")
        .with_columns(pl.exclude("subject_id").fill_null(0).cast(pl.Int64))
    )


def _line(row: dict[str, object], as_of: datetime | None, today: date) -> RequestLine:
    return RequestLine.model_validate(
        {name: row[name] for name in ("request_id", "kind", "subject_id", "received", "due", "extension")}
        | {
            "state": _state(row, as_of),
            "overdue": row["answered_at"] is None and str(row["due"]) < str(today),
            "readable": row["readable"] or 0,
            "open_copies": row["open_copies"] or 0,
        }
    )


def _state(row: dict[str, object], as_of: datetime | None) -> RequestState:
    if row["answered_at"] is not None:
        return RequestState.ANSWERED
    kind, received = RequestKind(str(row["kind"])), row["received"]
    if not isinstance(received, datetime) or as_of is None or as_of < received:
        return RequestState.RECORDED
    if not kind.removes or row["scoped"]:
        return RequestState.DECIDED
    if row["in_current"]:
        return RequestState.RECORDED
    if row["readable"] or row["removed_readable"]:
        return RequestState.REMOVED
    return RequestState.TAKEN_DOWN if row["open_copies"] else RequestState.ACKNOWLEDGED
