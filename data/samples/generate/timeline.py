"""Writes the network's records in order of time, with bounded memory."""

from __future__ import annotations

import bisect
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from generate import odd
from generate.guard import Guard
from generate.members import Member
from generate.people import Person, Sources
from generate.pieces import Labelled, Piece, Pieces, glue, join, others, text_of
from generate.plan import AS_OF, START
from generate.records import EXCLUDED, FINE, KINDS_DENIED, KINDS_UNKNOWN, Record
from generate.scene import Guest, Scene
from generate.texts import Texts

KIND_WEIGHTS = {
    "post": 0.43, "comment": 0.29, "article": 0.042, "feedback": 0.045, "ai_prompt": 0.07, "resume": 0.033,
    "message": 0.055, "group_message": 0.022, "story": 0.002, "audio_room": 0.001,
}  # fmt: skip
CHAINED = {"comment": 0.93, "post": 0.09, "article": 0.02, "group_message": 0.3, "message": 0.25}
LATE_ROWS = 0.002
FAULT_ROWS = 0.005
RECENT = 400


@dataclass(frozen=True, slots=True)
class Ghost:
    """Someone who wrote but has no profile."""

    user_id: str
    person: Person


class Timeline:
    """The stream of records. Everything random is drawn from one generator in one order."""

    def __init__(
        self,
        rng: random.Random,
        sources: Sources,
        texts: Texts,
        members: list[Member],
        ghosts: list[Ghost],
        objectors: list[Person],
    ) -> None:
        """Start at the first moment with an empty memory."""
        self.rng = rng
        self.sources = sources
        self.texts = texts
        self.members = members
        self.ghosts = ghosts
        self.objectors = objectors
        self.guard = Guard()
        self.recent: deque[Record] = deque(maxlen=RECENT)
        self.people = {m.user_id: m.person for m in members} | {g.user_id: g.person for g in ghosts}
        self.number = 0
        self._late = 0
        total = 0.0
        self._cumulative = [total := total + m.activity for m in members]
        self._resumes: set[str] = set()

    def records(self, size: int) -> Iterator[Record]:
        """Yield ``size`` rows, in order of time."""
        pinned = sorted((t, m.user_id) for m in self.members for t in m.plan.pinned if START <= t < AS_OF)
        by_id = {m.user_id: m for m in self.members}
        late = max(6, round(size * LATE_ROWS))
        faults = odd.Faults(self.rng, max(12, round(size * FAULT_ROWS)), size)
        special = odd.special_points(size)
        step = (AS_OF - START) / (size - late)
        made = 0
        while made < size:
            when = self._moment(made, size - late, step)
            while pinned and pinned[0][0] <= when and made < size - late:
                moment, user = pinned.pop(0)
                yield self.remembered(self.write(moment, by_id[user], kind="post"))
                made += 1
            if special and made >= special[0][0]:
                for planted in odd.special(self, special.pop(0)[1], when):
                    yield planted
                    made += 1
            if made < size:
                record = self.remembered(self._next(when + timedelta(microseconds=100)))
                yield record
                made += 1
                for faulty in faults.after(self, made, record):
                    yield faulty
                    made += 1

    def _moment(self, made: int, regular: int, step: timedelta) -> datetime:
        if made >= regular:
            self._late += 1
            edges = {1: -timedelta(microseconds=1), 2: timedelta(0), 3: timedelta(microseconds=1)}
            return AS_OF + edges.get(self._late, self._late * timedelta(hours=2))
        return START + step * made + timedelta(microseconds=self.rng.randrange(max(1, int(step.total_seconds() * 9e5))))

    def _next(self, when: datetime) -> Record:
        kind = self.rng.choices(tuple(KIND_WEIGHTS), tuple(KIND_WEIGHTS.values()))[0]
        if self.rng.random() < 0.014:
            copied = odd.near_copy(self, when)
            if copied:
                return copied
        return self.write(when, self.author(when), kind=kind)

    def author(self, when: datetime, *, clean: bool = False) -> Member | Ghost:
        """Draw who writes at a moment; ``clean`` asks for someone against whom nothing stands then."""
        if not clean and self.rng.random() < 0.006:
            return self.rng.choice(self.ghosts)
        while True:
            point = self.rng.random() * self._cumulative[-1]
            member = self.members[bisect.bisect_left(self._cumulative, point)]
            if member.plan.writes_at(when) and not (clean and member.plan.reason_at(when)):
                return member

    def write(
        self,
        when: datetime,
        author: Member | Ghost,
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
        pieces, guests = self._text(kind, author, when, language, parents)
        return self.finish(when, author, kind, pieces, language, parents, missing, context, guests)

    def finish(
        self,
        when: datetime,
        author: Member | Ghost,
        kind: str,
        pieces: Pieces,
        language: str,
        parents: dict[str, Record],
        missing: str | None,
        context: str | None,
        guests: list[Guest],
    ) -> Record:
        """Make the row and its truth of a finished text."""
        rng = self.rng
        self.number += 1
        text, spans = join(pieces)
        title: str | None = None
        title_spans: list[Labelled] = []
        if kind == "article":
            scene = self._scene(author, when, language, [])
            title, title_spans = join(self.texts.title(scene))
        chain: dict[str, str | None] = {f: r.row["post_id"] for f, r in parents.items()}
        if missing:
            chain[missing] = f"post-9{rng.randrange(10**6):06d}"
        post_id = f"post-{self.number:07d}"
        mentions = list(dict.fromkeys(g.member for g in guests if g.member and g.whose == "mentioned"))
        row: dict[str, Any] = {
            "post_id": post_id,
            "author_id": author.user_id,
            "created_at": when,
            "kind": kind,
            "text": text,
            "title": title,
            "language": _declared(rng, language),
            "context": context,
            "in_reply_to": chain.get("in_reply_to"),
            "repost_of": chain.get("repost_of"),
            "quote_of": chain.get("quote_of"),
            "mentions": mentions,
            "url": self._url(author.person, post_id, guests),
        }
        return Record(
            row=row,
            sort_time=when,
            pieces=pieces,
            spans=spans,
            language=language,
            scenario=author.scenario if isinstance(author, Member) else "no_profile",
            own=_own(when, kind, context, author),
            missing=missing is not None or any(p.missing for p in parents.values()),
            protected=any(p.own is not None or p.protected for p in parents.values()),
            title_spans=title_spans,
        )

    def _url(self, author: Person, post_id: str, guests: list[Guest]) -> str | None:
        """Return the record's address, which tells its author and now and then whom it mentions."""
        if self.rng.random() < 0.4:
            return None
        plain = f"https://harbour.example/posts/{author.handle}-{post_id}"
        named = [g.person.handle for g in guests if g.whose == "mentioned"]
        return f"{plain}?mention={named[0]}" if named and self.rng.random() < 0.3 else plain

    def remembered(self, record: Record) -> Record:
        """Keep a record as something later ones may answer, quote or share."""
        if record.quarantine is None and record.copy_of is None:
            self.recent.append(record)
        return record

    def _scene(self, author: Member | Ghost, when: datetime, language: str, guests: list[Guest]) -> Scene:
        words = self.texts.words[language]
        return Scene(self.rng, self.sources, author.person, when, language, words, guests)

    def _guests(self, author: Member | Ghost, kind: str, parents: dict[str, Record]) -> list[Guest]:
        rng = self.rng
        guests: list[Guest] = []
        for parent in parents.values():
            writer = parent.row["author_id"]
            if writer in self.people and writer != author.user_id and rng.random() < 0.55:
                guests.append(Guest(self.people[writer], "thread", writer))
        if kind in {"post", "article", "comment"} and rng.random() < 0.13:
            for _ in range(rng.choice((1, 1, 1, 2))):
                member = rng.choice(self.members)
                if member.user_id != author.user_id and member.user_id not in {g.member for g in guests}:
                    guests.append(Guest(member.person, "mentioned", member.user_id))
        if rng.random() < 0.03:
            guests.insert(0, Guest(rng.choice(self.objectors), "objection"))
        return guests

    def _text(
        self, kind: str, author: Member | Ghost, when: datetime, language: str, parents: dict[str, Record]
    ) -> tuple[Pieces, list[Guest]]:
        pieces: Pieces = ()
        for attempt in range(14):
            scene = self._scene(author, when, language, self._guests(author, kind, parents))
            experience = author.jobs if isinstance(author, Member) else ()
            pieces = self.texts.compose(kind, scene, experience)
            if attempt > 7:
                pieces = glue([pieces, self.texts.compose(kind, scene, experience)], " ")
            if self.guard.is_new(text_of(pieces)):
                break
        self.guard.remember(text_of(pieces))
        quoted = parents.get("quote_of")
        if quoted is not None and self.rng.random() < 0.5:
            pieces = glue([pieces, (Piece("> "), *_first_words(quoted.pieces))], "\n\n")
        return pieces, scene.used_guests()

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


def _own(when: datetime, kind: str, context: str | None, author: Member | Ghost) -> str | None:
    if when > AS_OF:
        return "created_after_as_of"
    if kind in KINDS_DENIED:
        return "kind_denied"
    if kind in KINDS_UNKNOWN:
        return "kind_unknown"
    if context and context.split(":")[1] in EXCLUDED:
        return "context_excluded"
    return author.plan.reason_at(when) if isinstance(author, Member) else "subject_unknown"


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


def _first_words(pieces: Pieces) -> Pieces:
    """Return the beginning of a text, up to about 120 characters, as a quote of its author."""
    out: list[Piece] = []
    length = 0
    for piece in pieces:
        if length > 120 or "\n" in piece.text:
            break
        out.append(piece)
        length += len(piece.text)
    return others(out, "thread")
