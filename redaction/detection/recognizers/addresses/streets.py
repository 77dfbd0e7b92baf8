"""Finds street addresses and postcodes in the formats of seven European languages and India."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer

_CAP = r"[A-ZÀ-ÖØ-ÞŁŚŽŠČĆ][\w'’.-]*"
_WORD = r"[^\W\d_][\w'’.-]*"
_UNIT = (
    r"(?:,?\s(?:apt|apartment|suite|ste|unit|flat|floor|fl|rm|room|bldg|building|#)\.?\s?#?[\w-]{1,6}"
    r"|,?\s?(?:app?t?|etg|stock|étage|piso|andar|planta)\.?\s?\d{1,3}\w?)?"
)
_EN_KIND = (
    r"street|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|ter|"
    r"way|parkway|pkwy|highway|hwy|close|crescent|cres|gardens|gdns|grove|mews|row|walk|circle|cir|trail|trl|"
    r"alley|path|plaza|quay|wharf|hill|nagar|marg|colony|layout|sector|expressway|loop|turnpike|pike|rise|vale|view"
    r"|park"
)
_EN_SURE = r"street|road|avenue|ave|boulevard|blvd|lane|drive|court|terrace|parkway|pkwy|crescent|rd|ln|nagar|marg|st"
_POST_EN = (
    r"(?:,?\s(?:[A-Z][a-zA-Z.'-]+\s?){1,3})?(?:,?\s[A-Z]{2})?(?:,?\s(?:\d{5}(?:-\d{4})?"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d))"
)
_NUMBER_DE = (
    rf"\s\d{{1,4}}\s?(?:[a-z](?!\w))?(?:\s?[-–/]\s?\d{{1,4}}\s?(?:[a-z](?!\w))?)?(?![\w.]\d)"
    rf"(?:,?\s(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:\s[A-Z]{{2}})?(?:\s{_CAP}){{1,2}})?"
)
_PATTERNS = (
    # 12 Elm Street, Apt 4, Springfield, IL 62704
    RulePattern(
        rf"(?<![\w.,$€£-])\d{{1,5}}[A-Za-z]?(?:\s?[-–/]\s?\d{{1,4}})?,?\s(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East"
        rf"|West)\.?\s)?"
        rf"(?:(?:{_CAP}|\d{{1,3}}(?i:st|nd|rd|th))\s){{1,4}}(?i:{_EN_KIND})(?!\w)\.?(?:\s(?:NE|NW|SE|SW|N|S|E"
        rf"|W)(?!\w))?{_UNIT}(?:{_POST_EN})?"
    ),
    RulePattern(
        rf"(?<![\w.,$€£-])\d{{1,5}}[a-z]?,?\s(?:(?!(?:the|a|an|of|in|on|to|and|people|years?|days?|hours?|minutes?"
        rf"|miles?|times)\s){_WORD}\s){{1,3}}"
        rf"(?:{_EN_SURE})(?!\w){_UNIT}",
        re.IGNORECASE,
    ),
    RulePattern(r"(?<!\w)p\.?\s?o\.?\s?box\s#?\d{1,6}|(?<!\w)postfach\s\d[\d ]{1,7}\d", re.IGNORECASE),
    # Hauptstraße 12a, 10115 Berlin; Am Alten Markt 5
    RulePattern(
        rf"(?<!\w)(?:(?:{_CAP}[\s-]){{0,3}}{_WORD}(?:straße|strasse|str\.|gasse|allee|platz|damm|ufer|chaussee|steig"
        rf"|straat|laan|gracht|kade|singel|dijk|plein|steeg)"
        rf"|(?:{_CAP}[\s-]){{1,3}}(?:straße|strasse|str\.|platz|allee|weg)|{_CAP}(?:weg|ring|hof|markt)){_NUMBER_DE}"
    ),
    RulePattern(
        rf"(?<!\w)(?:Am|An der|Im|In der|Zum|Zur|Auf der|Unter den)\s(?:{_CAP}\s?){{1,2}}{_NUMBER_DE}",
        quick=r"Am\s|An der|Im\s|In der|Zum\s|Zur\s|Auf der|Unter den",
    ),
    # 12 bis, rue de la Paix, 75002 Paris
    RulePattern(
        rf"(?<![\w.,])\d{{1,4}}(?:\s?(?:bis|ter|[a-d]))?,?\s(?:(?:rue|avenue|av\.|boulevard|bd|bvd|chemin|impasse"
        rf"|allées?|quai|sentier|faubourg|(?-i:place|cours|route|square|passage))\s"
        rf"|(?:place|cours|route|square|passage)\s(?=(?:du|des?|la|les?)\s|[dl]['’]))"
        rf"(?:(?:de|du|des|de\sla|de\sl['’]|la|le|les|d['’]|l['’])\s?)*{_WORD}(?:[\s-](?:de|du|des|la|le|et"
        rf"|{_CAP})){{0,4}}(?:,?\s\d{{5}}(?:\s{_CAP}){{1,2}})?",
        re.IGNORECASE,
    ),
    # Storgatan 5, ul. Marszałkowska 10/12, Nevsky prospekt 28
    RulePattern(
        rf"(?:(?<!\w)(?:{_CAP}\s)?(?i:[^\W\d_]{{2,20}}(?:gatan|vägen|gränd|veien|vegen|gaten|gata|vej|gade|allé"
        rf"|katu|kuja|utca|körút))"
        rf"|(?<!\w)(?i:ul|al|os|pl|ulica|aleja|aleje)\.?\s(?:{_CAP}\s){{0,3}}{_CAP}"
        rf"|(?<!\w)(?:{_CAP}\s){{1,2}}(?i:prospe[kc]t|utca|út|ulice|ulica|sokak|sok\.|sokağı|caddesi|cad\.|bulvarı))"
        r"\s(?:no[.:]?\s?)?\d{1,4}(?:\s?[A-Z](?!\w)|[a-z](?!\w)|/\d{1,4})?(?![\w%])",
    ),
    # No. 12, 3rd Cross, Indiranagar, Bengaluru 560038
    RulePattern(
        r"(?<!\w)(?:(?:h|s|d|door|house|plot|flat|shop)?\.?\s?no\.?:?\s?|plot\s|flat\s|villa\s|#\s?)\d[\w/-]{0,9},\s"
        r"(?:[\w .'’&/-]{2,40},\s){0,4}[\w .'’-]{2,30}?[ \u2013-]{1,3}\d{5,6}(?!\d)",
        re.IGNORECASE,
    ),
    # Calle Mayor 12, 3º B, 28013 Madrid; Rua das Flores, 123; Via Roma 5; Av. Paulista, 1578
    RulePattern(
        rf"(?<!\w)(?:calle|c/|avenida|avda\.?|av\.|plaza|pza\.?|paseo|pº|camino|carrera|cra\.?|ronda|travesía|rua"
        rf"|carretera|ctra\.?|callejón|glorieta|urbanización|urb\.|avinguda|carrer"
        rf"|r\.|travessa|praça|largo|alameda|estrada|rodovia|(?-i:via(?=\s[A-Z])|Via)|viale|piazza|corso|vicolo"
        rf"|strada)(?:(?<=[/.º])|(?!\w))"
        rf"\s?(?:(?:de|del|della|dei|degli|di|da|do|dos|das|la|las|los|el|san|santa)\s|(?:dell"
        rf"|d)['’])*{_CAP}(?:\s(?:de|del|della|di|da|do|dos|das|la|las|los|e|y|{_CAP})){{0,5}}"
        rf",?\s(?:n[º°.o]?\.?\s?|núm\.?\s"
        rf"|#\s?)?(?:s/n(?!\w)|(?:km\.?\s)?\d{{1,5}}(?![\w%]*%))(?:[\s,-]{{1,2}}\d{{1,2}}\s?[ºªo°](?:\s?[A-Za-z](?!\w))?)?(?:[,\s-]{{1,3}}\d{{4,5}}(?:-\d{{3}})?(?:\s{_CAP}){{1,2}})?",
        re.IGNORECASE,
    ),
)
_COUNTED = re.compile(
    r"(?<!\w)(?:chapter|lesson|level|section|season|episode|article|part|step|top|volume|grade|phase|tip|figure|table"
    r"|week|day|module|rule|page|line|round|game|question|exercise|slide|act|scene|verse|track|stage|task|sprint)s?\s$",
    re.IGNORECASE,
)
"""Words before a number that count something else: Chapter 3 Easy Way."""
_NO_STREET = re.compile(
    r"\d+\s(?:hour|day|week|month|year|minute|easy|key|quick|simple|best|more|man|way|angry|free|fast|smart|common"
    r"|high(?=\scourt))\s",
    re.IGNORECASE,
)
_WEAK_KIND = re.compile(
    r"(?:way|place|close|square|row|walk|circle|trail|path|hill|rise|view|park|drive|court|lane|loop|pike|layout"
    r"|sector|alley|plaza|mews|grove|gardens)$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s[A-Z][a-z]*(?:s|ing|ions?|ers?|ment|ity|thru)(?!\w)(?!,?\s(?:[A-Z]{2}(?!\w)|\d))")
"""A noun behind a word for a kind of street: 3 Trail Runners."""
_UNIT_WORD = (
    r"(?:suite|ste|apto?|apartment|flat|bloco|casa|interior|app|appt|wohnung|piso|interno)\.?\s?#?\d{1,5}[A-Za-z]?"
)
_LOOSE_PATTERNS = (
    # 41377 Lindenweg 62 Apt. 501: a number, capitalized words, a unit
    RulePattern(rf"(?<![\w.,$€£-])\d{{1,6}}\s(?:[\w'’.-]+\s){{1,5}}?(?:[,\s>]{{0,6}})(?i:{_UNIT_WORD})(?!\w)"),
    RulePattern(rf"(?<!\w){_UNIT_WORD}(?!\w)", re.IGNORECASE),
    RulePattern(
        r"(?<!\w)(?:PSC|CMR|UNIT)\s\d{1,5},?\sBox\s\d{1,5}(?:[,\s>]{1,6}[ADF]PO[,\s]{1,2}A[AEP][,\s]{1,2}\d{5})?"
        r"|(?<!\w)[ADF]PO,?\sA[AEP],?\s\d{5}(?!\d)"
    ),
    # after words that announce an address: 12 Lindenhof, Lindenhof 12
    RulePattern(
        r"(?:(?i:address(?:\sis)?|adresse|dirección|endereço|indirizzo|lives?\sat|living\sat|residing\sat"
        r"|moved\sto|located\sat"
        r"|(?:send|ship|deliver|return|mail)(?:ed)?\s(?:it\s|one\s|them\s)?to|meet\s(?:you|me|us)\sat))\s?:?\s"
        rf"(?P<address>\d{{1,6}}[A-Za-z]?,?\s(?:{_CAP},?\s?){{1,5}}(?:\d{{1,4}}(?!\w))?"
        rf"|(?:{_CAP}\s){{1,3}}\d{{1,5}}[a-z]?(?![\w.,]\d))"
    ),
)
_TOWN = re.compile(
    rf"(?:[,.\s>?–-]{{1,8}}(?:{_UNIT_WORD}|{_CAP}(?:[ ](?:\(?{_CAP}\)?"
    r"|de|do|da|di|del|la|le|am|an der|im|upon|on|of)){0,4})){0,4}"
    r"[,.\s>?–-]{1,8}(?:\d{4,6}(?:-\d{3,4})?|\d{2}-\d{3}|\d{3} \d{2}|\d{4} [A-Z]{2}|[A-Z]\d{4}[A-Z]{3}"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[A-Z]\s\d[A-Z]\d)(?![\w-])"
)
_CODE_FIRST = re.compile(r",\s(?:[A-Z]?\d{2,6}(?:[- ]\d{2,4})?(?:\s[A-Z]{2})?|[A-Z]\d{4}[A-Z]{3})$")
_TOWN_BEHIND = re.compile(rf"(?: {_CAP}){{1,2}}")
_LOOSE_WORDS = re.compile(
    r"suite|ste\b|apt|apartment|flat|app|wohnung|piso|interno|psc|cmr|[adf]po|addres|direcci|endere|indirizz"
    r"|liv(?:es|ing|e) at"
    r"|residing|moved to|located|send|ship|deliver|return|mail|meet",
    re.IGNORECASE,
)

_POSTCODES = (
    (
        RulePattern(
            r"(?<![\w-])(?:GIR 0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d(?:\d|[ABEHMNPRV-Y])?"
            r"|\d[A-HJKPS-UW])\s\d[ABD-HJLNP-UW-Z]{2})(?!\w)",
            quick=r"\s\d[A-Z][A-Z]",
        ),
        0.6,
    ),
    (
        RulePattern(
            r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\s\d[ABCEGHJ-NPRSTV-Z]\d(?!\w)",
            quick=r"\s\d[A-Z]\d",
        ),
        0.6,
    ),
    (
        RulePattern(
            r"(?<=[a-z,] )(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI"
            r"|S[CD]|T[NX]|UT|V[TA]|W[AVIY])\s\d{5}(?:-\d{4})?(?![\w-])"
        ),
        0.6,
    ),
    (RulePattern(r"(?<!\w)(?:D|A|CH|F|I|NL|B|L)-\d{4,5}(?=\s[A-ZÄÖÜ])"), 0.5),
    (
        RulePattern(
            r"(?<![\w-])[1-9]\d{3}\s(?!(?:SA|SD|SS|AM|PM|AD|BC|CE|US|UK|EU|IT|HR|AI|IN|OF|TO|ON"
            r"|AT)\b)[A-Z]{2}(?=\s[A-Z][a-z])",
            quick=r"\d\s[A-Z][A-Z]\s[A-Z]",
        ),
        0.5,
    ),
)
_POST_WORD = RulePattern(
    r"(?<!\w)(?:zip(?: ?codes?)?|post ?codes?|postal codes?|pin ?codes?|plz|postleitzahl|code postal|cp"
    r"|código postal|codigo postal|c\.p\.|cap|cep|postnummer|पिन कोड)"
    r"(?:\s(?:is|ist|est|es|é"
    r"|è))?\s?[:#-]?\s?(?P<code>(?=[A-Z]{0,2}\d)[A-Z0-9]{3,7}(?:[ -][A-Z0-9]{2,4}(?!\w))?)(?!\w)",
    re.IGNORECASE,
)


class AddressRecognizer(RuleRecognizer):
    """Finds street addresses and postcodes."""

    types = (EntityType.STREET_ADDRESS, EntityType.POSTCODE)
    rule_patterns = (*_PATTERNS, *_LOOSE_PATTERNS, *(pattern for pattern, _ in _POSTCODES), _POST_WORD)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the street with its number, and the unit, postcode and town that follow."""
        for pattern in _PATTERNS:
            for match in scanned.matches(pattern):
                if pattern in _PATTERNS[:2] and _is_prose(scanned.text, match):
                    continue
                yield Match(match.start(), _with_town(scanned.text, match.end()), EntityType.STREET_ADDRESS, 0.6)
        loose = [pattern for pattern in _LOOSE_PATTERNS if scanned.may_match(pattern)]
        for pattern in loose if loose and _LOOSE_WORDS.search(scanned.text) else ():
            for match in scanned.matches(pattern):
                group = "address" if pattern.pattern.groups else 0
                end = _with_town(scanned.text, match.end(group))
                yield Match(match.start(group), end, EntityType.STREET_ADDRESS, 0.5)
        for pattern, score in _POSTCODES:
            for match in scanned.matches(pattern):
                yield Match(match.start(), match.end(), EntityType.POSTCODE, score)
        for match in scanned.matches(_POST_WORD):
            yield Match(match.start("code"), match.end("code"), EntityType.POSTCODE, 0.7)


def _is_prose(text: str, match: re.Match[str]) -> bool:
    """Whether a number, capitalized words and a word for streets are the title of something else."""
    if _COUNTED.search(text, max(0, match.start() - 16), match.start()) or _NO_STREET.match(match.group()):
        return True
    return _WEAK_KIND.search(match.group()) is not None and _GOES_ON.match(text, match.end()) is not None


def _with_town(text: str, end: int) -> int:
    """Return the end of an address, extended over unit, town and country up to a postcode."""
    town = _TOWN.match(text, end, end + 100)
    if town is None:
        return end
    behind = _CODE_FIRST.search(text, end, town.end()) and _TOWN_BEHIND.match(text, town.end())
    return behind.end() if behind else town.end()
