"""Puts the network together and writes it."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from generate import schema
from generate.countries import load_countries
from generate.grammar import read_sections
from generate.habit_maker import HabitMaker
from generate.habits import SUBJECTS
from generate.identifiers import load_stocks
from generate.members import Member, ProfileMaker, make_members
from generate.names import load_names
from generate.people import Person, Sources, make_person
from generate.plan import AS_OF
from generate.record_writer import RecordWriter, UnknownAuthor
from generate.records import Record
from generate.segments import LabeledSpan
from generate.slot_filler import DENIED_CANARY
from generate.texts import Texts
from generate.timeline import Timeline

HERE = Path(__file__).resolve().parent
POLICY = "linkedin-2024-09"
BATCH = 2000
OBJECTORS = 40
# The types of an author's values that a profile holds; others are theirs too, but in no profile.
IN_PROFILE = frozenset(
    {"PERSON", "HANDLE", "EMAIL_ADDRESS", "PHONE_NUMBER", "PROFILE_URL", "ORGANIZATION", "LOCATION", "DATE_OF_BIRTH"}
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How big a network to write."""

    members: int
    posts: int
    files: int
    habits: bool = False


class Table:
    """A Parquet file written batch by batch."""

    def __init__(self, path: Path, columns: pa.Schema) -> None:
        """Open the file for writing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._columns = columns
        self._writer = pq.ParquetWriter(path, columns, compression="zstd", compression_level=12)
        self._rows: list[dict[str, Any]] = []
        self.count = 0

    def add(self, row: dict[str, Any]) -> None:
        """Add a row; rows are written in groups."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left and close the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._columns))
            self._rows = []


class Truth:
    """The files of the truth."""

    def __init__(self, folder: Path) -> None:
        """Open them."""
        self._decisions = Table(folder / "decisions.parquet", schema.DECISIONS)
        self._spans = Table(folder / "spans.parquet", schema.SPANS)
        self._copies = Table(folder / "near_duplicates.parquet", schema.COPIES)
        self.tally: Counter[tuple[str, str, str]] = Counter()
        self.entities: Counter[str] = Counter()
        self.missing_ids = 0

    def decision(self, source: str, source_id: str | None, decision: str, reason: str, scenario: str) -> None:
        """Add the right decision about a record."""
        if source_id is None:
            self.missing_ids += 1
            return
        self.tally[source, decision, reason] += 1
        self._decisions.add(
            {"source": source, "source_id": source_id, "decision": decision, "reason": reason, "scenario": scenario}
        )

    def spans(
        self, source: str, source_id: str, field: str, kind: str, language: str, spans: list[LabeledSpan]
    ) -> None:
        """Add the spans of one field of one record."""
        self.entities.update(s.entity_type for s in spans)
        rows = [
            {
                "start": s.start,
                "end": s.end,
                "entity_type": s.entity_type,
                "known": s.whose == "author" and s.entity_type in IN_PROFILE,
                "whose": s.whose,
            }
            for s in spans
        ]
        self._spans.add(
            {
                "source": source,
                "source_id": source_id,
                "field": field,
                "kind": kind,
                "language": language,
                "spans": rows,
            }
        )

    def copy(self, copy_id: str, original_id: str) -> None:
        """Add a near-duplicate of a protected text."""
        self._copies.add({"copy_id": copy_id, "original_id": original_id})

    def close(self) -> None:
        """Close the files."""
        for table in (self._decisions, self._spans, self._copies):
            table.close()


def write_network(out: Path, sizes: Sizes, seed: int) -> dict[str, Any]:
    """Write the network and its truth into ``out``; return the counts that ``truth/counts.json`` holds."""
    rng = random.Random(seed)
    countries = load_countries(HERE / "countries.txt")
    words = read_sections(HERE / "vocabulary.txt")
    stocks = load_stocks(rng, {code: c.locale for code, c in countries.items()}, seed)
    sources = Sources(load_names(HERE, seed), countries, stocks, words)
    texts = Texts(HERE / "templates", words)
    members = make_members(rng, sources, sizes.members)
    if sizes.habits:
        lists = read_sections(HERE / "templates" / "habits.txt")
        members = HabitMaker(random.Random(seed + 1), sources, lists).settle(members)
        _write_habits(out, members, words)
    unknown_authors = [
        UnknownAuthor(f"m9{i:05d}", make_person(rng, sources, countries["US"], 900_000 + i))
        for i in range(max(3, sizes.members // 180))
    ]
    objectors = [make_person(rng, sources, countries[rng.choice(tuple(countries))]) for _ in range(OBJECTORS)]
    truth = Truth(out / "truth")
    _write_profiles(out, truth, rng, ProfileMaker(sources, texts), members)
    ledger = _write_events(out, rng, members)
    signals = _write_signals(out, members)
    _write_objections(out, rng, objectors)
    timeline = Timeline(RecordWriter(rng, sources, texts, members, unknown_authors, objectors))
    _write_posts(out, truth, timeline, sizes)
    truth.close()
    counts = _counts(truth, sizes, seed, ledger, signals)
    (out / "truth" / "counts.json").write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return counts


def _write_profiles(out: Path, truth: Truth, rng: random.Random, maker: ProfileMaker, members: list[Member]) -> None:
    table = Table(out / "profiles.parquet", schema.PROFILES)
    for member, row, fields in maker.rows(rng, members):
        table.add(row)
        reason = member.plan.reason_at(row["updated_at"])
        truth.decision("profiles", member.user_id, "drop" if reason else "keep", reason or "eligible", member.scenario)
        for name, _, spans in fields:
            language = member.language if name == "about" else "en"
            truth.spans("profiles", member.user_id, name, "profile", language, spans)
    table.close()


def _write_habits(out: Path, members: list[Member], words: dict[str, tuple[str, ...]]) -> None:
    table = Table(out / "truth" / "habits.parquet", schema.HABITS)
    for member in members:
        if member.habits:
            colleagues = [members[number].user_id for number in member.habits.colleagues]
            row = asdict(member.habits) | {"user_id": member.user_id, "colleagues": colleagues}
            row["favorites"] = [each for name in SUBJECTS for each in member.habits.favorites(name, words[name])]
            table.add(row | {name: [" → ".join(pair) for pair in row[name]] for name in ("signs", "misspellings")})
    table.close()


def _write_events(out: Path, rng: random.Random, members: list[Member]) -> int:
    table = Table(out / "rights_events.parquet", schema.RIGHTS_EVENTS)
    events = sorted(
        ((e.time, m.user_id, i, e) for m in members for i, e in enumerate(m.plan.events)), key=lambda x: x[:3]
    )
    ids = {(user, i): f"ev-{number:06d}" for number, (_, user, i, _) in enumerate(events, 1)}
    for _, user, i, event in events:
        table.add(
            {
                "event_id": ids[user, i],
                "subject_id": user,
                "action": event.action,
                "event_time": event.time,
                "received_at": event.received,
                "mechanism": rng.choice(("settings_page", "settings_page", "web_form", "email", "api")),
                "notice_version": rng.choice(("2024-09-18", "2024-11-20", None)),
                "supersedes": ids[user, i - 1] if event.supersedes_last and i else None,
            }
        )
    table.close()
    return table.count


def _write_signals(out: Path, members: list[Member]) -> int:
    table = Table(out / "region_signals.parquet", schema.REGION_SIGNALS)
    for member in members:
        for signal in member.plan.signals:
            table.add(
                {
                    "subject_id": member.user_id,
                    "signal": signal.signal,
                    "value": signal.value,
                    "valid_from": signal.valid_from,
                    "valid_to": signal.valid_to,
                    "observed_at": signal.observed_at,
                }
            )
    table.close()
    return table.count


def _write_objections(out: Path, rng: random.Random, objectors: list[Person]) -> None:
    table = Table(out / "objections.parquet", schema.OBJECTIONS)
    for number, person in enumerate(objectors, 1):
        table.add(
            {
                "objection_id": f"ob-{number:04d}",
                "name": person.name.full if rng.random() < 0.9 or number == 1 else None,
                "handle": person.handle,
                "received_at": AS_OF.replace(year=2024, month=rng.randint(1, 12), day=rng.randint(1, 28)),
            }
        )
    table.close()


def _write_posts(out: Path, truth: Truth, timeline: Timeline, sizes: Sizes) -> None:
    per_file = -(-sizes.posts // sizes.files)
    table: Table | None = None
    for number, record in enumerate(timeline.records(sizes.posts)):
        if number % per_file == 0:
            if table:
                table.close()
            table = Table(out / "posts" / f"posts-{number // per_file:03d}.parquet", schema.POSTS)
        assert table is not None
        table.add(record.row)
        _truth_of(truth, record)
    if table:
        table.close()


def _truth_of(truth: Truth, record: Record) -> None:
    post_id, kind = record.row["post_id"], record.row["kind"]
    truth.decision("posts", post_id, record.decision, record.reason, record.scenario)
    if record.quarantine:
        return
    truth.spans("posts", post_id, "text", kind, record.language, record.spans)
    if record.row["title"] is not None:
        truth.spans("posts", post_id, "title", kind, record.language, record.title_spans)
    if record.reason == "near_duplicate" and record.copy_of:
        truth.copy(post_id, record.copy_of)


def _counts(truth: Truth, sizes: Sizes, seed: int, ledger: int, signals: int) -> dict[str, Any]:
    by_reason: dict[str, dict[str, dict[str, int]]] = {}
    decisions: Counter[str] = Counter()
    for (source, decision, reason), count in sorted(truth.tally.items()):
        by_reason.setdefault(source, {}).setdefault(decision, {})[reason] = count
        decisions[decision] += count
    return {
        "as_of": AS_OF.isoformat(),
        "policy": POLICY,
        "seed": seed,
        "rows": {"profiles": sizes.members, "posts": sizes.posts, "rights_events": ledger, "region_signals": signals},
        "records": sizes.members + sizes.posts,
        "missing_id": truth.missing_ids,
        "decisions": dict(sorted(decisions.items())),
        "reasons": by_reason,
        "spans": dict(sorted(truth.entities.items())),
        "denied_canary": DENIED_CANARY,
    }
