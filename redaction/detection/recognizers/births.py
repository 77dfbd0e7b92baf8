"""Finds dates of birth and ages. Other dates are not redacted."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

_MONTH = (
    r"(?:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|brero)?|f[ée]vr?(?:ier|ereiro)?|mar(?:ch|s|zo|ço)?|m[äa]e?rz"
    r"|maart|"
    r"apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|maio|mei|maggio|june?|juni|juin|junio|junho|giugno|"
    r"july?|juli|juillet|julio|julho|luglio|aug(?:ust|ustus)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|tembre|tiembre"
    r"|embro)?|set(?:embro|tembre)?|"
    r"o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?|ott(?:obre)?|nov(?:ember|embre|iembre|embro)?|de[czs](?:ember|embre"
    r"|iembre|embro)?|d[ée]c(?:embre)?|"
    r"gen(?:naio)?|ene(?:ro)?)\.?"
)
DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?(?:\s(?:of|de|di))?\s{_MONTH},?(?:\s(?:de|del)\s)?\s?(?:\d{{4}}|['’]\d\d)?"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:(?:,|,?\s)\d{{4}})?"
    rf"|\d{{1,2}}[-/.]{_MONTH}[-/.](?:\d{{4}}|\d{{2}})"
    r"|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{8}|\d{1,2}\s\d{1,2}\s(?:19|20)\d\d|(?:19|20)\d\d\s\d{1,2}\s\d{1,2}"
    rf"|{_MONTH}(?:\s(?:of|de)?\s?)\d{{4}}|(?:19|20)\d\d)"
)
_BORN = (
    r"(?:born|b\.(?=\s?\d)|d\.?o\.?b\.?|date of birth|birth ?(?:date|day)|bday|b-day|geb(?:oren|\.)?"
    r"|geburts(?:datum|tag)"
    r"|n[ée]e?\sle|n[ée]e?|"
    r"date de naissance|anniversaire|nacid[oa]|nac[ií]|fecha de nacimiento|cumplea[ñn]os|nascid[oa]|nasci"
    r"|data de nascimento|"
    r"anivers[áa]rio|nat[oa]|data di nascita|compleanno|geboortedatum|verjaardag|जन्म ?तिथि|जन्म)"
)
_BIRTH = RulePattern(
    rf"(?<!\w){_BORN}(?!\w)(?:\s?\([^()\n]{{2,20}}\))?(?:\s(?:is|was|war|ist|est|es|é|è|am|on|le|el|em|in|il|op|en|im|the|date|año|my))*"
    rf"\s?[:=\-–(]?\s?(?:on |in |the |am |le |el |em |il |op |en )*"
    rf"(?P<date>{DATE}|\d{{1,2}}[./]\d{{1,2}}(?![./]?\d))(?![^\W_])",
    re.IGNORECASE,
)
_BIRTHDAY_AFTER = RulePattern(
    rf"(?<![\w.,/-])(?P<date>{DATE})(?!\w)\s(?:is|was|ist|est|es|é)\s(?:my|her|his|their|our|mein|mon|mi"
    rf"|meu)\s(?:birthday|bday|geburtstag|anniversaire|cumpleaños|aniversário)",
    re.IGNORECASE,
)

_BIRTH_CALL = RulePattern(
    r"(?<![A-Za-z])(?:dob|birth[_ -]?(?:date|day)|date[_ -]?of[_ -]?birth|born)[\"']?\s?[:=]"
    r"\s?(?:new\s)?[\w.]{2,24}\(\s?"
    r"(?P<date>(?:19|20)\d\d\s?,\s?\d{1,2}\s?,\s?\d{1,2})(?=\s?[,)])",
    re.IGNORECASE,
)
"""A date of birth in code: `dob=datetime.date(1990, 5, 17)`."""

_AGE_AFTER = RulePattern(
    r"(?<![\w.,$€£/-])(?P<age>1[0-2]\d|[1-9]\d?)(?:[\s-](?:years?|yrs?)[\s-]old|[\s-]?y(?:r?s?)?[./]?o\.?(?!\w)"
    r"|\syears?\sof\sage"
    r"|\sjahre\salt|[\s-]jährige?[rsn]?|\sans(?=\s|[.,!?;)]|$)|\saños(?:\sde\sedad)?(?=\s|[.,!?;)]|$)"
    r"|\sanos(?:\sde\sidade)?(?=\s|[.,!?;)]|$)|\sanni(?=\s|[.,!?;)]|$)|\sjaar\soud|\sसाल)",
    re.IGNORECASE,
)
_AGE_BEFORE = RulePattern(
    r"(?<!\w)(?:aged?|age is|age of|aged about|turn(?:ed|ing|s)?|alter|âge|âgée? de|edad|idade|età|leeftijd"
    r"|उम्र)\s?[:=]?\s?(?P<age>1[0-2]\d|[1-9]\d)(?!\w|[.,:%/-]\d|%)"
    r"|(?<!\w)(?:i['’]m|i am|im|(?:s?he|who)(?:['’]s| is| was)|when i was)\s(?P<i>[1-9]\d)(?=\s(?:and|now|today|but"
    r"|years|with)|[.,!?;)]|$)"
    r"|(?<![\w$€£.,])(?P<with_sex>[1-9]\d\s?[mf])(?=\shere(?!\w))"
    r"|(?<!\w)at\s(?P<at>[1-9]\d)(?=,?\s(?:i|he|she)\s)|(?<!\w)mit\s(?P<mit>[1-9]\d)(?=\s(?:lern|war|bin|hab"
    r"|jahren|noch|kann))"
    r"|(?<!\w)(?:my|his|her|their)\s(?P<nth>[1-9]\d(?:st|nd|rd|th))\sbirthday",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    r"(?<!\w)(?:company|startup|firm|brand|business|idea|project|movement|club|team|band|tradition|product|festival"
    r"|agency|party|it|that|this)\s(?:was|is)\s$",
    re.IGNORECASE,
)
"""What is born in a year without being a person: "the company was born in 2009"."""
_FRENCH_SPANISH_AGE = re.compile(r"\s(?:ans|años|anos|anni)", re.IGNORECASE)
_PERSONAL = Cue(
    r"j['’]ai|à|aos|a los|il a|elle a|âgée? de|tengo|tiene|tenía|con|tenho|tem|tinha|ho|ha|aveva|edad|idade|moi"
    r"|yo|eu|io",
    before=14,
    after=0,
)


class BirthRecognizer(RuleRecognizer):
    """Finds dates of birth and ages where words say what they are."""

    types = (EntityType.DATE_OF_BIRTH, EntityType.AGE)
    needs = Needs(digits=1)
    rule_patterns = (_BIRTH, _BIRTHDAY_AFTER, _BIRTH_CALL, _AGE_AFTER, _AGE_BEFORE)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the date, or the number with its unit, without the words before it."""
        for pattern in (_BIRTH, _BIRTHDAY_AFTER, _BIRTH_CALL):
            for match in scanned.matches(pattern):
                if len(match["date"]) == len("2009") and _is_of_a_thing(scanned.text, match.start()):
                    continue
                yield Match(match.start("date"), match.end("date"), EntityType.DATE_OF_BIRTH, 0.7)
        for match in scanned.matches(_AGE_AFTER):
            romance = _FRENCH_SPANISH_AGE.search(match.group())
            if not romance or _PERSONAL.before(scanned.text, match.start()):
                yield Match(match.start(), match.end(), EntityType.AGE, 0.6)
        for match in scanned.matches(_AGE_BEFORE):
            group = match.lastgroup or "age"
            yield Match(match.start(group), match.end(group), EntityType.AGE, 0.5)


def _is_of_a_thing(text: str, start: int) -> bool:
    return _OF_A_THING.search(text, max(0, start - 32), start) is not None
