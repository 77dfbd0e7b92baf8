"""Finds values by the column of a table that they are in: CSV, tab-separated and Markdown tables with a header."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.structure.keyed_values import STEMS, KeyedValueRecognizer
from redaction.detection.recognizers.structure.keys import meaning
from redaction.detection.recognizers.structure.values import personal_part

_DELIMITERS = ("\t", "|", ";", ",")
_HEADER = RulePattern(
    rf"{STEMS}|(?<![A-Za-z])(?:name|tel|fax|cell|zip|plz|vrn|vrm|worker|roll|pan|nin|sin|nie|dni|nif|bsn|cnp|cnic|nric"
    r"|tin|dl)",
    re.IGNORECASE,
)
"""What a header of a personal column contains."""
_RULE = re.compile(r"[\s|:+-]*")
_LONGEST_LINE, _LONGEST_HEADER, _MOST_COLUMNS = 2_000, 30, 60
_EXTRA = {
    "name": EntityType.PERSON,
    "names": EntityType.PERSON,
    "born": EntityType.DATE_OF_BIRTH,
    "pan": EntityType.NATIONAL_ID,
    "password": EntityType.SECRET,
}
"""Headers that say enough in a table, though not as a key."""


class ColumnRecognizer(RuleRecognizer):
    """Finds the cells of columns whose header is a word for personal data; a table has a header and a row or more."""

    types = KeyedValueRecognizer.types
    needs = Needs(one_of=(frozenset("\n"), frozenset(",;|\t")))
    rule_patterns = (_HEADER,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the cells, without white space and quotes."""
        columns: dict[int, EntityType] = {}
        delimiter, width, position = "", 0, 0
        lines = scanned.text.split("\n")
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            cells = line.split(delimiter) if delimiter else []
            if delimiter and len(cells) == width and len(line) <= _LONGEST_LINE:
                yield from _cells(cells, position, columns, len(delimiter))
            elif not (delimiter and _RULE.fullmatch(line) and line.strip()):
                delimiter, columns = _header(line, following)
                width = line.count(delimiter) + 1 if delimiter else 0
            position += len(line) + 1


def _header(line: str, following: str) -> tuple[str, dict[int, EntityType]]:
    """Return the delimiter of a header and the columns of personal data; an empty delimiter if it is no header."""
    possible = [d for d in _DELIMITERS if d in line and line.count(d) == following.count(d)]
    if not possible or len(line) > _LONGEST_LINE or _HEADER.pattern.search(line) is None:
        return "", {}
    for delimiter in possible:
        cells = [cell.strip(" \"'*`\r") for cell in line.split(delimiter)]
        named = [cell for cell in cells if cell]
        is_header = all(len(cell) <= _LONGEST_HEADER and not any(map(str.isdecimal, cell)) for cell in named)
        if not is_header or not 2 <= len(named) <= _MOST_COLUMNS:
            continue
        columns = {i: found for i, cell in enumerate(cells) if (found := _EXTRA.get(cell.lower()) or meaning(cell))}
        if columns:
            return delimiter, columns
    return "", {}


def _cells(cells: list[str], start: int, columns: dict[int, EntityType], gap: int) -> Iterator[Match]:
    for i, cell in enumerate(cells):
        if i in columns:
            value = cell.strip(" \"'\r")
            part = personal_part(columns[i], value, quoted=True) if value else None
            if part is not None:
                offset = start + cell.index(value)
                yield Match(offset + part[0], offset + part[1], columns[i], 0.7)
        start += len(cell) + gap
