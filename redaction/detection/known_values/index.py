"""The known values of one record, prepared for a search in one pass over the record's words."""

from dataclasses import dataclass, field
from enum import IntEnum

from redaction.detection.entities import EntityType
from redaction.detection.known_values.values import KnownValues
from redaction.detection.lists import lines, word_list
from redaction.detection.settings import KnownSettings
from redaction.detection.text.folding import fold, spellings, words

NAME_WORDS = frozenset(fold(word) for word in word_list("name_words"))
"""Names that are also ordinary words; they count only where they are used as a name."""

ORDINARY_WORDS = NAME_WORDS | word_list("ordinary_words") | {"of", "and", "for", "in", "to"}
"""Words of which the name of an organization or a town may consist: Target, First Steps, Reading."""

PARTICLES = word_list("name_particles")
_NO_EMPLOYERS = word_list("no_employers")
"""Words that profiles state where there is no employer: freelance, self-employed, n/a."""
_NO_LOCATIONS = frozenset(
    {"remote", "hybrid", "online", "home", "office", "anywhere", "worldwide", "global", "various"}
)
"""Words that profiles state where there is no location."""
_LEGAL_FORMS = word_list("legal_forms")
_UNSPACED_SCRIPTS = range(0x3040, 0xA000)
_MIN_DISTINCT = 5
_MIN_LETTERS = 3
_MIN_JOINED = 8
_MIN_PHONE_DIGITS = 6
_SIGNIFICANT_PHONE_DIGITS = 8


class NameCondition(IntEnum):
    """What an occurrence of a single word must fulfill to count as a name."""

    NONE = 0
    CAPITALIZED = 1
    """Words of two letters."""
    USED_AS_NAME = 2
    """Words that are also ordinary words: capitalized in mid-sentence, next to another known name, and the like."""


@dataclass(frozen=True, slots=True)
class WordSequence:
    """Folded words that must follow each other."""

    words: tuple[str, ...]
    entity_type: EntityType
    capitalized: bool = False
    ordinary: bool = False
    """Whether they are all ordinary words, as in the name of an organization or a town."""
    joined: bool = False
    """Whether it is the words of a name in one, as in hashtags and addresses of sites; counts in any case."""
    short: bool = False
    """Whether it is only the first word of a name; counts where the text says that it is an organization."""


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """What to search for; all words are folded."""

    names: dict[str, NameCondition] = field(default_factory=dict)
    handles: frozenset[str] = frozenset()
    sequences: dict[str, tuple[WordSequence, ...]] = field(default_factory=dict)
    """Values of several words, by their first word."""
    literals: tuple[str, ...] = ()
    """Names in scripts without spaces between words, unfolded."""
    urls: tuple[str, ...] = ()
    slugs: frozenset[str] = frozenset()
    """Parts of a link, letters and digits only, that make it a link to the person."""
    phones: tuple[str, ...] = ()
    """The last digits of each number."""
    initials: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """Every name, handle and first word of a sequence."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not (self.words or self.literals or self.urls or self.phones)


def build_index(known: KnownValues, settings: KnownSettings) -> KnownIndex:
    """Prepare the values that `settings` asks to search for."""
    people = _people(known)
    names = {form: condition for person in people for form, condition in _names(*person, settings).items()}
    handles = frozenset(h for value in known.handles for h in _handle_forms(value))
    handles |= frozenset().union(*(_usernames(*person) for person in people))
    handles |= {fold(v.split("@")[0]) for v in known.emails if _is_distinct(fold(v.split("@")[0]))}
    sequences = [WordSequence(tuple(fold(w) for w in words(mail)), EntityType.EMAIL_ADDRESS) for mail in known.emails]
    sequences += [
        WordSequence(parts, EntityType.HANDLE)
        for value in (*known.handles, *(mail.split("@")[0] for mail in known.emails))
        if len(parts := tuple(fold(w) for w in words(value))) > 1 and sum(map(len, parts)) >= _MIN_DISTINCT
    ]
    sequences += _organizations_and_locations(known, settings)
    if not settings.single_names:
        sequences += _whole_names(known)
    by_first: dict[str, list[WordSequence]] = {}
    for sequence in sequences:
        if sequence.words:
            by_first.setdefault(sequence.words[0], []).append(sequence)
    other_handles = frozenset(h for h in handles if h not in names)
    return KnownIndex(
        names=names,
        handles=other_handles,
        sequences={first: tuple(group) for first, group in by_first.items()},
        literals=_literals(known),
        urls=tuple(u for value in known.urls if len(u := _bare_url(value)) >= _MIN_DISTINCT),
        slugs=handles | _slugs(known.urls),
        phones=tuple(d for value in known.phones if len(d := _significant_digits(value)) >= _MIN_PHONE_DIGITS),
        initials=frozenset(fold(word)[:1] for person in people for part in person for word in part),
        given=frozenset(form for given, _ in people for word in given for form in _given_forms(word, settings)),
        family=frozenset(form for _, family in people for word in family for form in spellings(word)),
        words=frozenset({*names, *other_handles, *by_first}),
    )


def _people(known: KnownValues) -> list[tuple[list[str], list[str]]]:
    """Return the words of the given and of the family names of each person.

    User names are made of one person's names only. Given names, family names and the full names that contain any of
    them form one person; every other full name is a person of its own. So the work grows linearly with the number of
    people.
    """
    given = [w for value in known.given_names for w in words(value)]
    family = [w for value in known.family_names for w in words(value)]
    first_person = frozenset((*given, *family))
    others = []
    for value in known.full_names:
        parts = words(value.split("(")[0])
        if first_person.isdisjoint(parts):
            others.append((_name_words(parts[:1]), _name_words(parts[1:])))
        else:
            rest = [word for word in parts if word not in first_person]
            given += rest[:1]
            family += rest[1:]
    return [(_name_words(given), _name_words(family)), *others]


def _name_words(parts: list[str]) -> list[str]:
    return [word for word in parts if fold(word) not in PARTICLES and not word.isdigit()]


def _names(given: list[str], family: list[str], settings: KnownSettings) -> dict[str, NameCondition]:
    if not settings.single_names:
        return {}
    forms = {form for word in (*given, *family) for form in spellings(word)}
    if settings.nicknames:
        forms |= {nickname for word in given for nickname in _nicknames(fold(word))}
    forms |= {a + b for a in map(fold, given) for b in map(fold, given) if a != b}
    return {form: _condition(form) for form in forms if len(form) >= settings.min_letters}


def _given_forms(word: str, settings: KnownSettings) -> frozenset[str]:
    return spellings(word) | (_nicknames(fold(word)) if settings.nicknames else frozenset())


def _whole_names(known: KnownValues) -> list[WordSequence]:
    pairs = (f"{given} {family}" for given in known.given_names for family in known.family_names)
    sequences = (tuple(fold(word) for word in words(name)) for name in (*known.full_names, *pairs))
    return [WordSequence(sequence, EntityType.PERSON) for sequence in sequences if len(sequence) > 1]


def _condition(form: str) -> NameCondition:
    if form in NAME_WORDS:
        return NameCondition.USED_AS_NAME
    return NameCondition.CAPITALIZED if len(form) < _MIN_LETTERS else NameCondition.NONE


def _nicknames(given: str) -> frozenset[str]:
    return NICKNAMES.get(given, frozenset())


def _read_nicknames() -> dict[str, frozenset[str]]:
    """Read the list in both directions: Bill for William, William for Bill, but not Will for Bill."""
    table: dict[str, set[str]] = {}
    for line in lines("nicknames"):
        name, nicknames = line.split()
        for nickname in nicknames.split(","):
            table.setdefault(fold(name), set()).add(fold(nickname))
            table.setdefault(fold(nickname), set()).add(fold(name))
    return {name: frozenset(others) for name, others in table.items()}


def _usernames(given: list[str], family: list[str]) -> frozenset[str]:
    """Return user names that people commonly make of their names: janedoe, doejane, jdoe, doej, janed."""
    usernames = set()
    for first in map(fold, given):
        for last in map(fold, family):
            usernames |= {first + last, last + first, first[:1] + last, last + first[:1], first + last[:1]}
    return frozenset(name for name in usernames if _is_distinct(name))


def _handle_forms(handle: str) -> frozenset[str]:
    joined = fold("".join(words(handle)))
    return frozenset({joined}) if _is_distinct(joined) else frozenset()


def _is_distinct(name: str) -> bool:
    return len(name) >= _MIN_DISTINCT and name not in NAME_WORDS and not name.isdigit()


def _organizations_and_locations(known: KnownValues, settings: KnownSettings) -> list[WordSequence]:
    groups = (
        (settings.employers, known.employers, EntityType.ORGANIZATION),
        (settings.schools, known.schools, EntityType.ORGANIZATION),
        (settings.locations, _with_towns(known.locations), EntityType.LOCATION),
    )
    sequences = []
    for is_on, values, entity_type in groups:
        nothing = _NO_LOCATIONS if entity_type is EntityType.LOCATION else _NO_EMPLOYERS
        for value in values if is_on else ():
            parts = tuple(fold(w) for w in words(value) if fold(w) not in _LEGAL_FORMS)
            if sum(map(len, parts)) >= _MIN_LETTERS and not nothing.issuperset(parts):
                is_ordinary = ORDINARY_WORDS.issuperset(parts)
                sequences.append(WordSequence(parts, entity_type, len(parts) == 1, is_ordinary))
                if len(parts) > 1 and values is known.employers:
                    sequences += _other_forms(parts)
    return sequences


def _other_forms(employer: tuple[str, ...]) -> list[WordSequence]:
    """Return how texts shorten the name of an employer: #KestrelVane, kestrelvane.example; Kestrel's."""
    joined, first = "".join(employer), employer[0]
    forms = [WordSequence((joined,), EntityType.ORGANIZATION, joined=True)] if len(joined) >= _MIN_JOINED else []
    if len(first) >= _MIN_DISTINCT and first not in ORDINARY_WORDS:
        forms.append(WordSequence((first,), EntityType.ORGANIZATION, short=True))
    return forms


def _with_towns(locations: tuple[str, ...]) -> tuple[str, ...]:
    """Add to each location its first part: texts say Boston where the profile says Boston, MA."""
    return tuple(dict.fromkeys(part for value in locations for part in (value, value.split(",")[0].strip())))


def _literals(known: KnownValues) -> tuple[str, ...]:
    """Return names in scripts without spaces between words, and their parts of two or more characters."""
    values = (*known.full_names, *known.given_names, *known.family_names)
    parts = {part for value in values for part in (value, *value.split()) if len(part) >= 2}
    return tuple(sorted(part for part in parts if all(ord(c) in _UNSPACED_SCRIPTS for c in part)))


def _bare_url(url: str) -> str:
    bare = url.lower().split("://")[-1].removeprefix("www.").rstrip("/")
    return bare if "/" in bare else bare.split("/")[0]


def _slugs(urls: tuple[str, ...]) -> frozenset[str]:
    """Return the last path segment of each profile URL."""
    segments = (fold("".join(words(_bare_url(url).rpartition("/")[2]))) for url in urls if "/" in _bare_url(url))
    return frozenset(segment for segment in segments if _is_distinct(segment))


def _significant_digits(phone: str) -> str:
    """Return the digits that all formats of a number share: without country code and trunk prefix."""
    return "".join(c for c in phone if c.isdigit())[-_SIGNIFICANT_PHONE_DIGITS:]


NICKNAMES = _read_nicknames()
"""Given name → its other forms, folded."""
