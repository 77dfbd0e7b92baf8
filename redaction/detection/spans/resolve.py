"""Turns findings into the spans that are redacted: they do not overlap and cover whole tokens."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from redaction.detection.entities import EntityType, Span
from redaction.detection.settings import Cover
from redaction.detection.spans.lines import split_at_line_ends
from redaction.detection.spans.words import WordsOfText

_STRICTNESS = (
    EntityType.SECRET,
    EntityType.CREDIT_CARD,
    EntityType.IBAN_CODE,
    EntityType.NATIONAL_ID,
    EntityType.PASSPORT,
    EntityType.DRIVER_LICENSE,
    EntityType.EMAIL_ADDRESS,
    EntityType.PHONE_NUMBER,
    EntityType.PROFILE_URL,
    EntityType.STREET_ADDRESS,
    EntityType.DATE_OF_BIRTH,
    EntityType.COORDINATES,
    EntityType.CRYPTO,
    EntityType.IMEI,
    EntityType.IP_ADDRESS,
    EntityType.MAC_ADDRESS,
    EntityType.LICENSE_PLATE,
    EntityType.EMPLOYEE_ID,
    EntityType.STUDENT_ID,
    EntityType.HANDLE,
    EntityType.PERSON,
    EntityType.POSTCODE,
    EntityType.AGE,
    EntityType.LOCATION,
    EntityType.ORGANIZATION,
    EntityType.NRP,
    EntityType.DATE_TIME,
)
_RANK = {str(entity_type): rank for rank, entity_type in enumerate(_STRICTNESS)}

_LETTER = r"[^\W_]|[\u0300-\u036f\u0900-\u0dff]"
_WORD = re.compile(rf"(?:{_LETTER})(?:{_LETTER}|[-‐‑_.'’](?={_LETTER}))*")
_NAME_WORD = re.compile(rf"(?:{_LETTER})(?:{_LETTER}|[-‐‑'’](?={_LETTER}))*")
_DIRECTION_START = "\u2066\u2067\u2068\u202a\u202b"
_DIRECTION_END = "\u2069\u202c"
"""Bidirectional marks that isolate a word; a span of the word includes them."""
_POSSESSIVE = re.compile(r"['’][sS]")
_NEXT_SENTENCE = re.compile(r"\.[A-Z][a-z]")
"""A full stop and a capital behind an e-mail address: a sentence without a space before it."""
_TOKEN_ENDS = frozenset(("", *" \n,;:!?()"))
"""A span between two of these, or at the start or end of the text, covers whole tokens already."""

_ADDRESS = frozenset({EntityType.STREET_ADDRESS, EntityType.POSTCODE, EntityType.LOCATION})
_NAME_GAP = re.compile(r"[ \t\u00a0]{1,2}|[-‐‑]|\.[ \t]?|[ \t][\"“(']?(?:de|da|di|del|van|von|bin|al)[ \t]")
_REGISTER_BEFORE = re.compile(r"(?:^|[\n:;\"“<(\[|]|(?<!\w)(?:from|to|cc|bcc|by|author))\s?$", re.IGNORECASE)
_REGISTER_AFTER = re.compile(
    r"[\"”]?\s{0,2}(?:[;<(\[\"”|]|(?<=[\"”])$|(?:has|have|would|wants|recalled|declined|accepted|commented|replied"
    r"|wrote|joined|left|sent|shared|invited|mentioned|is out|tentatively)(?!\w))"
)
_ONE_NAME = re.compile(r"[^\W\d_][\w'’-]+(?:[ ][^\W\d_][\w'’.-]*)?")
_ADDRESS_GAP = re.compile(r"[ \t\u00a0]{0,2}[,;]?[ \t\u00a0>]{0,8}")
_NAMED = frozenset({EntityType.PERSON, EntityType.LOCATION})
_MODEL_TYPES = frozenset({EntityType.PERSON, EntityType.LOCATION, EntityType.ORGANIZATION, EntityType.NRP})


def resolve(text: str, findings: Iterable[Span], cover: Cover = Cover.TOKEN) -> tuple[Span, ...]:
    """Merge findings into spans that do not overlap and together cover at least every finding.

    Overlapping findings become one span over all their characters, with the type, score and recognizer of the longest,
    or of the strictest type among equally long ones. No span crosses a line end: a finding over several lines becomes a
    span on each. Resolving twice changes nothing.

    Args:
        text: the text.
        findings: spans in any order; they may overlap. White space at their ends is trimmed, line ends are left out.
        cover: with `Cover.TOKEN` a span is extended over every token that it touches, and adjacent parts of a name
            or an address are joined.

    Returns:
        The spans, sorted by start.
    """
    spans = list(split_at_line_ends(text, findings))
    if not spans:
        return ()
    if cover is Cover.EXACT:
        return tuple(_merge(spans))
    words = WordsOfText(text)
    while True:
        grown = _join(text, _merge([_grow(text, span, words) for span in spans]))
        if grown == spans:
            return tuple(grown)
        spans = grown


def _with_extent(span: Span, start: int, end: int) -> Span:
    is_same = start == span.start and end == span.end
    return span if is_same else Span(start, end, span.entity_type, span.score, span.recognizer)


def _merge(spans: Sequence[Span]) -> list[Span]:
    if len(spans) == 1:
        return list(spans)
    merged: list[Span] = []
    group: list[Span] = []
    reach = -1
    for span in sorted(spans):
        if group and span.start >= reach:
            merged.append(_union(group))
            group = []
        group.append(span)
        reach = max(reach, span.end) if len(group) > 1 else span.end
    merged.append(_union(group))
    return merged


def _union(group: Sequence[Span]) -> Span:
    if len(group) == 1:
        return group[0]
    lead = min(group, key=_priority)
    return _with_extent(lead, min(s.start for s in group), max(s.end for s in group))


def _priority(span: Span) -> tuple[int, int, float, str, str]:
    rank = _RANK.get(span.entity_type, len(_RANK))
    return span.start - span.end, rank, -span.score, span.entity_type, span.recognizer


def _grow(text: str, span: Span, words: WordsOfText) -> Span:
    start, end = span.start, span.end
    if text[start - 1 : start] in _TOKEN_ENDS and text[end : end + 1] in _TOKEN_ENDS:
        return span
    pattern = _NAME_WORD if span.entity_type in _MODEL_TYPES else _WORD
    if word := words.over(pattern, start):
        start = word[0]
    is_sentence = span.entity_type == EntityType.EMAIL_ADDRESS and _NEXT_SENTENCE.match(text, end) is not None
    if not is_sentence and (word := words.over(pattern, end)):
        end = word[1] - _possessive(text, word, end)
    while (
        start > 0
        and text[start - 1] in "@#"
        and (span.entity_type in _MODEL_TYPES or span.entity_type == EntityType.HANDLE)
    ):
        start -= 1
    while start > 0 and text[start - 1] in _DIRECTION_START:
        start -= 1
    while end < len(text) and text[end] in _DIRECTION_END:
        end += 1
    return _with_extent(span, start, end)


def _possessive(text: str, word: tuple[int, int], end: int) -> int:
    """Return the length of a possessive ending that is after `end`."""
    is_possessive = word[1] - word[0] > 2 and _POSSESSIVE.fullmatch(text, word[1] - 2, word[1]) is not None
    return 2 if is_possessive and end <= word[1] - 2 else 0


def _join(text: str, spans: Sequence[Span]) -> list[Span]:
    joined = [spans[0]]
    for span in spans[1:]:
        last = joined[-1]
        entity_type = _joint_type(last, span, text[last.end : span.start])
        if entity_type is None and _is_register_entry(text, last, span):
            entity_type = EntityType.PERSON
        if entity_type is None:
            joined.append(span)
            continue
        lead = max(last, span, key=lambda s: (s.entity_type == entity_type, s.end - s.start))
        joined[-1] = replace(lead, start=last.start, end=span.end, score=max(last.score, span.score))
    return joined


def _is_register_entry(text: str, left: Span, right: Span) -> bool:
    """Whether two names are one with the family name first, as in lists of people and heads of mails: "Doe, Jane" <."""
    if text[left.end : right.start] != ", " or EntityType.PERSON not in (left.entity_type, right.entity_type):
        return False
    if not {left.entity_type, right.entity_type} <= _NAMED:
        return False
    is_short = all(_ONE_NAME.fullmatch(text, span.start, span.end) for span in (left, right))
    before = _REGISTER_BEFORE.search(text, max(0, left.start - 8), left.start) if is_short else None
    if before is None:
        return False
    ends_line = text[right.end : right.end + 1] in ("", "\n")
    return _REGISTER_AFTER.match(text, right.end) is not None or (ends_line and before.group().strip() != "")


def _joint_type(left: Span, right: Span, gap: str) -> str | None:
    types = {left.entity_type, right.entity_type}
    if types == {EntityType.PERSON} and _NAME_GAP.fullmatch(gap):
        return EntityType.PERSON
    if left.entity_type == EntityType.PERSON and right.entity_type == EntityType.LOCATION and gap == " ":
        return EntityType.PERSON
    if types <= _ADDRESS and EntityType.STREET_ADDRESS in types and _ADDRESS_GAP.fullmatch(gap):
        return EntityType.STREET_ADDRESS
    if types <= _ADDRESS and EntityType.POSTCODE in types and _ADDRESS_GAP.fullmatch(gap):
        return EntityType.LOCATION if EntityType.LOCATION in types else EntityType.POSTCODE
    return None
