"""What a member's rights, regions and age look like, and the reason that follows from it, written by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from generate.countries import Country, region_value
from generate.identifiers import Stocks, format_international

START = datetime(2024, 1, 1, tzinfo=UTC)
AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the ledger before it has an id."""

    action: str
    time: datetime
    received: datetime
    supersedes_last: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """A row of the region signals."""

    signal: str
    value: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    observed_at: datetime | None = None


@dataclass(slots=True)
class Plan:
    """One member's circumstances and the reason that follows.

    ``reason`` is the right one for content made in [since, until); outside it, and where ``reason`` is
    None, nothing about the member excludes their content. Content is made in [first, last) only.
    """

    country: str
    birth: date | None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    first: datetime = START
    last: datetime | None = None
    status: str | None = "active"
    events: list[Event] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    pinned: list[datetime] = field(default_factory=list)
    school: tuple[str, date | None] | None = None

    def reason_at(self, when: datetime) -> str | None:
        """Return the reason that excludes content made then, None if there is none."""
        if self.reason is None or (self.since and when < self.since) or (self.until and when >= self.until):
            return None
        return self.reason

    def writes_at(self, when: datetime) -> bool:
        """Return whether the member was there to write then."""
        return when >= self.first and (self.last is None or when < self.last)


@dataclass(frozen=True, slots=True)
class Kit:
    """What plans are made with."""

    rng: random.Random
    countries: dict[str, Country]
    stocks: Stocks

    def home(self) -> str:
        """Draw a country whose members are not exempt."""
        codes = [c for c in self.countries.values() if c.weight]
        return self.rng.choices([c.code for c in codes], [c.weight for c in codes])[0]

    def any_country(self) -> str:
        """Draw any country, mostly not an exempt one."""
        exempt = ("DE", "FR", "GB", "CA", "NL", "SE", "CH")
        return self.home() if self.rng.random() < 0.8 else self.rng.choice(exempt)

    def moment(self, start: datetime, end: datetime) -> datetime:
        """Draw a moment in [start, end)."""
        return start + timedelta(microseconds=self.rng.randrange(int((end - start) / TICK)))

    def event(self, action: str, when: datetime, late: timedelta | None = None) -> Event:
        """Make an event, received soon after or as late as said."""
        return Event(action, when, when + (late or timedelta(seconds=self.rng.randint(1, 7200))))

    def adult(self) -> date:
        """Draw the birthday of someone of age all along."""
        return date(1958, 1, 1) + timedelta(days=self.rng.randrange(16500))

    def region(self, code: str) -> str:
        """Write a country as a source would."""
        country = self.countries[code]
        value = region_value(self.rng, country, self.rng.choice(country.cities))
        return f"{value.lower()} " if len(value) > 3 and self.rng.random() < 0.04 else value

    def phone(self, code: str) -> str:
        """Return a phone number of a country as a source would have it."""
        number = self.rng.choice(self.stocks.phones[code])
        return number if self.rng.random() < 0.6 else format_international(number)

    def lives(self, code: str, start: datetime | None = None, end: datetime | None = None) -> list[Signal]:
        """Make the signals of someone who lives in a country between two moments."""
        rng = self.rng
        begin = start or (
            datetime(rng.randint(2009, 2023), rng.randint(1, 12), 1, tzinfo=UTC) if rng.random() < 0.8 else None
        )
        seen = begin + timedelta(minutes=5) if begin else None
        signals = [Signal("profile", self.region(code), begin, end, seen)]
        if rng.random() < 0.8:
            signals.append(Signal("signup", rng.choice(self.countries[code].names), begin, end, seen))
        if rng.random() < 0.35:
            signals.append(Signal("residence", self.region(code), begin, end))
        if rng.random() < 0.12:
            signals.append(Signal("billing", rng.choice(self.countries[code].names), begin, end))
        if rng.random() < 0.5:
            signals.append(Signal("ip", rng.choice(self.countries[code].names), begin, end))
        if rng.random() < 0.3 and code in self.stocks.phones:
            signals.append(Signal("phone", self.phone(code), begin, end))
        return signals

    def plan(self, code: str | None = None, reason: str | None = None) -> Plan:
        """Make the plan of an adult who lives in one country."""
        chosen = code or self.home()
        return Plan(chosen, self.adult(), reason, signals=self.lives(chosen))


Build = Callable[[Kit], Plan]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of member: its share of all, the least number of them, and how one is made."""

    name: str
    share: float
    least: int
    build: Build
