"""Finds addresses of any country after words that announce one, or on a line of their own."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer

_CUE = (
    r"(?:(?:new |home |postal |mailing |street |delivery |office |my |our )?address(?:\s(?:is|now))?"
    r"|adresse(?:\s(?:ist|est))?"
    r"|anschrift(?:\sist)?|direcci[oó]n(?:\ses)?|domicilio|endere[çc]o(?:\sé)?|morada|indirizzo(?:\sè)?"
    r"|adres(?:\sis)?|पता(?:\sहै)?"
    r"|(?:reach(?:es)?|find|visit|write to|mail)\s(?:me|us|him|her|them)\sat|(?:sits|lives?|living|stays?"
    r"|staying|based|located|resid(?:es?|ing))\sat"
    r"|(?:i|he|she|we|they|you)['’]?(?:m|s|re| am| is| are)\sat|moved\s(?:in)?to|(?:send|ship|post|mail|deliver"
    r"|return)(?:ed|s)?\s(?:[\w'’ ]{1,30}\s)?to"
    r"|wohn(?:e|t|en|haft)(?:\sin(?:\sder)?)?|habite(?:nt)?(?:\sau)?|vive?n?\sen|vivo\sen|mor[oa]\s(?:na|no|em)"
    r"|abit[oa]\sin|woon(?:t)?\s(?:op|aan|in))"
)
_POSTCODE = (
    r"(?:[A-Z]{1,2}-)?(?:\d{4,8}(?:-\d{3,4})?|\d{2}-\d{3}|\d{3}[ -]\d{2,4}|\d{4}\s?[A-Z]{2}"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
    r"|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{2}\.\d{3}-\d{3}|[A-Z]\d{4}[A-Z]{3}|LV-\d{4})(?![\w-])"
)
_CODE_BEGINS = r"(?:[A-Z]{1,2}-)?(?:\d{4}|\d\d[-.]\d{3}|\d{3}[ -]\d\d|[A-Z]{1,2}\d|LV-)"
_BEFORE_CODE = (
    r"(?<!\bover)(?<!\babout)(?<!\bonly)(?<!\bof)(?<!\band)(?<!\bto)(?<!\bin)(?<!\bnearly)(?<!\balmost)[,\s]\s{0,2}"
)
_WORDS = r"[^\n!?;:<>\"|•]"
_BEHIND = RulePattern(
    rf"(?<!\w){_CUE}\s{{0,2}}:?\s{{1,2}}(?P<address>(?=[^\n,]{{0,60}}\d){_WORDS}{{4,90}}?{_BEFORE_CODE}{_POSTCODE}"
    r"(?:,?[ ][^\W\d_][\w'’.-]+(?=[ ]?[,.;\n)]|$))?)",
    re.IGNORECASE,
    quick=rf"(?i)[,\s]{_CODE_BEGINS}",
)
_SHORT = RulePattern(
    r"(?<!\w)(?i:(?:new |home |postal |mailing |my |our )?address(?:\sis)?|adresse|anschrift|direcci[oó]n"
    r"|domicilio|endere[çc]o|indirizzo|पता)\s?:\s?"
    r"(?P<address>(?=[^\n.]{0,40}\d)[^\n.;:!?]{6,70})"
)
_LINE = RulePattern(
    rf"(?<=\n)[ \t>]{{0,4}}(?P<address>(?=[^\n]{{0,50}}\d)(?![+(])(?:[^\s!?;:@<>"
    rf"|]{{1,24}}[ ]){{1,8}}?[^\s!?;:@<>|]{{1,24}},[ ]"
    rf"(?:(?:[^\W\d_][\w'’.-]*[ ]){{1,3}}{_POSTCODE}|{_POSTCODE}(?:[ ][^\W\d_][\w'’.-]*){{1,3}}))[ \t]*(?=\n|$)",
    re.IGNORECASE,
    quick=r"\n[^\n]*,[ ][^,\n]*\d",
)
_CAP = r"[^\W\d_a-z][\w'’.-]*"
_CODE_AND_TOWN = rf"(?:(?:{_CAP}[ ]){{1,3}}{_POSTCODE}|{_POSTCODE}[ ]{_CAP})"
_TITLED = RulePattern(
    rf"(?<![\w.,$€£#-])\d{{1,6}}[A-Za-z]?[ ](?:{_CAP}[ ]){{0,4}}{_CAP}(?:[ ]\d{{1,5}})?,[ ]{_CODE_AND_TOWN}"
    rf"|(?<!\w)(?:{_CAP}[ ]){{1,5}}\d{{1,5}}[A-Za-z]?(?:[ ]{_CAP}[ ]\d{{1,5}})?,[ ]{_POSTCODE}[ ]{_CAP}",
    quick=rf",[ ](?:{_CAP}[ ]){{0,3}}{_CODE_BEGINS}",
)
_FEWEST = 5
_YEARS = re.compile(r"(?:19|20)\d\d")
_OTHER_CONTACT = re.compile(
    r"[^\s,;]*@|(?:\b(?:or|and|oder|und|o|y|ou|et)|,)\s(?:call|phone|ring|dial|text|fax|whatsapp)\b", re.IGNORECASE
)


class AnnouncedAddressRecognizer(RuleRecognizer):
    """Finds an address of any format where context words or its own line mark it as one."""

    types = (EntityType.STREET_ADDRESS,)
    needs = Needs(digits=_FEWEST)
    rule_patterns = (_BEHIND, _LINE, _SHORT, _TITLED)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield addresses from their first word to postcode and town."""
        if sum(map(str.isdecimal, scanned.text)) < _FEWEST:
            return
        for pattern in self.rule_patterns:
            for match in scanned.matches(pattern):
                group = "address" if "address" in pattern.pattern.groupindex else 0
                address = _OTHER_CONTACT.split(match[group], maxsplit=1)[0].rstrip(" ,;")
                if len(re.findall(r"\d+", _YEARS.sub("", address))) > 1 or (
                    pattern is _SHORT and re.search(r"\d", address)
                ):
                    start = match.start(group)
                    yield Match(start, start + len(address), EntityType.STREET_ADDRESS, 0.6)
