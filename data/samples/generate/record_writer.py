"""Writes single records: draws an author, a text and a chain, and states the truth about them."""

from __future__ import annotations

import bisect
import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from generate.members import Member
from generate.near_duplicate_filter import NearDuplicateFilter
from generate.people import Person, Sources
from generate.plan import AS_OF
from generate.records import EXCLUDED, FINE, KINDS_DENIED, KINDS_UNKNOWN, Record
from generate.segments import LabeledSpan, Segment, Segments, glue, join, others, text_of
from generate.slot_filler import Guest, SlotFiller
from generate.texts import Texts

CHAINED = {"comment": 0.93, "post": 0.09, "article": 0.02, "group_message": 0.3, "message": 0.25}
RECENT = 400


@dataclass(frozen=True, slots=True)
class UnknownAuthor:
    """An author without a profile."""

    user_id: str
    person: Person


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before it becomes a record.

    ``parents`` are the records above it by their column, ``missing`` is a column whose parent is absent, ``guests``
    are the people whom the text mentions.
    """

    when: datetime
    author: Member | UnknownAuthor
    kind: str
    segments: Segments
    language: str
    parents: dict[str, Record] = field(default_factory=dict)
    missing: str | None = None
    context: str | None = None
    guests: list[Guest] = field(default_factory=list)


class RecordWriter:
    """Writes records. Everything random is drawn from one generator in one order."""

    def __init__(
        self,
        rng: random.Random,
        sources: Sources,
        texts: Texts,
        members: list[Member],
        unknown_authors: list[UnknownAuthor],
        objectors: list[Person],
    ) -> None:
        """Start without any record."""
        self.rng = rng
        self.sources = sources
        self.texts = texts
        self.members = members
        self.unknown_authors = unknown_authors
        self.objectors = objectors
        self.near_duplicates = NearDuplicateFilter()
        self.recent: deque[Record] = deque(maxlen=RECENT)
        self.people = {m.user_id: m.person for m in members} | {a.user_id: a.person for a in unknown_authors}
        self.number = 0
        total = 0.0
        self._cumulative = [total := total + m.activity for m in members]
        self._resumes: set[str] = set()

    def author(self, when: datetime, *, clean: bool = False) -> Member | UnknownAuthor:
        """Draw who writes at a moment; ``clean`` asks for someone whose content is not excluded then."""
        if not clean and self.rng.random() < 0.006:
            return self.rng.choice(self.unknown_authors)
        while True:
            point = self.rng.random() * self._cumulative[-1]
            member = self.members[bisect.bisect_left(self._cumulative, point)]
            if member.habits and not member.habits.writes_at(self.rng, when.hour):
                continue
            if member.plan.writes_at(when) and not (clean and member.plan.reason_at(when)):
                return member

    def write(
        self,
        when: datetime,
        author: Member | UnknownAuthor,
        kind: str,
        parents: dict[str, Record] | None = None,
        missing: str | None = None,
        context: str | None = None,
    ) -> Record:
        """Write one record; chains are drawn where none are given."""
        rng = self.rng
        if parents is None and missing is None:
            parents, missing = self._chain(kind, when)
        parents = parents or {}
        if kind == "resume" and author.user_id in self._resumes:
            kind = "post"
        if kind == "resume":
            self._resumes.add(author.user_id)
        context = context or self._context(kind, parents)
        language = author.language if isinstance(author, Member) and rng.random() < 0.93 else "en"
        segments, guests = self._text(kind, author, when, language, parents)
        return self.finish(Draft(when, author, kind, segments, language, parents, missing, context, guests))

    def finish(self, draft: Draft) -> Record:
        """Make the row of a text, and its truth."""
        rng, author = self.rng, draft.author
        self.number += 1
        text, spans = join(draft.segments)
        title: str | None = None
        title_spans: list[LabeledSpan] = []
        if draft.kind == "article":
            filler = self._filler(author, draft.when, draft.language, [])
            title, title_spans = join(self.texts.title(filler))
        chain: dict[str, str | None] = {f: r.row["post_id"] for f, r in draft.parents.items()}
        if draft.missing:
            chain[draft.missing] = f"post-9{rng.randrange(10**6):06d}"
        post_id = f"post-{self.number:07d}"
        mentions = list(dict.fromkeys(g.member for g in draft.guests if g.member and g.whose == "mentioned"))
        row: dict[str, Any] = {
            "post_id": post_id,
            "author_id": author.user_id,
            "created_at": draft.when,
            "kind": draft.kind,
            "text": text,
            "title": title,
            "language": _declared(rng, draft.language),
            "context": draft.context,
            "in_reply_to": chain.get("in_reply_to"),
            "repost_of": chain.get("repost_of"),
            "quote_of": chain.get("quote_of"),
            "mentions": mentions,
            "url": self._url(author.person, post_id, draft.guests),
        }
        return Record(
            row=row,
            sort_time=draft.when,
            segments=draft.segments,
            spans=spans,
            language=draft.language,
            scenario=author.scenario if isinstance(author, Member) else "no_profile",
            own=_own(draft),
            missing=draft.missing is not None or any(p.missing for p in draft.parents.values()),
            protected=any(p.own is not None or p.protected for p in draft.parents.values()),
            title_spans=title_spans,
        )

    def _url(self, author: Person, post_id: str, guests: list[Guest]) -> str | None:
        """Return the record's address, which names its author and sometimes someone mentioned."""
        if self.rng.random() < 0.4:
            return None
        plain = f"https://harbour.example/posts/{author.handle}-{post_id}"
        named = [g.person.handle for g in guests if g.whose == "mentioned"]
        return f"{plain}?mention={named[0]}" if named and self.rng.random() < 0.3 else plain

    def remember(self, record: Record) -> Record:
        """Let later records answer, quote or share this one."""
        if record.quarantine is None and record.copy_of is None:
            self.recent.append(record)
        return record

    def _filler(self, author: Member | UnknownAuthor, when: datetime, language: str, guests: list[Guest]) -> SlotFiller:
        words = self.texts.words[language]
        habits = author.habits if isinstance(author, Member) else None
        if habits:
            words = habits.words(self.rng, words)
        return SlotFiller(self.rng, self.sources, author.person, when, language, words, guests, habits=habits)

    def _guests(self, author: Member | UnknownAuthor, kind: str, parents: dict[str, Record]) -> list[Guest]:
        rng = self.rng
        guests: list[Guest] = []
        for parent in parents.values():
            writer = parent.row["author_id"]
            if writer in self.people and writer != author.user_id and rng.random() < 0.55:
                guests.append(Guest(self.people[writer], "thread", writer))
        if kind in {"post", "article", "comment"} and rng.random() < 0.13:
            for _ in range(rng.choice((1, 1, 1, 2))):
                member = self._acquaintance(author)
                if member.user_id != author.user_id and member.user_id not in {g.member for g in guests}:
                    guests.append(Guest(member.person, "mentioned", member.user_id))
        if rng.random() < 0.03:
            guests.insert(0, Guest(rng.choice(self.objectors), "objection"))
        return guests

    def _acquaintance(self, author: Member | UnknownAuthor) -> Member:
        """Draw a member to mention: of those who have habits, a colleague."""
        if isinstance(author, Member) and author.habits:
            return self.members[self.rng.choice(author.habits.colleagues)]
        return self.rng.choice(self.members)

    def _text(
        self, kind: str, author: Member | UnknownAuthor, when: datetime, language: str, parents: dict[str, Record]
    ) -> tuple[Segments, list[Guest]]:
        segments: Segments = ()
        for attempt in range(14):
            filler = self._filler(author, when, language, self._guests(author, kind, parents))
            experience = author.jobs if isinstance(author, Member) else ()
            segments = self.texts.compose(kind, filler, experience)
            if attempt > 7:
                segments = glue([segments, self.texts.compose(kind, filler, experience)], " ")
            if self.near_duplicates.is_new(text_of(segments)):
                break
        self.near_duplicates.remember(text_of(segments))
        quoted = parents.get("quote_of")
        if quoted is not None and self.rng.random() < 0.5:
            segments = glue([segments, (Segment("> "), *_first_words(quoted.segments))], "\n\n")
        return segments, filler.used_guests()

    def _chain(self, kind: str, when: datetime) -> tuple[dict[str, Record], str | None]:
        rng = self.rng
        if not self.recent or rng.random() >= CHAINED.get(kind, 0.0):
            return {}, None
        link = (
            "in_reply_to" if kind in {"comment", *KINDS_DENIED} else rng.choice(("repost_of", "quote_of", "quote_of"))
        )
        if rng.random() < 0.012 and kind not in KINDS_DENIED:
            return {}, link
        parent = self._parent(kind, when)
        return ({link: parent}, None) if parent else ({}, None)

    def _parent(self, kind: str, when: datetime) -> Record | None:
        rng = self.rng
        wanted = {"message", "group_message"} if kind in KINDS_DENIED else {"post", "article", "comment"}
        best: Record | None = None
        for _ in range(8):
            record = self.recent[int(len(self.recent) * (1 - rng.random() ** 2) * 0.9999)]
            if record.row["kind"] not in wanted or record.sort_time >= when:
                continue
            if record.row["kind"] == "comment" and rng.random() < 0.6:
                continue
            best = record
            if record.decision == "keep" or rng.random() < 0.33:
                return record
        return best

    def _context(self, kind: str, parents: dict[str, Record]) -> str | None:
        rng = self.rng
        if kind == "group_message":
            return f"group:careers:{rng.choice(FINE['careers'])}"
        if kind == "comment" and parents:
            inherited = next(iter(parents.values())).row["context"]
            return str(inherited) if inherited else None
        if kind not in {"post", "article"} or rng.random() > 0.1:
            return None
        groups = EXCLUDED if rng.random() < 0.24 else FINE
        category = rng.choice(tuple(groups))
        return f"group:{category}:{rng.choice(groups[category])}"


def _own(draft: Draft) -> str | None:
    if draft.when > AS_OF:
        return "created_after_as_of"
    if draft.kind in KINDS_DENIED:
        return "kind_denied"
    if draft.kind in KINDS_UNKNOWN:
        return "kind_unknown"
    if draft.context and draft.context.split(":")[1] in EXCLUDED:
        return "context_excluded"
    return draft.author.plan.reason_at(draft.when) if isinstance(draft.author, Member) else "subject_unknown"


def _declared(rng: random.Random, language: str) -> str | None:
    variants = {
        "en": ("en-GB", "en-US", "en-IN"),
        "de": ("de-AT", "de-DE"),
        "fr": ("fr-CA", "fr-FR"),
        "es": ("es-MX", "es-ES"),
        "hi": ("hi-IN",),
    }
    dice = rng.random()
    if dice < 0.08:
        return None
    return rng.choice(variants[language]) if dice < 0.14 else language


def _first_words(segments: Segments) -> Segments:
    """Return the beginning of a text, up to about 120 characters, as a quote of its author."""
    out: list[Segment] = []
    length = 0
    for segment in segments:
        if length > 120 or "\n" in segment.text:
            break
        out.append(segment)
        length += len(segment.text)
    return others(out, "thread")
