"""Finds values by their keys: JSON, YAML, query strings, env files, logs, form fields."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.structure.keys import meaning
from redaction.detection.recognizers.structure.values import personal_part

STEMS = (
    "birth|dob|bday|born|geburt|naissance|nacimiento|nascimento|nascita|geboorte|passport|passeport|pasaporte|passaporto"
    "|reisepass|paspoort|licen[cs]e|employee|staff|personnel|payroll|badge|emp[_-]|student|pupil|matric|enrol|ssn|social"
    "|national|nino|aadhaar|aadhar|tax[_-]?id|taxpayer|identity|personal[_-]?id|citizen|voter|medicare|insurance"
    "|codice|curp|pesel|steuer|customer|client|patient|member|account|subscriber|passenger|applicant|guest|policy"
    "|insured|donor|claimant|beneficiary|person[_-]|user[_-]?id|credential|plate|phone|mobile|msisdn|whatsapp|street"
    "|address|addr[_-]"
    "|zip[_-]?code|post[_-]?code|postal|pin[_-]?code|first[_-]?name|given[_-]?name|last[_-]?name|family[_-]?name"
    "|surname"
    "|middle[_-]?name|full[_-]?name|maiden|holder|nachname|vorname|prenom|apellido|forename|user[_-]?name|login"
    "|screen[_-]?name"
    "|nick[_-]?name|pass|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth|kennwort|wachtwoord|cvv|cvc"
    "|dl[_-]?n|nhs[_-]|pan[_-]|cpf|id[_-]?card|ausweis|ni[_-]n|[a-z_-]pw"
)
_STEM = re.compile(STEMS, re.IGNORECASE)
_KEYED = RulePattern(
    r"(?<![\w.-])(?P<key>[A-Za-z][\w.-]{1,64})(?P<close>[\"'`\]]{0,2})\s{0,2}(?:=>|:=|->|[:=])\s{0,2}"
    r"(?=(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n\\]{1,160})|(?P<bare>[^\s\"'`<>{}\[\]|]{1,160}))",
    beside=STEMS,
    quick=r"[:=]|->",
)
_BLANK = RulePattern(
    r"(?<![\w.-])(?P<key>[A-Za-z]{2,20}(?:[_-][A-Za-z]{1,20}){1,4})[ \t]"
    r"(?P<bare>(?=[A-Za-z]{0,3}\d)[^\s\"'`<>{}\[\]|]{1,160})",
    beside=STEMS,
    quick=r"[A-Za-z][_-][A-Za-z]{1,20}[ \t][A-Za-z]{0,3}\d",
)
_CODE_STYLE = re.compile(r"[A-Za-z][_-][A-Za-z]|[a-z][A-Z]")
_ANY_STYLE = (EntityType.SECRET, EntityType.DATE_OF_BIRTH)
_NOT_BEHIND_A_BLANK = (EntityType.SECRET, EntityType.PHONE_NUMBER)
_LONGEST_DATE = 40
_BARE_END = re.compile(r"[,;&)]")


class KeyedValueRecognizer(RuleRecognizer):
    """Finds dates of birth, document numbers, names, addresses and secrets after keys in the style of code."""

    types = (
        EntityType.DATE_OF_BIRTH,
        EntityType.PASSPORT,
        EntityType.DRIVER_LICENSE,
        EntityType.EMPLOYEE_ID,
        EntityType.STUDENT_ID,
        EntityType.NATIONAL_ID,
        EntityType.LICENSE_PLATE,
        EntityType.PHONE_NUMBER,
        EntityType.STREET_ADDRESS,
        EntityType.POSTCODE,
        EntityType.PERSON,
        EntityType.HANDLE,
        EntityType.SECRET,
    )
    rule_patterns = (_KEYED, _BLANK)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the value without its quotes."""
        for match in scanned.matches(_KEYED):
            key = match["key"]
            entity_type = meaning(key) if _STEM.search(key) else None
            if entity_type is None:
                continue
            group = "quoted" if match["quote"] else "bare"
            in_style = match["close"] or _CODE_STYLE.search(key) or "=" in scanned.text[match.end("key") :][:3]
            if in_style or entity_type in _ANY_STYLE:
                yield from _personal(match, group, entity_type)
        for match in scanned.matches(_BLANK):
            entity_type = meaning(match["key"]) if _STEM.search(match["key"]) else None
            if entity_type is not None and entity_type not in _NOT_BEHIND_A_BLANK:
                yield from _personal(match, "bare", entity_type)


def _personal(match: re.Match[str], group: str, entity_type: EntityType) -> Iterator[Match]:
    value, start = match[group], match.start(group)
    if group == "bare":
        is_date = entity_type == EntityType.DATE_OF_BIRTH
        value = _with_blanks(match.string, start) if is_date else _bare(entity_type, value)
    part = personal_part(entity_type, value, group == "quoted")
    if part is not None:
        yield Match(start + part[0], start + part[1], entity_type, 0.7)


def _with_blanks(text: str, start: int) -> str:
    """Return the rest of the line, as far as a date may reach: `birth_day: 17 May 1990`."""
    return text[start : start + _LONGEST_DATE].partition("\n")[0]


def _bare(entity_type: EntityType, value: str) -> str:
    """Cut a value without quotes where the next one begins."""
    end = _BARE_END.search(value) if entity_type != EntityType.SECRET else re.search(r"[,;&]", value)
    return value[: end.start()].rstrip(".") if end else value.rstrip(".")
