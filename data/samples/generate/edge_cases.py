"""Edge cases, placed on purpose: faulty rows, near-copies, cycles, and chains that end in a dropped record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from generate.plan import AS_OF
from generate.record_writer import Draft, RecordWriter
from generate.records import Record
from generate.segments import Segment, Segments, join, text_of

RIGHTS = frozenset(
    {
        "subject_unknown", "erased", "deceased", "account_closed", "account_hibernated", "account_status_unknown",
        "age_unknown", "under_age", "objected", "opted_out", "consent_withdrawn", "gpc", "ledger_unreadable",
        "region_exempt", "region_ambiguous", "region_unknown",
    }
)  # fmt: skip
SWAPS = {
    "great": "good", "really": "truly", "people": "folks", "everyone": "everybody",
    "nobody": "no one", "thanks": "thank you", "asked": "wanted", "showed": "explained", "told": "said to",
    "the": "this", "and": "&", "before": "prior to", "still": "even now", "because": "since",
    "und": "sowie", "nicht": "nie",
    "et": "puis", "para": "hacia", "y": "e", "है": "हैं",
}  # fmt: skip
FAULTS = ("missing_author", "missing_text", "blank_text", "missing_time", "duplicate_id", "missing_id")


class Faults:
    """Spreads faulty rows evenly over the stream, each kind in turn."""

    def __init__(self, rng: random.Random, count: int, size: int) -> None:
        """Plan ``count`` faults over ``size`` rows."""
        gap = size / (count + 1)
        self._rng = rng
        self._points = [round(gap * (i + 1)) for i in range(count)]
        self._next = 0

    def after(self, writer: RecordWriter, made: int, record: Record) -> Iterator[Record]:
        """Yield the faulty row that is due at this point, if one is."""
        if self._next < len(self._points) and made >= self._points[self._next]:
            kind = FAULTS[self._next % len(FAULTS)]
            self._next += 1
            yield faulty(writer, kind, record.sort_time + timedelta(microseconds=1))


def faulty(writer: RecordWriter, kind: str, when: datetime) -> Record:
    """Return a row that every run must quarantine."""
    if kind == "duplicate_id":
        return _second(writer, when)
    record = writer.write(when, writer.author(when), kind="post", parents={}, missing=None)
    record.quarantine = kind
    column, value = {
        "missing_author": ("author_id", None),
        "missing_text": ("text", None),
        "blank_text": ("text", writer.rng.choice(("", "   ", " \n\t ", "\u00a0 \u00a0"))),
        "missing_time": ("created_at", None),
        "missing_id": ("post_id", None),
    }[kind]
    record.row[column] = value
    if column == "text":
        record.segments, record.spans = (), []
    return record


def _second(writer: RecordWriter, when: datetime) -> Record:
    """Return a row with the id of an earlier one, its text edited."""
    recent = [r for r in writer.recent if r.row["kind"] in {"post", "comment"}]
    first = writer.rng.choice(recent)
    segments: Segments = (*first.segments, Segment(" (edited)"))
    text, spans = join(segments)
    row = {**first.row, "text": text, "created_at": when}
    return replace(first, row=row, sort_time=when, segments=segments, spans=spans, quarantine="duplicate_id")


def near_copy(writer: RecordWriter, when: datetime) -> Record | None:
    """Copy a recent text under another name: of a protected member, or now and then of one who is not."""
    rng = writer.rng
    harmless = rng.random() < 0.2
    stock = [r for r in writer.recent if _copyable(r, harmless) and r.sort_time < when]
    if not stock or when > AS_OF:
        return None
    original = rng.choice(stock)
    author = writer.author(when, clean=True)
    if author.user_id == original.row["author_id"]:
        return None
    segments = edited(rng, tuple(replace(p, whose="other") for p in original.segments))
    record = writer.finish(Draft(when, author, "post", segments, original.language))
    if record.own is None and not harmless:
        record.copy_of = original.row["post_id"]
    return replace(record, scenario="copied_harmless" if harmless else "copied_protected")


def _copyable(record: Record, harmless: bool) -> bool:
    alone = not any(record.row[c] for c in ("in_reply_to", "repost_of", "quote_of")) and record.row["kind"] == "post"
    wanted = record.reason == "eligible" if harmless else record.own in RIGHTS
    return alone and wanted and record.copy_of is None and len(text_of(record.segments).split()) >= 32


def edited(rng: random.Random, segments: Segments) -> Segments:
    """Make small edits: a word or two, punctuation, the case of a beginning."""
    out = list(segments)
    budget = 2 if len(text_of(segments).split()) >= 60 else 1
    order = [i for i, p in enumerate(out) if p.label is None]
    rng.shuffle(order)
    for index in order:
        words = out[index].text.split(" ")
        hits = [i for i, w in enumerate(words) if w.lower() in SWAPS]
        if hits and budget:
            spot = rng.choice(hits)
            words[spot] = SWAPS[words[spot].lower()]
            out[index] = replace(out[index], text=" ".join(words))
            budget -= 1
    swap = rng.choice(((". ", "! "), (", ", " – "), ("'", "’"), (". ", "... ")))
    out = [replace(p, text=p.text.replace(*swap)) if p.label is None else p for p in out]
    if rng.random() < 0.3 and out and out[0].label is None:
        out[0] = replace(out[0], text=out[0].text[:1].swapcase() + out[0].text[1:])
    return (*out, Segment(rng.choice(("", "", "!", " 👍", "\n"))))


def special_points(size: int) -> list[tuple[int, str]]:
    """Return where in the stream the chains of edge cases are."""
    names = ("cycle", "cycle_protected", "orphans", "answers_to_faulty", "answers_to_denied", "deep")
    early = [(round(size * (i + 1) / (len(names) * 2)), name) for i, name in enumerate(names)]
    return early + [(round(size * (0.5 + (i + 1) / (len(names) * 2.2))), name) for i, name in enumerate(names)]


def special(writer: RecordWriter, name: str, when: datetime) -> Iterator[Record]:
    """Yield the records of one chain of edge cases."""
    tick = timedelta(microseconds=3)
    clean = [writer.author(when, clean=True) for _ in range(4)]
    if name in {"cycle", "cycle_protected"}:
        first = writer.write(when, clean[0], "post", {}, None)
        guilty = next((m for m in writer.members if m.plan.reason_at(when) == "opted_out"), None)
        author = guilty if name == "cycle_protected" and guilty else clean[1]
        second = writer.write(when + tick, author, "post", {"quote_of": first}, None)
        first.row["quote_of"] = second.row["post_id"]
        first.protected = second.own is not None
        for record in (first, second):
            record.scenario = name
            yield record
    elif name == "orphans":
        first = writer.write(when, clean[0], "comment", {}, "in_reply_to")
        second = writer.write(when + tick, clean[1], "comment", {"in_reply_to": first})
        for record in (first, second):
            record.scenario = name
            yield record
    elif name in {"answers_to_faulty", "answers_to_denied"}:
        yield from _answers(writer, name, when)
    elif name == "deep":
        guilty = next(m for m in writer.members if m.plan.reason_at(when) == "objected" and m.plan.writes_at(when))
        above = writer.write(when, guilty, "post", {}, None)
        yield above
        for depth, author in enumerate(clean, 1):
            above = writer.write(when + depth * tick, author, "comment", {"in_reply_to": above})
            above.scenario = "deep_under_objected"
            yield above


def _answers(writer: RecordWriter, name: str, when: datetime) -> Iterator[Record]:
    """A faulty row or a private message, and a comment that answers it."""
    tick = timedelta(microseconds=3)
    author = writer.author(when, clean=True)
    if name == "answers_to_faulty":
        above = writer.write(when, author, "post", {}, None)
        above.quarantine = "missing_author"
        above.row["author_id"] = None
    else:
        above = writer.write(when, author, "group_message", {}, None)
    yield above
    below = writer.write(when + tick, writer.author(when, clean=True), "comment", {"in_reply_to": above})
    below.scenario = name
    below.missing = name == "answers_to_faulty"
    below.protected = name != "answers_to_faulty"
    yield below
