"""Whether a word that is both a known name and a word of a language stands as a name: Will, May, Grace, Hope."""

import re

from redaction.detection.known_values.index import Guard, KnownIndex
from redaction.detection.known_values.tokens import Reading
from redaction.detection.lists import word_list

_BEFORE = frozenset(word.casefold() for word in word_list("before_a_person"))
_TITLES = frozenset(word.casefold() for word in word_list("before_any_name"))
_VERBS = frozenset(word.casefold() for word in word_list("after_a_name"))
_HARDLY = frozenset(word.casefold() for word in word_list("hardly_names"))
_CALENDAR = word_list("calendar")
_SIGNED = re.compile(
    r"(?<!\w)(?:best|(?:(?:kind|best|warm) )?(?:regards|wishes)|cheers|yours(?: truly| sincerely)?|sincerely"
    r"|ciao|love|thanks"
    r"|thank you|xoxo?|x{1,3}|call me|my name(?: is|['’]s)?|(?:viele |liebe |mit freundlichen )?gr(?:ü|u|ue)(?:ß"
    r"|ss)en?|lg|vg|mfg"
    r"|cordialement|bien à (?:vous|toi)|amicalement|saludos|un abrazo|atentamente|abra[çc]os|atenciosamente"
    r"|groet(?:en|jes)?"
    r"|ich bin|je suis|soy|sou|me llamo|je m['’]appelle|ich hei(?:ß|ss)e)[,!.\u2013-]?\s{0,4}[-–—]?\s?$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"here(?=\s?[,.!]|\s(?:from|at|again)\b)", re.IGNORECASE)
_LOOK_BACK = 32
_YOU = frozenset({"you", "u", "ya", "see"})
_BESIDE_SIGNS = " \t\u00a0.,_-"
_BESIDE = 3


def counts(reading: Reading, i: int, names: dict[int, Guard], index: KnownIndex) -> bool:
    """Whether word `i`, which is a known name, is one here; `names` are all such words of the text."""
    guard = names[i]
    if guard is Guard.NONE or _beside(reading, i, names, index) or _behind_an_initial(reading, i, index):
        return True
    word, before = reading.word(i), reading.word(i - 1)
    if guard is Guard.CAPITAL:
        return word[0].isupper() and (not word.isupper() or not before.isupper())
    return _spoken_to(reading, i) or (word[0].isupper() and _capital_not_due(reading, i))


def _beside(reading: Reading, i: int, names: dict[int, Guard], index: KnownIndex) -> bool:
    """Whether another known name stands next to it: one that is no word, or both look like a whole name."""
    for j in (i - 1, i + 1):
        if j not in names or not is_beside(reading.gap(i, j)):
            continue
        capitals = reading.word(i)[0].isupper() and reading.word(j)[0].isupper()
        if names[j] is not Guard.NAME_PLACE or (capitals and not reading.word(j).isupper()):
            return True
        if _whole_name(reading, min(i, j), max(i, j), index):
            return True
    return False


def is_beside(gap: str) -> bool:
    """Whether what stands between two words lets them be one name."""
    return len(gap) <= _BESIDE and not gap.strip(_BESIDE_SIGNS)


def _whole_name(reading: Reading, left: int, right: int, index: KnownIndex) -> bool:
    """A given name before a family name, or behind it and a comma, in any case: "ivy green", "GREEN, IVY"."""
    first, second = reading.folded[left], reading.folded[right]
    turned = "," in reading.gap(left, right)
    given, family = (second, first) if turned else (first, second)
    if given not in index.given or family not in index.family:
        return False
    return turned or given not in _HARDLY


def _behind_an_initial(reading: Reading, i: int, index: KnownIndex) -> bool:
    initial = reading.word(i - 1)
    if len(initial) != 1 or reading.folded[i - 1] not in index.initials or reading.folded[i] not in index.family:
        return False
    gap = reading.gap(i - 1, i)
    return gap.startswith(".") and not gap[1:].strip(" \u00a0") and (initial.isupper() or reading.word(i).islower())


def _spoken_to(reading: Reading, i: int) -> bool:
    """Behind a title or a greeting, or where "you" ends: "Dr. Moody", "thx frank", "proud of you summer"."""
    word, before, folded = reading.word(i), reading.word(i - 1).casefold(), reading.folded[i]
    if _signed(reading, i):
        return True
    if not word[0].isupper() and (folded in _HARDLY or folded in _CALENDAR):
        return False
    apart = "," in reading.gap(i - 1, i) and not word[0].isupper()
    if before in _TITLES and not apart and not reading.ends_sentence(i - 1, i):
        return True
    at_end = not reading.after(i) or reading.after(i)[0] in ".!?,;"
    date = folded in _CALENDAR and reading.word(i - 2).casefold() == "see"
    return before in _YOU and at_end and not date and reading.gap(i - 1, i).strip() in ("", ",")


def _signed(reading: Reading, i: int) -> bool:
    """At the end of a letter, in "call me May", in "May here, hello": nothing but a name stands there."""
    start, end = reading.matches[i].span()
    following = reading.text[end : end + 16].lstrip(" ")
    if reading.starts_sentence(i) and _INTRODUCED.match(following):
        return True
    if _SIGNED.search(reading.text[max(0, start - _LOOK_BACK) : start]) is None:
        return False
    alone = not following or not following[0].isalpha()
    return alone or (reading.word(i)[0].isupper() and reading.word(i + 1)[0].isupper())


def _capital_not_due(reading: Reading, i: int) -> bool:
    word, before, after = reading.word(i), reading.word(i - 1), reading.word(i + 1)
    if before.casefold() in _BEFORE or reading.before(i).rstrip().endswith("&"):
        return True
    if word.isupper() or reading.folded[i] in _CALENDAR:
        return False
    if reading.starts_sentence(i):
        return after.casefold() in _VERBS and after.islower()
    if before.islower():
        return True
    first = i > 0 and reading.starts_sentence(i - 1) and before.istitle()
    return first and after.islower() and reading.gap(i - 1, i).isspace()
