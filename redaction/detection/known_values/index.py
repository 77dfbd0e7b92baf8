"""The known values of one record made ready to be searched for in one pass over the record's words."""

from dataclasses import dataclass, field
from enum import IntEnum

from redaction.detection.entities import EntityType
from redaction.detection.known_values.values import KnownValues
from redaction.detection.lists import lines, word_list
from redaction.detection.settings import KnownSettings
from redaction.detection.text.folding import fold, spellings, words

NAME_WORDS = frozenset(fold(word) for word in word_list("name_words"))
"""Names that are words of a language, too: they count only where they stand as a name."""

PARTICLES = word_list("name_particles")
_LEGAL = word_list("legal_forms")
_UNSPACED = range(0x3040, 0xA000)
_LONG = 5
_SHORT = 3


class Guard(IntEnum):
    """What a single word needs to count."""

    NONE = 0
    CAPITAL = 1
    """Two letters: a capital."""
    NAME_PLACE = 2
    """Also a word: a capital where none is due, or a known name beside it."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Folded words that must stand in a row."""

    words: tuple[str, ...]
    entity_type: EntityType
    capital: bool = False


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """What to look for: single words, rows of words by their first, pieces of script without blanks, digits."""

    names: dict[str, Guard] = field(default_factory=dict)
    handles: frozenset[str] = frozenset()
    rows: dict[str, tuple[Sequence, ...]] = field(default_factory=dict)
    literals: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    slugs: frozenset[str] = frozenset()
    """What a link's part may be, letters and digits alone, for the link to be a person's."""
    phones: tuple[str, ...] = ()
    initials: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    """What a text holds, folded, if any of its words is a name, a handle or the first of a row."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.names or self.handles or self.rows or self.literals or self.urls or self.phones)


def build_index(known: KnownValues, settings: KnownSettings) -> KnownIndex:
    """Ready the values; which of them count is the settings' to say."""
    people = _people(known)
    names = {form: guard for person in people for form, guard in _names(*person, settings).items()}
    handles = frozenset(h for value in known.handles for h in _handle_forms(value))
    made = frozenset().union(*(_usernames(*person) for person in people))
    handles |= made
    handles |= {fold(v.split("@")[0]) for v in known.emails if _distinct(fold(v.split("@")[0]))}
    rows = [Sequence(tuple(fold(w) for w in words(mail)), EntityType.EMAIL_ADDRESS) for mail in known.emails]
    rows += [
        Sequence(parts, EntityType.HANDLE)
        for value in (*known.handles, *(mail.split("@")[0] for mail in known.emails))
        if len(parts := tuple(fold(w) for w in words(value))) > 1 and sum(map(len, parts)) >= _LONG
    ]
    rows += _places(known, settings)
    if not settings.single_names:
        rows += _whole_names(known)
    by_first: dict[str, list[Sequence]] = {}
    for row in rows:
        if row.words:
            by_first.setdefault(row.words[0], []).append(row)
    others = frozenset(h for h in handles if h not in names)
    return KnownIndex(
        names=names,
        handles=others,
        rows={first: tuple(found) for first, found in by_first.items()},
        literals=_literals(known),
        urls=tuple(u for value in known.urls if len(u := _bare_url(value)) >= _LONG),
        slugs=handles | _slugs(known.urls),
        phones=tuple(d for value in known.phones if len(d := _significant(value)) >= 6),
        initials=frozenset(fold(word)[:1] for person in people for part in person for word in part),
        given=frozenset(form for given, _ in people for word in given for form in _given_forms(word, settings)),
        family=frozenset(form for _, family in people for word in family for form in spellings(word)),
        forms=tuple(sorted({*names, *others, *by_first}, key=lambda form: (len(form), form))),
    )


def _people(known: KnownValues) -> list[tuple[list[str], list[str]]]:
    """The words of given and of family names, by person: only one person's make a user name together.

    Given and family names are taken together, with the full names that hold any of them; every other full name is
    somebody's own. So the work grows with the number of people, not with its square.
    """
    given = [w for value in known.given_names for w in words(value)]
    family = [w for value in known.family_names for w in words(value)]
    told = frozenset((*given, *family))
    others = []
    for value in known.full_names:
        parts = words(value.split("(")[0])
        if told.isdisjoint(parts):
            others.append((_kept(parts[:1]), _kept(parts[1:])))
        else:
            rest = [word for word in parts if word not in told]
            given += rest[:1]
            family += rest[1:]
    return [(_kept(given), _kept(family)), *others]


def _kept(parts: list[str]) -> list[str]:
    return [word for word in parts if fold(word) not in PARTICLES and not word.isdigit()]


def _names(given: list[str], family: list[str], settings: KnownSettings) -> dict[str, Guard]:
    if not settings.single_names:
        return {}
    forms = {form for word in (*given, *family) for form in spellings(word)}
    if settings.nicknames:
        forms |= {nick for word in given for nick in _nicknames(fold(word))}
    forms |= {a + b for a in map(fold, given) for b in map(fold, given) if a != b}
    return {form: _guard(form) for form in forms if len(form) >= settings.min_letters}


def _given_forms(word: str, settings: KnownSettings) -> frozenset[str]:
    return spellings(word) | (_nicknames(fold(word)) if settings.nicknames else frozenset())


def _whole_names(known: KnownValues) -> list[Sequence]:
    pairs = (f"{given} {family}" for given in known.given_names for family in known.family_names)
    rows = (tuple(fold(word) for word in words(name)) for name in (*known.full_names, *pairs))
    return [Sequence(row, EntityType.PERSON) for row in rows if len(row) > 1]


def _guard(form: str) -> Guard:
    if form in NAME_WORDS:
        return Guard.NAME_PLACE
    return Guard.CAPITAL if len(form) < _SHORT else Guard.NONE


def _nicknames(given: str) -> frozenset[str]:
    return NICKNAMES.get(given, frozenset())


def _read_nicknames() -> dict[str, frozenset[str]]:
    """Both ways: Bill for William, William for Bill; one nick's other names do not count."""
    table: dict[str, set[str]] = {}
    for line in lines("nicknames"):
        name, nicks = line.split()
        for nick in nicks.split(","):
            table.setdefault(fold(name), set()).add(fold(nick))
            table.setdefault(fold(nick), set()).add(fold(name))
    return {name: frozenset(others) for name, others in table.items()}


def _usernames(given: list[str], family: list[str]) -> frozenset[str]:
    """janedoe, doejane, jdoe, janed: what people make of their names."""
    made = set()
    for first in map(fold, given):
        for last in map(fold, family):
            made |= {first + last, last + first, first[:1] + last, last + first[:1], first + last[:1]}
    return frozenset(name for name in made if _distinct(name))


def _handle_forms(handle: str) -> frozenset[str]:
    parts = words(handle)
    joined = fold("".join(parts))
    return frozenset({joined}) if _distinct(joined) else frozenset()


def _distinct(name: str) -> bool:
    return len(name) >= _LONG and name not in NAME_WORDS and not name.isdigit()


def _places(known: KnownValues, settings: KnownSettings) -> list[Sequence]:
    wanted = (
        (settings.employers, known.employers, EntityType.ORGANIZATION),
        (settings.schools, known.schools, EntityType.ORGANIZATION),
        (settings.locations, known.locations, EntityType.LOCATION),
    )
    rows = []
    for on, values, entity_type in wanted:
        for value in values if on else ():
            parts = tuple(fold(w) for w in words(value) if fold(w) not in _LEGAL)
            if sum(map(len, parts)) >= _SHORT:
                rows.append(Sequence(parts, entity_type, capital=len(parts) == 1))
    return rows


def _literals(known: KnownValues) -> tuple[str, ...]:
    """Names in scripts that put no blank between words, and their parts of two characters or more."""
    values = (*known.full_names, *known.given_names, *known.family_names)
    parts = {part for value in values for part in (value, *value.split()) if len(part) >= 2}
    return tuple(sorted(part for part in parts if all(ord(c) in _UNSPACED for c in part)))


def _bare_url(url: str) -> str:
    bare = url.lower().split("://")[-1].removeprefix("www.").rstrip("/")
    return bare if "/" in bare else bare.split("/")[0]


def _slugs(urls: tuple[str, ...]) -> frozenset[str]:
    """The last part of each profile link."""
    parts = (fold("".join(words(_bare_url(url).rpartition("/")[2]))) for url in urls if "/" in _bare_url(url))
    return frozenset(part for part in parts if _distinct(part))


def _significant(phone: str) -> str:
    """The digits that every way of writing a number shares: without country code and trunk prefix."""
    digits = "".join(c for c in phone if c.isdigit())
    return digits[-8:] if len(digits) > 8 else digits


NICKNAMES = _read_nicknames()
"""Given name → its other forms, folded."""
