"""What fills the templates of one text: its author, the people it speaks of, and small change."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from generate import identifiers as make
from generate.grammar import parse, render
from generate.names import fold, slug
from generate.people import Person, Sources, company, make_person
from generate.pieces import Piece, Pieces

DENIED_CANARY = "ZQX-DENIED-"


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone a text may speak of: who it is, whose value that makes the span, and the member's id."""

    person: Person
    whose: str
    member: str | None = None


@dataclass(slots=True)
class Scene:
    """Fills slots for one text. Asking twice for ``p1`` or ``co1`` gives the same again."""

    rng: random.Random
    sources: Sources
    author: Person
    when: datetime
    language: str
    words: dict[str, tuple[str, ...]]
    guests: list[Guest] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    memory: dict[str, str] = field(default_factory=dict)

    def text(self, template: str) -> Pieces:
        """Render a template."""
        return tuple(render(parse(template), self))

    def fill(self, name: str) -> Pieces:
        """Return the pieces of a slot."""
        head, _, form = name.partition(".")
        if head == "me":
            return person_pieces(self, self.author, "author", form or "full")
        if len(head) == 2 and head[0] == "p" and head[1].isdigit():
            self.used.add(head)
            guest = self._guest(int(head[1]))
            return person_pieces(self, guest.person, guest.whose, form or "full")
        if head in SMALL:
            return SMALL[head](self)
        if head in self.words:
            return self.text(self.rng.choice(self.words[head]))
        raise KeyError(f"no slot {{{name}}} in {self.language}")

    def used_guests(self) -> list[Guest]:
        """Return the guests the text really spoke of."""
        return [g for i, g in enumerate(self.guests, 1) if f"p{i}" in self.used]

    def remember(self, key: str, make_value: Callable[[], str]) -> str:
        """Return the value kept under a key, made the first time."""
        if key not in self.memory:
            self.memory[key] = make_value()
        return self.memory[key]

    def _guest(self, number: int) -> Guest:
        while len(self.guests) < number:
            code = self.rng.choice(tuple(self.sources.countries))
            self.guests.append(Guest(make_person(self.rng, self.sources, self.sources.countries[code]), "other"))
        return self.guests[number - 1]


def _name_forms(scene: Scene, who: Person, form: str) -> str | None:
    rng, name = scene.rng, who.name
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


def person_pieces(scene: Scene, who: Person, whose: str, form: str) -> Pieces:
    """Return one value of a person, labelled."""
    rng = scene.rng
    as_name = _name_forms(scene, who, form)
    if as_name is not None:
        return (Piece(as_name, "PERSON", whose),)
    if form == "at":
        return (Piece(f"@{who.handle}", "HANDLE", whose),)
    if form == "handle":
        return (Piece(who.handle, "HANDLE", whose),)
    if form == "tag":
        plain = slug(who.name.given).title() + slug(who.name.family).title()
        return (Piece(f"#{plain or who.name.given}", "PERSON", whose),)
    if form in {"htag", "u"}:
        return (Piece(f"{'#' if form == 'htag' else 'u/'}{who.handle}", "HANDLE", whose),)
    if form == "fedi":
        return (Piece(f"@{who.handle}@social.example", "HANDLE", whose),)
    if form == "email":
        return (Piece(make.disguise(rng, rng.choice(who.emails)), "EMAIL_ADDRESS", whose),)
    if form == "phone":
        return (Piece(make.phone_form(rng, who.phones[0], who.country), "PHONE_NUMBER", whose),)
    if form == "intl":
        return (Piece(make.phone_form(rng, who.phones[0]), "PHONE_NUMBER", whose),)
    if form == "url":
        tails = (who.profile_url, who.profile_url.removeprefix("https://"), who.profile_url + "/")
        return (Piece(rng.choice(tails), "PROFILE_URL", whose),)
    if form == "cal":
        return (
            Piece(
                f"https://meet.example/{who.vanity}/{rng.choice(('30min', 'intro', 'coffee'))}", "PROFILE_URL", whose
            ),
        )
    if form in {"co", "exco"}:
        plain = who.employer if form == "co" else who.former
        if not plain:
            return _company(scene, "former")
        short = plain.split(" ")[0] if rng.random() < 0.1 and len(plain.split(" ")[0]) > 4 else plain
        return (Piece(rng.choice((plain, plain, plain, short, plain.upper(), plain.lower())), "ORGANIZATION", whose),)
    if form == "school":
        return (Piece(who.school, "ORGANIZATION", whose),)
    if form == "role":
        return (Piece(who.role),)
    if form == "city":
        return (Piece(who.city.split(",")[0], "LOCATION", whose),)
    if form == "dob":
        return (Piece(write_date(rng, who.birth), "DATE_OF_BIRTH", whose),)
    if form == "age":
        return (Piece(str((scene.when.date() - who.birth).days * 4 // 1461), "AGE", whose),)
    if form == "addr":
        return street(scene, who.country, who.city, whose)
    raise KeyError(f"no form {form} of a person")


def street(scene: Scene, country: str, city: str, whose: str) -> Pieces:
    """Return street, postcode and town, each labelled."""
    rng, stocks = scene.rng, scene.sources.stocks
    locale = scene.sources.countries[country].locale
    line, code = rng.choice(stocks.streets[locale]), rng.choice(stocks.postcodes[locale])
    town = Piece(city.partition(",")[0], "LOCATION", whose)
    if locale.startswith("en"):
        return (Piece(line, "STREET_ADDRESS", whose), Piece(", "), town, Piece(" "), Piece(code, "POSTCODE", whose))
    return (Piece(line, "STREET_ADDRESS", whose), Piece(", "), Piece(code, "POSTCODE", whose), Piece(" "), town)


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


def _plain(value: str) -> Pieces:
    return (Piece(value),)


def _city(scene: Scene, key: str) -> Pieces:
    def draw() -> str:
        country = scene.rng.choice(tuple(scene.sources.countries.values()))
        return scene.rng.choice(country.city_names())

    return (Piece(scene.remember(key, draw), "LOCATION"),)


def _country(scene: Scene) -> Pieces:
    countries = tuple(scene.sources.countries.values())
    return (Piece(scene.remember("country", lambda: scene.rng.choice(countries).names[0]), "LOCATION"),)


def _company(scene: Scene, key: str) -> Pieces:
    return (Piece(scene.remember(key, lambda: company(scene.rng, scene.sources)), "ORGANIZATION"),)


def _school(scene: Scene) -> Pieces:
    schools = scene.sources.words["school"]
    return (Piece(scene.remember("school1", lambda: scene.rng.choice(schools)), "ORGANIZATION"),)


def _money(rng: random.Random) -> str:
    forms = (f"${rng.randint(2, 90)}k", f"${rng.randint(1, 9)}.{rng.randint(1, 9)}M", f"€{rng.randint(2, 99)},000")
    return rng.choice((*forms, f"₹{rng.randint(2, 30)} lakh"))


def _date(scene: Scene) -> Pieces:
    day = scene.when.date() + timedelta(days=scene.rng.randint(-60, 60))
    return (Piece(write_date(scene.rng, day), "DATE_TIME"),)


def _id(scene: Scene) -> Pieces:
    word, value = scene.rng.choice(scene.sources.stocks.ids)
    return (Piece(f"{word} "), Piece(value, "NATIONAL_ID"))


def _card(scene: Scene) -> Pieces:
    number = scene.rng.choice(make.CARDS)
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return (Piece(scene.rng.choice((number, spaced, spaced.replace(" ", "-"))), "CREDIT_CARD"),)


def _iban(scene: Scene) -> Pieces:
    value = scene.rng.choice(scene.sources.stocks.ibans)
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    return (Piece(scene.rng.choice((value, spaced)), "IBAN_CODE"),)


def _ip(scene: Scene) -> Pieces:
    rng = scene.rng
    net = rng.choice(("192.0.2", "198.51.100", "203.0.113"))
    return (Piece(rng.choice((f"{net}.{rng.randint(1, 254)}", f"2001:db8::{rng.randint(1, 65535):x}")), "IP_ADDRESS"),)


def _mac(scene: Scene) -> Pieces:
    return (Piece(f"00:00:5E:00:53:{scene.rng.randint(0, 255):02X}", "MAC_ADDRESS"),)


def _imei(scene: Scene) -> Pieces:
    number = "35" + make.digits(scene.rng, 12)
    return (Piece(number + make.luhn_digit(number), "IMEI"),)


def _crypto(scene: Scene) -> Pieces:
    payload = scene.rng.randbytes(20)
    return (Piece(scene.rng.choice((make.base58check(payload), "0x" + payload.hex())), "CRYPTO"),)


def _coordinates(scene: Scene) -> Pieces:
    rng = scene.rng
    return (Piece(f"{rng.uniform(-55, 65):.4f}, {rng.uniform(-120, 140):.4f}", "COORDINATES"),)


def _coded(label: str, shape: str) -> Callable[[Scene], Pieces]:
    def fill(scene: Scene) -> Pieces:
        rng = scene.rng
        table = {"9": "0123456789", "A": "ABCDEFGHJKLMNPRSTUVWXYZ"}
        return (Piece("".join(rng.choice(table[c]) if c in table else c for c in shape), label),)

    return fill


def _url(scene: Scene) -> Pieces:
    rng = scene.rng
    host = rng.choice(("example.com", "www.example.org", "blog.example.net", "jobs.example", "docs.example.com"))
    path = rng.choice(scene.sources.words["topic_slug"])
    lead = rng.choice(("https://", "https://", "http://", ""))
    return (Piece(f"{lead}{host}/{path}{rng.choice(('', '?utm_source=post', f'/{rng.randint(2, 99)}'))}", "URL"),)


def _canary(scene: Scene) -> Pieces:
    return _plain(DENIED_CANARY + "".join(scene.rng.choice(make.HEX) for _ in range(10)))


SMALL: dict[str, Callable[[Scene], Pieces]] = {
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
    "secret": lambda s: (Piece(make.secret(s.rng), "SECRET"),),
    "passport": _coded("PASSPORT", "A9999999"),
    "empid": _coded("EMPLOYEE_ID", "E-99999"),
    "studentid": _coded("STUDENT_ID", "20999999"),
    "plate": _coded("LICENSE_PLATE", "AAA-9999"),
    "url": _url,
    "canary": _canary,
}  # fmt: skip
