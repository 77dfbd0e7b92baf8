"""Persons: members, and the third parties that texts mention."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from generate.countries import Country
from generate.identifiers import MAIL_HOSTS, Stocks, digits
from generate.names import NATIVE_CULTURES, NICKNAMES, Name, NameList, draw_name, slug


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person, with every value that a text may contain."""

    name: Name
    handle: str
    vanity: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    country: str
    city: str
    employer: str
    former: str
    school: str
    role: str
    birth: date

    @property
    def nick(self) -> str:
        """The short name friends use, the given name where there is none."""
        return NICKNAMES.get(self.name.given, self.name.given)

    @property
    def profile_url(self) -> str:
        """The address of the profile."""
        return f"https://harbour.example/in/{self.vanity}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything people are made from."""

    names: dict[str, NameList]
    countries: dict[str, Country]
    stocks: Stocks
    words: dict[str, tuple[str, ...]]


def company(rng: random.Random, sources: Sources) -> str:
    """Draw a company's name, with or without its legal form."""
    first, last = rng.choice(sources.words["company_first"]), rng.choice(sources.words["company_last"])
    dice = rng.random()
    if dice < 0.12:
        family = sources.names["en_US"].family
        return f"{rng.choice(family)} & {rng.choice(family)}"
    if dice < 0.2:
        return f"{rng.choice(sources.names['de_DE'].family)} {last}"
    return f"{first} {last}" + (rng.choice(sources.words["company_tail"]).rstrip() if dice > 0.85 else "")


def _handle(rng: random.Random, name: Name) -> str:
    given, family = slug(name.given), slug(name.family)
    if not given or not family:
        first, second = rng.choice(("blue", "night", "code", "tea", "paper")), rng.choice(("fox", "owl", "crane"))
        return f"{first}{second}{digits(rng, 2)}"
    return rng.choice(
        (
            f"{given}_{family}",
            f"{given}.{family}",
            f"{given[0]}{family}{digits(rng, 2)}",
            f"{given}{family[0]}",
            f"{family}{given[0]}_{rng.choice(('dev', 'ops', 'hr', 'design', 'writes'))}",
            f"the{given}{family}",
            f"{given}{digits(rng, 3)}",
        )
    )


def make_person(
    rng: random.Random, sources: Sources, country: Country, number: int | None = None, birth: date | None = None
) -> Person:
    """Make a person of a country; ``number`` makes handle and vanity unique among members."""
    dice = rng.random()
    if dice < 0.66:
        culture = rng.choice(country.cultures)
    elif dice < 0.70:
        culture = rng.choice(NATIVE_CULTURES)
    elif dice < 0.76:
        culture = "en_words"
    else:
        culture = rng.choice([c for c in sources.names if c not in NATIVE_CULTURES])
    name = draw_name(rng, sources.names, culture)
    handle = _handle(rng, name)
    local = (
        handle.strip("_.")
        if rng.random() < 0.5
        else f"{slug(name.given) or 'mail'}.{slug(name.family) or digits(rng, 4)}"
    )
    vanity = f"{slug(name.given)}-{slug(name.family)}".strip("-") or f"member-{digits(rng, 5)}"
    if number is not None:
        handle = f"{handle}{number}" if rng.random() < 0.35 else handle
        vanity = f"{vanity}-{number:x}"
    emails = [f"{local}@{rng.choice(MAIL_HOSTS)}"]
    if rng.random() < 0.25:
        emails.append(f"{slug(name.given)[:1] or 'x'}{slug(name.family) or digits(rng, 4)}@{rng.choice(MAIL_HOSTS)}")
    stock = sources.stocks.phones.get(country.code) or sources.stocks.phones["US"]
    return Person(
        name=name,
        handle=handle,
        vanity=vanity,
        emails=tuple(dict.fromkeys(emails)),
        phones=(rng.choice(stock),),
        country=country.code,
        city=rng.choice(country.cities),
        employer=company(rng, sources),
        former=company(rng, sources),
        school=rng.choice(sources.words["school"]),
        role=rng.choice(sources.words["role"]),
        birth=birth or date(1958, 1, 1) + timedelta(days=rng.randrange(365 * 44)),
    )
