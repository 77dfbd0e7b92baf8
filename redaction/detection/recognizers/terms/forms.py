"""Forms that no name has: numbers of forms and seats, counted things, files, models behind their maker's name."""

import re

from redaction.detection.lists import terms
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES

_HUMPED = re.compile(
    r"[a-z]{1,2}[A-Z]{2,}s?|[A-Z]\w*[a-z](?:Soft|Ops|SQL|QL|DB|Hub|Labs?|Script|JS|API|ML|AI|Force|Base|Cloud|Flow|Kit|OS|App"
    r"|Tube|Chat|Pay|Bot|Desk|Works|Net|Tech|Ware|Stack|Point|Spot|Drive|Stream|Graph|Path|CAD|PDF|Auth|LM|GPT)|OAuth\d?"
)
_NUMBERED = re.compile(r"(?<![\w-])[A-Z]{2}(?:\d{4}|\d{12,})(?!\w)|(?:PO|SO|WO)[ ]?\d{6,}(?![\w-])")
"""Numbers of flights, orders, parcels: no name and no location has them."""
_FORM_NUMBER = re.compile(r"\d{2,4}-[A-Z]{1,4}|[A-Z]{2,8}-\d{2,}(?:-\d+){0,3}|[A-Z]{1,2}\d{3,}[A-Z]{1,3}")
"""Numbers of forms, defects and models: 1099-NEC, CVE-2024-41555."""
_SEATS = r"(?:gate|seat|row|platform|pier|terminal|belt|ward|stand|bay|aisle|track|gleis|sala|aula)[ ]"
_SEAT_NUMBER = r"(?:\d{1,3}[A-Z]?|[A-Z]\d{1,3})"
_SEAT = re.compile(rf"(?:{_SEATS})?{_SEAT_NUMBER}(?:,[ ](?:{_SEATS})?{_SEAT_NUMBER}){{0,3}}", re.IGNORECASE)
_NAMES_SEAT, _BEFORE_SEAT = re.compile(_SEATS, re.IGNORECASE), re.compile(rf"(?<!\w){_SEATS}$", re.IGNORECASE)
_COUNTED_NOUN = re.compile(r"(?<![\w.])\d{1,3}[ ][A-Z][a-z]+[ ]$")
"""What stands before the last word of "8 Drive Bays"."""
_COUNTED_THING = re.compile(
    r"(?<![\w.])\d{1,3}[ ](?:[A-Z][a-z]+[ ])?(?:Park|Drive|Court|Hill|Road|Lane|Way|Place|Close|Square|Row|Walk|Circle"
    r"|Trail|Path|View|Station|Bay|Street)[ ](?!Gardens|Mews|Views|Heights|Buildings|Cottages|Villas|Apartments"
    r"|Terraces)[A-Z][a-z]+s(?!\w)"
)
"""Things that are counted, of whose words some name streets: 5 Park Rangers."""
_SUFFIX = re.compile(
    r"\.?(?:py|js|ts|jsx|tsx|rs|go|rb|java|kt|cpp|hpp|css|html|json|ya?ml|toml|sh|sql|ipynb|md|conf|log)(?!\w)"
)
_BEFORE_MODEL, _DIGIT_BEFORE = re.compile(r"(?<![\w-])([A-Z][A-Za-z]+)[ ]$"), re.compile(r"\d[ ][A-Z]")
_MODEL = re.compile(r"[A-Z][a-z]+|[A-Z][a-z]*[ -]?\d{1,4}[A-Za-z]{0,2}")
_MAKERS = terms("makers")
_TOKEN_BEFORE, _TOKEN_AFTER = re.compile(r"[\w-]{1,30}$"), re.compile(r"[\w-]{1,30}")
_NEAR = 30


def has_form_of_thing(text: str, start: int, end: int, name: str, is_person: bool) -> bool:
    """Whether characters `[start, end)` or their token have the form of a thing, not of a person or a location."""
    if _HUMPED.fullmatch(name) and text[max(0, start - 1) : start] not in ("@", "#"):
        return True
    if _NUMBERED.search(name) or _is_of_token(text, start, end, name) or _is_counted(text, start, end):
        return True
    if _is_model(text, start, name):
        return True
    return not is_person and (_is_seat(text, start, name) or _is_counted_noun(text, start, name))


def _is_of_token(text: str, start: int, end: int, name: str) -> bool:
    """Whether its whole token is the number of a form, or the name of a file of code."""
    if " " in name:
        return False
    if (text[end : end + 1] == "." or name.endswith(".")) and _SUFFIX.match(text, end):
        return True
    if "-" not in text[max(0, start - 1) : end + 1] and not any(map(str.isdecimal, name)):
        return False
    before, after = _TOKEN_BEFORE.search(text, max(0, start - _NEAR), start), _TOKEN_AFTER.match(text, end)
    token = f"{before.group() if before else ''}{text[start:end]}{after.group() if after else ''}"
    return _FORM_NUMBER.fullmatch(token) is not None


def _is_counted(text: str, start: int, end: int) -> bool:
    low = max(0, start - _NEAR)
    if _DIGIT_BEFORE.search(text, low, end) is None:
        return False
    return any(m.start() <= start and end <= m.end() for m in _COUNTED_THING.finditer(text, low, end + _NEAR))


def _is_model(text: str, start: int, name: str) -> bool:
    """Whether it is a model with or behind its maker's name: Nissan Leaf."""
    maker, _, rest = name.partition(" ")
    if not (rest and maker.lower() in _MAKERS):
        before = _BEFORE_MODEL.search(text, max(0, start - _NEAR), start)
        maker, rest = (before[1], name) if before else ("", "")
    return maker.lower() in _MAKERS and _MODEL.fullmatch(rest) is not None and rest.lower() not in GIVEN_NAMES


def _is_seat(text: str, start: int, name: str) -> bool:
    if _SEAT.fullmatch(name) is None:
        return False
    return _NAMES_SEAT.match(name) is not None or _BEFORE_SEAT.search(text, max(0, start - 10), start) is not None


def _is_counted_noun(text: str, start: int, name: str) -> bool:
    return name.endswith("s") and _COUNTED_NOUN.search(text, max(0, start - 24), start) is not None
