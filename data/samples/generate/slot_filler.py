"""Fill the slots of a text's templates: its author, the people it mentions, and other values."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from generate import identifiers as make
from generate.grammar import parse, render
from generate.habits import Habits
from generate.names import fold, slug
from generate.people import Person, Sources, company, make_person
from generate.segments import Segment, Segments

DENIED_CANARY = "ZQX-DENIED-"


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone whom a text may mention: the person, the relation to the author, and the member's id."""

    person: Person
    whose: str
    member: str | None = None


@dataclass(slots=True)
class SlotFiller:
    """Fills slots for one text. A repeated ``p1`` or ``co1`` has the same value."""

    rng: random.Random
    sources: Sources
    author: Person
    when: datetime
    language: str
    words: dict[str, tuple[str, ...]]
    guests: list[Guest] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    memory: dict[str, str] = field(default_factory=dict)
    habits: Habits | None = None

    def text(self, template: str) -> Segments:
        """Render a template."""
        return tuple(render(parse(template), self))

    def fill(self, name: str) -> Segments:
        """Return the segments of a slot."""
        head, _, form = name.partition(".")
        if head == "me":
            return person_segments(self, self.author, "author", form or "full")
        if len(head) == 2 and head[0] == "p" and head[1].isdigit():
            self.used.add(head)
            guest = self._guest(int(head[1]))
            return person_segments(self, guest.person, guest.whose, form or "full")
        if head in SMALL:
            return SMALL[head](self)
        if head in self.words:
            return self.text(self.rng.choice(self.words[head]))
        raise KeyError(f"no slot {{{name}}} in {self.language}")

    def used_guests(self) -> list[Guest]:
        """Return the guests that the text mentions."""
        return [g for i, g in enumerate(self.guests, 1) if f"p{i}" in self.used]

    def remember(self, key: str, make_value: Callable[[], str]) -> str:
        """Return the value stored under a key, made the first time."""
        if key not in self.memory:
            self.memory[key] = make_value()
        return self.memory[key]

    def _guest(self, number: int) -> Guest:
        while len(self.guests) < number:
            code = self.rng.choice(tuple(self.sources.countries))
            self.guests.append(Guest(make_person(self.rng, self.sources, self.sources.countries[code]), "other"))
        return self.guests[number - 1]


def _name_forms(filler: SlotFiller, who: Person, form: str) -> str | None:
    rng, name = filler.rng, who.name
    if form == "full":
        if rng.random() < 0.012:
            return make.obscure(rng, name.full)
        return rng.choice((name.full,) * 8 + (fold(name.full), name.full.upper(), f"{name.given} {name.family}"))
    if form == "g":
        return name.given if rng.random() < 0.8 else who.nick
    if form == "init":
        return rng.choice(
            (f"{name.given[0]}. {name.family}", f"{name.given} {name.family[0]}.", f"{name.family}, {name.given}")
        )
    fixed = {
        "f": name.family,
        "real": name.full,
        "nick": who.nick,
        "up": name.full.upper(),
        "low": name.full.lower(),
        "ascii": fold(name.full),
    }
    return fixed.get(form)


def person_segments(filler: SlotFiller, who: Person, whose: str, form: str) -> Segments:
    """Return one value of a person, labeled."""
    rng = filler.rng
    as_name = _name_forms(filler, who, form)
    if as_name is not None:
        return (Segment(as_name, "PERSON", whose),)
    if form == "at":
        return (Segment(f"@{who.handle}", "HANDLE", whose),)
    if form == "handle":
        return (Segment(who.handle, "HANDLE", whose),)
    if form == "tag":
        plain = slug(who.name.given).title() + slug(who.name.family).title()
        return (Segment(f"#{plain or who.name.given}", "PERSON", whose),)
    if form in {"htag", "u"}:
        return (Segment(f"{'#' if form == 'htag' else 'u/'}{who.handle}", "HANDLE", whose),)
    if form == "fedi":
        return (Segment(f"@{who.handle}@social.example", "HANDLE", whose),)
    if form == "email":
        return (Segment(make.disguise(rng, rng.choice(who.emails)), "EMAIL_ADDRESS", whose),)
    if form == "phone":
        return (Segment(make.phone_form(rng, who.phones[0], who.country), "PHONE_NUMBER", whose),)
    if form == "intl":
        return (Segment(make.phone_form(rng, who.phones[0]), "PHONE_NUMBER", whose),)
    if form == "url":
        tails = (who.profile_url, who.profile_url.removeprefix("https://"), who.profile_url + "/")
        return (Segment(rng.choice(tails), "PROFILE_URL", whose),)
    if form == "cal":
        return (
            Segment(
                f"https://meet.example/{who.vanity}/{rng.choice(('30min', 'intro', 'coffee'))}", "PROFILE_URL", whose
            ),
        )
    if form in {"co", "exco"}:
        plain = who.employer if form == "co" else who.former
        if not plain:
            return _company(filler, "former")
        short = plain.split(" ")[0] if rng.random() < 0.1 and len(plain.split(" ")[0]) > 4 else plain
        return (Segment(rng.choice((plain, plain, plain, short, plain.upper(), plain.lower())), "ORGANIZATION", whose),)
    if form == "school":
        return (Segment(who.school, "ORGANIZATION", whose),)
    if form == "role":
        return (Segment(who.role),)
    if form == "city":
        return (Segment(who.city.split(",")[0], "LOCATION", whose),)
    if form == "dob":
        return (Segment(write_date(rng, who.birth), "DATE_OF_BIRTH", whose),)
    if form == "age":
        return (Segment(str((filler.when.date() - who.birth).days * 4 // 1461), "AGE", whose),)
    if form == "addr":
        return street(filler, who.country, who.city, whose)
    raise KeyError(f"no form {form} of a person")


def street(filler: SlotFiller, country: str, city: str, whose: str) -> Segments:
    """Return street, postcode and town, each labeled."""
    rng, stocks = filler.rng, filler.sources.stocks
    locale = filler.sources.countries[country].locale
    line, code = rng.choice(stocks.streets[locale]), rng.choice(stocks.postcodes[locale])
    address, postcode = Segment(line, "STREET_ADDRESS", whose), Segment(code, "POSTCODE", whose)
    town = Segment(city.partition(",")[0], "LOCATION", whose)
    if locale.startswith("en"):
        return (address, Segment(", "), town, Segment(" "), postcode)
    return (address, Segment(", "), postcode, Segment(" "), town)


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def write_date(rng: random.Random, day: date) -> str:
    """Write a day in one of the ways people do."""
    return rng.choice(
        (
            day.isoformat(),
            f"{day.day} {MONTHS[day.month - 1]} {day.year}",
            f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
            f"{day.day:02d}/{day.month:02d}/{day.year}",
            f"{day.day:02d}.{day.month:02d}.{day.year}",
        )
    )


def _plain(value: str) -> Segments:
    return (Segment(value),)


def _city(filler: SlotFiller, key: str) -> Segments:
    def draw() -> str:
        country = filler.rng.choice(tuple(filler.sources.countries.values()))
        return filler.rng.choice(country.city_names())

    return (Segment(filler.remember(key, draw), "LOCATION"),)


def _country(filler: SlotFiller) -> Segments:
    countries = tuple(filler.sources.countries.values())
    return (Segment(filler.remember("country", lambda: filler.rng.choice(countries).names[0]), "LOCATION"),)


def _company(filler: SlotFiller, key: str) -> Segments:
    return (Segment(filler.remember(key, lambda: company(filler.rng, filler.sources)), "ORGANIZATION"),)


def _school(filler: SlotFiller) -> Segments:
    schools = filler.sources.words["school"]
    return (Segment(filler.remember("school1", lambda: filler.rng.choice(schools)), "ORGANIZATION"),)


def _money(rng: random.Random) -> str:
    forms = (f"${rng.randint(2, 90)}k", f"${rng.randint(1, 9)}.{rng.randint(1, 9)}M", f"€{rng.randint(2, 99)},000")
    return rng.choice((*forms, f"₹{rng.randint(2, 30)} lakh"))


def _date(filler: SlotFiller) -> Segments:
    day = filler.when.date() + timedelta(days=filler.rng.randint(-60, 60))
    return (Segment(write_date(filler.rng, day), "DATE_TIME"),)


def _id(filler: SlotFiller) -> Segments:
    word, value = filler.rng.choice(filler.sources.stocks.ids)
    return (Segment(f"{word} "), Segment(value, "NATIONAL_ID"))


def _card(filler: SlotFiller) -> Segments:
    number = filler.rng.choice(make.CARDS)
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return (Segment(filler.rng.choice((number, spaced, spaced.replace(" ", "-"))), "CREDIT_CARD"),)


def _iban(filler: SlotFiller) -> Segments:
    value = filler.rng.choice(filler.sources.stocks.ibans)
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    return (Segment(filler.rng.choice((value, spaced)), "IBAN_CODE"),)


def _ip(filler: SlotFiller) -> Segments:
    rng = filler.rng
    net = rng.choice(("192.0.2", "198.51.100", "203.0.113"))
    return (
        Segment(rng.choice((f"{net}.{rng.randint(1, 254)}", f"2001:db8::{rng.randint(1, 65535):x}")), "IP_ADDRESS"),
    )


def _mac(filler: SlotFiller) -> Segments:
    return (Segment(f"00:00:5E:00:53:{filler.rng.randint(0, 255):02X}", "MAC_ADDRESS"),)


def _imei(filler: SlotFiller) -> Segments:
    number = "35" + make.digits(filler.rng, 12)
    return (Segment(number + make.luhn_digit(number), "IMEI"),)


def _crypto(filler: SlotFiller) -> Segments:
    payload = filler.rng.randbytes(20)
    return (Segment(filler.rng.choice((make.base58check(payload), "0x" + payload.hex())), "CRYPTO"),)


def _coordinates(filler: SlotFiller) -> Segments:
    rng = filler.rng
    return (Segment(f"{rng.uniform(-55, 65):.4f}, {rng.uniform(-120, 140):.4f}", "COORDINATES"),)


def _coded(label: str, shape: str) -> Callable[[SlotFiller], Segments]:
    def fill(filler: SlotFiller) -> Segments:
        rng = filler.rng
        table = {"9": "0123456789", "A": "ABCDEFGHJKLMNPRSTUVWXYZ"}
        return (Segment("".join(rng.choice(table[c]) if c in table else c for c in shape), label),)

    return fill


def _url(filler: SlotFiller) -> Segments:
    rng = filler.rng
    host = rng.choice(("example.com", "www.example.org", "blog.example.net", "jobs.example", "docs.example.com"))
    path = rng.choice(filler.sources.words["topic_slug"])
    lead = rng.choice(("https://", "https://", "http://", ""))
    return (Segment(f"{lead}{host}/{path}{rng.choice(('', '?utm_source=post', f'/{rng.randint(2, 99)}'))}", "URL"),)


def _canary(filler: SlotFiller) -> Segments:
    return _plain(DENIED_CANARY + "".join(filler.rng.choice(make.HEX) for _ in range(10)))


SMALL: dict[str, Callable[[SlotFiller], Segments]] = {
    "n": lambda s: _plain(str(s.rng.randint(2, 12))),
    "n2": lambda s: _plain(str(s.rng.randint(13, 480))),
    "k": lambda s: _plain(f"{s.rng.randint(1, 90)},{s.rng.randint(0, 999):03d}"),
    "pct": lambda s: _plain(f"{s.rng.randint(2, 96)}{s.rng.choice(('%', '%', ' percent', '.5%'))}"),
    "usd": lambda s: _plain(_money(s.rng)),
    "year": lambda s: _plain(str(s.rng.randint(1998, 2025))),
    "q": lambda s: _plain(f"Q{s.rng.randint(1, 4)}"),
    "ver": lambda s: _plain(f"{s.rng.randint(1, 14)}.{s.rng.randint(0, 19)}.{s.rng.randint(0, 9)}"),
    "rfc": lambda s: _plain(f"RFC {s.rng.randint(791, 9700)}"),
    "ticket": lambda s: _plain(f"{s.rng.choice(('OPS', 'WEB', 'HR', 'DATA'))}-{s.rng.randint(101, 9999)}"),
    "time": lambda s: _plain(f"{s.rng.randint(7, 19)}:{s.rng.choice(('00', '15', '30', '45'))}"),
    "date": _date,
    "city1": lambda s: _city(s, "city1"),
    "city2": lambda s: _city(s, "city2"),
    "country1": _country,
    "co1": lambda s: _company(s, "co1"),
    "co2": lambda s: _company(s, "co2"),
    "school1": _school,
    "id": _id,
    "card": _card,
    "iban": _iban,
    "ip": _ip,
    "mac": _mac,
    "imei": _imei,
    "crypto": _crypto,
    "coords": _coordinates,
    "secret": lambda s: (Segment(make.secret(s.rng), "SECRET"),),
    "passport": _coded("PASSPORT", "A9999999"),
    "empid": _coded("EMPLOYEE_ID", "E-99999"),
    "studentid": _coded("STUDENT_ID", "20999999"),
    "plate": _coded("LICENSE_PLATE", "AAA-9999"),
    "url": _url,
    "canary": _canary,
}  # fmt: skip
