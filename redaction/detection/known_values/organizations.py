"""Decides whether words that equal an employer or a school of the author name it: Target, Apple, First Steps."""

import re

from redaction.detection.known_values.index import WordSequence
from redaction.detection.known_values.tokens import TokenizedText
from redaction.detection.lists import word_list

_BEFORE = word_list("before_an_employer")
_AFTER = re.compile(r"['’]s(?!\w)|,? (?:inc|llc|llp|ltd|limited|gmbh|ag|corp|plc|co)(?!\w)", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?:www\.|://|[#@])$", re.IGNORECASE)
_LEGAL_FORM_LENGTH = 12
_SHORT = 3
"""Words of an ordinary name that may be in lower case: of, and."""


def is_organization(tokens: TokenizedText, first: int, last: int, sequence: WordSequence) -> bool:
    """Whether words `first` to `last`, which equal a name of an organization, name it."""
    # A name of ordinary words counts only capitalized where ordinary words would not be.
    if not sequence.ordinary:
        return sequence.joined or _is_distinct_name(tokens, first, last, sequence)
    words = [tokens.word(i) for i in range(first, last + 1)]
    if not all(word[0].isupper() or len(word) <= _SHORT for word in words) or not words[0][0].isupper():
        return False
    before, after = tokens.word(first - 1), tokens.word(last + 1)
    if len(words[0]) > 1 and all(map(str.isupper, words)) and (before.isupper() or after.isupper()):
        return False
    if _is_announced(tokens, first) or _has_form_of_name(tokens, last):
        return True
    if first == last and tokens.starts_sentence(first):
        return False
    in_title = before[:1].isupper() and after[:1].isupper() and not tokens.starts_sentence(first - 1)
    return not in_title and (before.islower() or after.islower() or first != last)


def _is_distinct_name(tokens: TokenizedText, first: int, last: int, sequence: WordSequence) -> bool:
    """Whether a name with a word of its own is meant: several words in any case, a single one if something says so."""
    is_capitalized = tokens.word(first)[0].isupper()
    if sequence.short:
        return is_capitalized and (_is_announced(tokens, first) or _has_form_of_name(tokens, last))
    is_in_address = _IN_ADDRESS.search(tokens.before(first)) is not None
    return first != last or is_capitalized or is_in_address or _is_announced(tokens, first)


def _is_announced(tokens: TokenizedText, first: int) -> bool:
    """Whether a word before it says that an organization follows: "works at Target"."""
    gap = tokens.gap(first - 1, first).strip()
    if gap == "@":
        return True
    return gap in ("", "the") and tokens.word(first - 1).casefold() in _BEFORE


def _has_form_of_name(tokens: TokenizedText, last: int) -> bool:
    end = tokens.matches[last].end()
    return _AFTER.match(tokens.text, end, end + _LEGAL_FORM_LENGTH) is not None
