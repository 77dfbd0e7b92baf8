"""Finds numbers by the words before them: passports, driving licenses, staff and student numbers."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer

_WORDS = {
    EntityType.PASSPORT: (
        r"pass ?ports?|reisepass(?:nummer|-?nr\.?)?|passeport|pasaporte|passaporto|passaporte"
        r"|paspoort(?:nummer)?|paszport|pasaport|पासपोर्ट"
        r"|паспорт"
    ),
    EntityType.DRIVER_LICENSE: (
        r"driv(?:er|ers|er['’]s|ing)[ -]?licen[cs]e|dl|f(?:ü|ue)hrerschein(?:nummer|-?nr\.?)?|permis de conduire"
        r"|licencia de conducir|"
        r"permiso de conducir|carnet de conducir|carta de condução|cnh|patente di guida|rijbewijs(?:nummer)?|"
        r"patente(?=[^\n]{0,24}[\W_](?:[A-Z]{2}\d{7}[A-Z]|U1[A-Z0-9]{7}[A-Z])(?!\w))|prawo jazdy|ehliyet"
    ),
    EntityType.EMPLOYEE_ID: (
        r"(?:employee|staff|personnel|worker|badge|payroll|emp)|personalnummer|mitarbeiter(?:nummer|-?id)?"
        r"|matricule(?: salarié| employé)?|"
        r"(?:número|numero|nº|id) de? ?(?:empleado|funcionário)|numéro d['’]employé|legajo|personeelsnummer"
        r"|matricola aziendale"
    ),
    EntityType.STUDENT_ID: (
        r"(?:student|enrol?lment|matriculation|university|campus|ucas|roll)|matrikel(?:nummer|-?nr\.?)?"
        r"|numéro (?:d['’])?étudiant|"
        r"número de (?:estudiante|matr[íi]cula)|ra|matricola|studentnummer|studienummer|leerlingnummer"
    ),
    EntityType.NATIONAL_ID: (
        r"(?:national|citizen|voter|tax|identity|member(?:ship)?|policy|patient|medicare|medicaid|residence permit"
        r"|visa|green card)|"
        r"social security|ssn|nhs|personalausweis(?:nummer)?|ausweis(?:nummer)?|steuernummer|versicher(?:ten"
        r"|ungs)?nummer|"
        r"numéro de sécurité sociale|carte d['’]identité|documento de identidad|dni|cédula|rg|bsn|aadhaa?r|pesel|cpf"
        r"|curp|nif|nie|mrn|medical record|epic|electors?|electoral"
        r"|carta d['’]identit[àa]|tarjeta de (?:identidad|residencia)|carn[ée] de identidad|bilhete de identidade"
        r"|cartão de cidadão|permesso di soggiorno|tessera sanitaria|identiteitskaart"
        # Spanish health records: history, social security, health card, episode, the doctor's registration
        r"|nhc|n[º°]\s?hc|nass|cipa?|nuhsa|historia cl[íi]nica|episodio(?=\s?:)"
        r"|n[º°]?\.?\s?col(?:egiad[oa]|eg\.?|\.)?(?=\s?:)"
    ),
}
_NEEDS_NUMBER_WORD = re.compile(
    r"(?:employee|staff|personnel|worker|badge|payroll|emp|student|enrol?lment|matriculation|university|campus|ucas"
    r"|roll|"
    r"national|citizen|voter|tax|identity|member(?:ship)?|policy|patient|medicare|medicaid|visa|green card"
    r"|residence permit|epic|electors?|electoral|"
    r"dl|ra|rg|matricule|social security)$",
    re.IGNORECASE,
)
_NUMBER_WORD = (
    r"(?:\s?-?(?:card|id|no|nr|num|number|nummer|numéro|numero|número|code|reg(?:istration)?)\.?(?!\w)"
    r"|\s?#|\s?[nN][º°o]\.?(?!\w)|\s[nN]\.(?=\s?[A-Z0-9]))"
)
_CODE = re.compile(r"[A-Za-z]{1,4}[-/.]?\d{4,10}")
"""Letters, then digits: a form that no amount has."""
_BRAZILIAN = re.compile(r"\d{1,2}\.\d{3}\.\d{3}-[\dXx]")
"""A Brazilian identity card (RG)."""
_VALUE = (
    r"(?P<value>(?=[A-Za-z./-]{0,12}\d)[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+){0,5}"
    r"(?:[ ](?=[A-Z./-]{0,4}\d)[A-Z0-9]+(?:[./-][A-Z0-9]+)*){0,5})(?!\w)"
)

_MRZ = re.compile(
    r"(?<![A-Z0-9<])(?:[PIACV][A-Z<][A-Z]{3}[A-Z]+<[A-Z<]{10,40}"
    r"|[A-Z0-9]{6,9}<{0,3}[0-9<][A-Z]{1,3}<{0,2}\d{6}[0-9<][MFX<]\d{6}[0-9<][A-Z0-9<]{2,16})(?![A-Z0-9])"
)
"""The machine-readable lines of a passport or an identity card (ICAO 9303)."""


class NumberedDocumentRecognizer(RuleRecognizer):
    """Finds a code with digits directly after the words that name it, in several languages."""

    types = tuple(_WORDS)
    needs = Needs(digits=3)

    def __init__(self, supported_language: str = "en", **kwargs: object) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self._patterns = [
            (
                entity_type,
                RulePattern(
                    rf"(?<!\w)(?P<word>{words})(?!\w)(?P<number>{_NUMBER_WORD}{{0,3}})"
                    rf"(?P<is>\s(?:is|was|said|says|reads?|ist|war|est|es|é|è|lautet|ends? in"
                    rf"|number)(?!\w))?(?:\s(?:la|il|el|le|der|die|das|the|my|now|numero|número|numéro|nummer|number|no)\.?(?!\w)){{0,2}}"
                    rf"(?:\s?\([A-Za-z ]{{2,20}}\))?\s?[:=#(\-–]?\s{{0,2}}{_VALUE}",
                    re.IGNORECASE,
                ),
            )
            for entity_type, words in _WORDS.items()
        ]
        self.rule_patterns = tuple(pattern for _, pattern in self._patterns)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the code without the words before it."""
        for entity_type, pattern in self._patterns:
            for match in scanned.matches(pattern):
                if self._means_a_number(match):
                    yield Match(match.start("value"), match.end("value"), entity_type, 0.7)

    def _means_a_number(self, match: re.Match[str]) -> bool:
        value = match["value"]
        digits = sum(c.isdigit() for c in value)
        if digits < 3 or len(value) > 30 or re.fullmatch(r"(?:19|20)\d\d|\d{1,3}(?:,\d{3})+", value):
            return False
        if _BRAZILIAN.fullmatch(value):
            return True
        if _CODE.fullmatch(value) and digits >= 4:
            return True
        return bool(match["number"]) or _NEEDS_NUMBER_WORD.fullmatch(match["word"]) is None


class MachineReadableRecognizer(RuleRecognizer):
    """Finds the machine-readable lines of passports and identity cards."""

    types = (EntityType.PASSPORT,)
    needs = Needs(one_of=(frozenset("<"),))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield each line, names and numbers."""
        for line in _MRZ.finditer(scanned.text):
            yield Match(line.start(), line.end(), EntityType.PASSPORT, 0.8)
