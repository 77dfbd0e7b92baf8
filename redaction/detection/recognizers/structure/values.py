"""Which part of a value is personal, once its key or its column says what it is."""

import re

from redaction.detection.entities import EntityType
from redaction.detection.recognizers.births import DATE
from redaction.detection.recognizers.secrets.placeholders import is_placeholder, looks_secret

_CODE = r"[A-Za-z0-9](?:[ ./-]?[A-Za-z0-9]){2,39}"
_VALUES: dict[EntityType, re.Pattern[str]] = {
    EntityType.DATE_OF_BIRTH: re.compile(rf"(?:{DATE})(?:[T ]\d\d:\d\d[:\d.]*(?:Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE),
    EntityType.PHONE_NUMBER: re.compile(r"[+(]?\d[\d ().-]{4,20}\d"),
    EntityType.STREET_ADDRESS: re.compile(r"(?=[^\n]{0,60}\d)(?=[^\n]{0,60}[A-Za-z]{3})[^\n\"'=;<>{}|]{6,90}"),
    EntityType.POSTCODE: re.compile(r"(?=[A-Z -]{0,5}\d)[A-Z0-9]{2,7}(?:[ -][A-Z0-9]{2,4})?"),
    EntityType.PERSON: re.compile(r"[^\W\d_a-z][\w'’.-]{1,30}(?:[ ][^\W\d_a-z][\w'’.-]{0,30}){0,3}"),
    EntityType.HANDLE: re.compile(r"[A-Za-z_][\w.-]{2,40}"),
    EntityType.LICENSE_PLATE: re.compile(
        r"(?=[A-Z -]{0,6}\d|\d{1,4}[ -]?[A-Z])[A-Z0-9]{1,7}(?:[ -][A-Z0-9]{1,5}){0,2}"
    ),
}
_DOCUMENT = re.compile(rf"(?=[A-Za-z./ -]{{0,12}}\d){_CODE}")
_FEWEST = {EntityType.NATIONAL_ID: 6}
_NO_NAMES = frozenset(
    ["String", "Str", "Text", "Varchar", "Char", "None", "Null", "True", "False", "Undefined", "Object", "Any"]
)


def personal_part(entity_type: EntityType, value: str, quoted: bool) -> tuple[int, int] | None:
    """Return `[start, end)` of the personal part of a value, or None if the value is no such thing.

    Args:
        entity_type: what the key says.
        value: the value without its quotes.
        quoted: whether it was in quotes or a cell of its own; names and addresses without quotes may be code.

    Returns:
        Offsets into the value.
    """
    if entity_type == EntityType.SECRET:
        return (0, len(value)) if looks_secret(value, sure=True) and not is_placeholder(value) else None
    if entity_type in (EntityType.PERSON, EntityType.STREET_ADDRESS, EntityType.HANDLE, EntityType.POSTCODE) and (
        not quoted or is_placeholder(value) or value in _NO_NAMES
    ):
        return None
    match = _VALUES.get(entity_type, _DOCUMENT).match(value)
    if match is None or (quoted and match.end() < len(value.rstrip()) and entity_type == EntityType.PERSON):
        return None
    fewest = 0 if entity_type in (EntityType.PERSON, EntityType.HANDLE) else _FEWEST.get(entity_type, 3)
    if sum(map(str.isdecimal, match.group())) < min(fewest, 3 if entity_type != EntityType.NATIONAL_ID else fewest):
        return None
    return match.span()
