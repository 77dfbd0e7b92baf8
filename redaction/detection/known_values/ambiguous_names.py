"""Decides whether a word that is both a known name and an ordinary word is used as a name: Will, May, Grace, Hope."""

import re

from redaction.detection.known_values.index import KnownIndex, NameCondition
from redaction.detection.known_values.tokens import TokenizedText
from redaction.detection.lists import word_list

_BEFORE_A_PERSON = frozenset(word.casefold() for word in word_list("before_a_person"))
_TITLES = frozenset(word.casefold() for word in word_list("before_any_name"))
_VERBS = frozenset(word.casefold() for word in word_list("after_a_name"))
_RARELY_NAMES = frozenset(word.casefold() for word in word_list("hardly_names"))
_CALENDAR = word_list("calendar")
_BEFORE_SIGNATURE = re.compile(
    r"(?<!\w)(?:best|(?:(?:kind|best|warm) )?(?:regards|wishes)|cheers|yours(?: truly| sincerely)?|sincerely"
    r"|ciao|love|thanks"
    r"|thank you|xoxo?|x{1,3}|call me|my name(?: is|['’]s)?|(?:viele |liebe |mit freundlichen )?gr(?:ü|u|ue)(?:ß"
    r"|ss)en?|lg|vg|mfg"
    r"|cordialement|bien à (?:vous|toi)|amicalement|saludos|un abrazo|atentamente|abra[çc]os|atenciosamente"
    r"|groet(?:en|jes)?"
    r"|ich bin|je suis|soy|sou|me llamo|je m['’]appelle|ich hei(?:ß|ss)e)[,!.\u2013-]?\s{0,4}[-–—]?\s?$",
    re.IGNORECASE,
)
_AFTER_INTRODUCTION = re.compile(r"here(?=\s?[,.!]|\s(?:from|at|again)\b)", re.IGNORECASE)
_SIGNATURE_CONTEXT = 32
_YOU = frozenset({"you", "u", "ya", "see"})
_NAME_SEPARATORS = " \t\u00a0.,_-"
_MAX_NAME_GAP = 3


def is_name(tokens: TokenizedText, i: int, conditions: dict[int, NameCondition], index: KnownIndex) -> bool:
    """Whether word `i`, which equals a known name, is used as one; `conditions` has all such words of the text."""
    condition = conditions[i]
    if condition is NameCondition.NONE or _is_beside_name(tokens, i, conditions, index):
        return True
    if _follows_initial(tokens, i, index):
        return True
    word, before = tokens.word(i), tokens.word(i - 1)
    if condition is NameCondition.CAPITALIZED:
        return word[0].isupper() and (not word.isupper() or not before.isupper())
    return _is_addressed(tokens, i) or (word[0].isupper() and _is_capital_significant(tokens, i))


def _is_beside_name(tokens: TokenizedText, i: int, conditions: dict[int, NameCondition], index: KnownIndex) -> bool:
    """Whether a neighbor is a known name too: one that is no ordinary word, or both together look like a full name."""
    for j in (i - 1, i + 1):
        if j not in conditions or not is_name_gap(tokens.gap(i, j)):
            continue
        both_capitalized = tokens.word(i)[0].isupper() and tokens.word(j)[0].isupper()
        if conditions[j] is not NameCondition.USED_AS_NAME or (both_capitalized and not tokens.word(j).isupper()):
            return True
        if _is_full_name(tokens, min(i, j), max(i, j), index):
            return True
    return False


def is_name_gap(gap: str) -> bool:
    """Whether the text between two words allows them to be parts of one name."""
    return len(gap) <= _MAX_NAME_GAP and not gap.strip(_NAME_SEPARATORS)


def _is_full_name(tokens: TokenizedText, left: int, right: int, index: KnownIndex) -> bool:
    """Whether two words are given and family name, or the reverse with a comma, in any case: "GREEN, IVY"."""
    first, second = tokens.folded[left], tokens.folded[right]
    is_reversed = "," in tokens.gap(left, right)
    given, family = (second, first) if is_reversed else (first, second)
    if given not in index.given or family not in index.family:
        return False
    return is_reversed or given not in _RARELY_NAMES


def _follows_initial(tokens: TokenizedText, i: int, index: KnownIndex) -> bool:
    initial = tokens.word(i - 1)
    if len(initial) != 1 or tokens.folded[i - 1] not in index.initials or tokens.folded[i] not in index.family:
        return False
    gap = tokens.gap(i - 1, i)
    return gap.startswith(".") and not gap[1:].strip(" \u00a0") and (initial.isupper() or tokens.word(i).islower())


def _is_addressed(tokens: TokenizedText, i: int) -> bool:
    """Whether a title, a greeting or a final "you" precedes: "Dr. Moody", "thx frank", "proud of you summer"."""
    word, before, folded = tokens.word(i), tokens.word(i - 1).casefold(), tokens.folded[i]
    if _is_signature(tokens, i):
        return True
    if not word[0].isupper() and (folded in _RARELY_NAMES or folded in _CALENDAR):
        return False
    after_comma = "," in tokens.gap(i - 1, i) and not word[0].isupper()
    if before in _TITLES and not after_comma and not tokens.ends_sentence(i - 1, i):
        return True
    at_end = not tokens.after(i) or tokens.after(i)[0] in ".!?,;"
    is_date = folded in _CALENDAR and tokens.word(i - 2).casefold() == "see"
    return before in _YOU and at_end and not is_date and tokens.gap(i - 1, i).strip() in ("", ",")


def _is_signature(tokens: TokenizedText, i: int) -> bool:
    """Whether the word ends a letter or introduces its writer ("call me May", "May here"): only a name is used so."""
    start, end = tokens.matches[i].span()
    following = tokens.text[end : end + 16].lstrip(" ")
    if tokens.starts_sentence(i) and _AFTER_INTRODUCTION.match(following):
        return True
    if _BEFORE_SIGNATURE.search(tokens.text[max(0, start - _SIGNATURE_CONTEXT) : start]) is None:
        return False
    ends_clause = not following or not following[0].isalpha()
    return ends_clause or (tokens.word(i)[0].isupper() and tokens.word(i + 1)[0].isupper())


def _is_capital_significant(tokens: TokenizedText, i: int) -> bool:
    """Whether an ordinary word would be in lower case here."""
    word, before, after = tokens.word(i), tokens.word(i - 1), tokens.word(i + 1)
    if before.casefold() in _BEFORE_A_PERSON or tokens.before(i).rstrip().endswith("&"):
        return True
    if word.isupper() or tokens.folded[i] in _CALENDAR:
        return False
    if tokens.starts_sentence(i):
        return after.casefold() in _VERBS and after.islower()
    if before.islower():
        return True
    is_second = i > 0 and tokens.starts_sentence(i - 1) and before.istitle()
    return is_second and after.islower() and tokens.gap(i - 1, i).isspace()
