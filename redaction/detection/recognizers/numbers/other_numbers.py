"""Numbers that are no person's: times, dates, amounts, decimals, versions, identifiers of things.

They compete with phone, card and national numbers for the same digits (`cover`). A weight is how sure the format is.
"""

import re
from collections.abc import Iterator

from redaction.detection.recognizers.numbers.cover import Reading

_SURE, _CLEAR, _LIKELY = 1.3, 1.0, 0.7

_MONTH, _DAY, _YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,:]\d{1,9})?)?"
_COUNTED = (
    r"million|billion|bn|mn|km|kms|m|mi|miles|kg|g|lbs?|tons?|bytes|[kmgt]i?b|rows|records|people|users|followers"
    r"|views|visits|visitors|hits|likes|downloads|streams|plays|copies|units|shares|voters|votes|inhabitants|residents"
    r"|tokens|parameters|params|samples|events|requests|items|pages|words|lines|files|steps|years|days|hours|seconds"
    r"|secs|ms|dollars|euros?|pounds|rupees|usd|eur|gbp|inr|jpy|chf|aud|cad|pts|points|percent"
)
_COUNTING = (
    r"population|revenue|budget|turnover|profit|sales|income|distance|grew|grown|rose|fell|up|down|by|total|sum|count"
    r"|worth|costs?|price|paid|raised|gained|about|around|over|nearly|almost|approx|roughly|some"
)
_OF_THINGS = (
    r"isbn|issn|order|invoice|sku|part|parcel|plot|serial|version|ver|v|build|firmware|driver|release|kernel|ticket"
    r"|case|tracking|doi|patent|pmid|commit|revision|rev|timestamp|epoch|lot|batch|model|job|issue|bug|pr|error|code"
    r"|port|pid|size|norm|step|seed|item|article|product|sku|asin|ean|upc|noc|hs|cas|seen|ttl|minimum|maximum"
    r"|threads?|process|block|height|nonce|offset|length|width|checksum|crc|hash|docket|permit|form|meter"
    r"|(?:auftrag|bestell|artikel|rechnung|serien|vorgang|sendung|liefer|bestellung|beleg|fall|chargen)s?-?(?:nummer|nr\.?)"
    r"|auftrag|bestellung|artikel|rechnung|aktenzeichen|sendung|lieferschein|charge|vorgang"
    r"|pedido|factura|fatura|art[ií]culo|artigo|expediente|serie|série|lote|modelo|env[ií]o|seguimiento|protocolo|processo"
    r"|ordine|fattura|articolo|pratica|lotto|spedizione|commande|facture|article|dossier|colis|bestelling|factuur"
    r"|ऑर्डर|बिल|चालान"
)
_SEEN = (
    r"views?|likes|shares|followers|following|hits|visits|visitors|downloads|plays|impressions|clicks|retweets|subscribers|stars"
    r"|forks|rows|bytes|records|reads|streams|members|users|points|aufrufe|klicks|vistas|visualizaciones|visualizzazioni"
    r"|visualizações|vues|seguidores|follower"
)
"""Words for what is counted, before the count: "views: 4155550182"."""
_PATTERNS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern, re.IGNORECASE))
    for weight, pattern in (
        (2.0, r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])"),
        (_SURE, r"(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{12,}(?![0-9a-z])"),
        (_SURE, r"(?<![\w.])10\.\d{4,9}/[^\s\"'<>,;]+"),
        (_SURE, r"(?<!\w)arxiv:?\s?\d{4}\.\d{4,5}(?:v\d+)?"),
        (_SURE, r"(?<!\w)is[bs]n(?:-1[03])?:?\s?[\dX][\dX -]{6,16}[\dX](?!\w)"),
        # A date, a time, or both; also in a log: 04/19 07:12:44
        (_CLEAR, rf"(?<![\w:.]){_CLOCK}(?:\s?[ap]\.?m(?!\w)\.?|\s?h(?!\w)|Z(?!\w)|[+-]\d\d:?\d\d(?!\d))?(?![\d:])"),
        (_CLEAR, rf"(?<![\w.]){_CLOCK}:\d\d(?!\d)"),
        (_CLEAR, r"(?<![\w:.,])\d{1,2}\s?[ap]\.?m(?!\w)"),
        (_CLEAR, rf"(?<![\d./-]){_YEAR}([-/. ]){_MONTH}\1{_DAY}(?!\d|[./-]\d\d)(?:[T ]{_CLOCK})?"),
        (_CLEAR, rf"(?<![\d./-])(?:{_DAY}([-/.]){_MONTH}|{_MONTH}([-/.]){_DAY})(?:\1|\2){_YEAR}(?!\d|[./-]\d)"),
        (_LIKELY, rf"(?<![\d./-]){_DAY}([-/.]){_DAY}\1\d\d(?!\d|[./-]\d)"),
        (_SURE, rf"(?<![\d./-])\d\d/\d\d[ ]{_CLOCK}(?![\d:])"),
        # Scores of a match: 21-19 21-17
        (_CLEAR, r"(?<![\w.+-])\d{1,2}-\d{1,2}(?:,?[ ]\d{1,2}-\d{1,2}){1,4}(?![\w-])"),
        (_LIKELY, r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T_ -]?\d{2,6})?(?!\d)"),
        (_LIKELY, r"(?<![\w.+])1\d{9}(?:\d{3}(?:\d{3})?)?(?!\w)"),
        # A decimal, also one that ends a hyphenated number
        (_SURE, r"(?<![\w.])(?:0|[1-9]\d*)\.\d{5,}(?![\w.]|-\d)"),
        (_SURE, r"(?<![\w.])0\.\d+(?![\w.]|-\d)"),
        (_SURE, r"(?<![\w.])[\d-]{5,20}\.\d{1,3}(?![\w.]|-\d)"),
        (_SURE, r"(?<![\w.])\d+\.\d{2,}(?:,\s?-?\d+\.\d{2,})+(?![\w.])"),
        # An amount: with a currency, a unit, decimals, or a word for counting
        (_CLEAR, r"(?:[$€£¥₹]|usd|eur|gbp|inr|rs\.?)\s?[1-9]\d{0,2}(?:[ ,.]?\d{3}){1,5}(?:[.,]\d{1,2})?(?![\d-])"),
        (_SURE, r"(?<![\w.,])[1-9]\d{0,2}(?:[.,' ]\d{3}){1,5}[.,]\d{1,2}(?![\w.,-]\d|\w)"),
        (_SURE, r"(?<![\w.,+-])[1-9]\d{0,2}(?:,\d{3}){1,5}(?![\w,-])"),
        (_SURE, rf"(?<![\w.,])\+?[1-9]\d{{0,2}}(?:[ ,.]?\d{{3}})+(?:[.,]\d{{1,2}})?\s?(?:(?:{_COUNTED})(?!\w)|[%€$£])"),
        (_SURE, r"(?<![\w.,+-])\+?[1-9]\d{0,2}(?:[ .]\d{3}){0,4}[ .]000(?![\w-]|[ .]\d)"),
        (1.1, rf"(?<!\w)(?:{_COUNTING})\s(?:of\s|to\s|by\s)?\+?[1-9]\d{{0,2}}(?:[ .]\d{{3}}){{2,}}(?![\w-]|[ .]\d)"),
        (_SURE, rf"(?<!\w)(?:{_SEEN})\s?[:=]\s?[1-9]\d*(?:[ .,]\d{{3}})*(?![\w-]|[ .]\d)"),
        (_SURE, rf"(?<!\w)(?:{_SEEN})\s[1-9]\d{{0,2}}(?:[ .,]\d{{3}})+(?![\w-]|[ .]\d)"),
        # The time of an id or a row, in seconds or milliseconds
        (1.2, r"(?<![a-z])(?:ids?|ts|time|at)[\"']?\s?[:=#]?\s?[\"']?1[5-9]\d{8}(?:\d{3})?(?!\w)"),
        (_CLEAR, r"(?<![\w.,+-])[1-9]\d?(?: \d{3}){2,4}(?![\w-]|[ .]\d)"),
        (_CLEAR, r"(?<![\w.,-])\+[1-9]\d{0,2}(?: \d{3}){2}(?![\w-]|[ .]\d)"),
        # A version or another number with dots: not in three, three and four digits, and not of pairs
        (_SURE, r"(?<![\w.])v\d+(?:\.\d+){1,4}(?![\w.]|-\d)"),
        (_SURE, r"(?<=\w/)\d+(?:\.\d+){1,4}(?![\w.]|-\d)"),
        (_CLEAR, r"(?<![\w.(+])(?!\d{3}\.\d{3}\.\d{4}(?!\d))(?!0)\d{1,4}(?:\.\d{1,5}){2,4}(?![\w.]|-\d)"),
        # What a word before it names, and what is part of a name: SN-48219374, nightly-20261130-01, why-go-12345678
        (
            _CLEAR,
            rf"(?<![a-z])(?:{_OF_THINGS})(?:[\s_-]?(?:no|nr|num|number|id|code)s?\.?)?(?:[\s_]at)?[\"']?\s?[:=#]?\s?[\"']?#?"
            r"(?:[a-z]{1,4}-?)?\d[\d.-]*(?![\d-])",
        ),
        (
            _LIKELY,
            r"(?<![\w@.-])[a-z][a-z0-9]{0,30}(?:[-_.][a-z0-9]{1,30}){0,6}"
            r"[-_]\d[\d._-]{0,30}\d(?:[-_.][a-z0-9]{1,30}){0,4}(?![\w@])",
        ),
        (_CLEAR, r"(?<![\w])(?:sn|s/n|pn|p/n|part|ref|ops|inc|chg|req|cve|rfc|so|po|wo|rma|sku)-\d[\d-]*(?!\w)"),
        (_LIKELY, r"(?<=\n)\s{0,3}\d{1,2}[.)]\s|^\d{1,2}[.)]\s|(?<=[ ])\d{1,2}[.)](?=[ ]\d)"),
    )
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_CALLS = re.compile(r"wa\.me|tel|phone|mobile|cell|whatsapp|call|sms|contact|msisdn", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def other_numbers(text: str, low: int = 0, high: int | None = None) -> Iterator[Reading]:
    """Yield every way to read digits of `text[low:high]` as a number of no person; the readings overlap."""
    end = len(text) if high is None else high
    for weight, pattern in _PATTERNS:
        for match in pattern.finditer(text, low, end):
            yield _reading(text, match.start(), match.end(), weight)
    for link in _LINK.finditer(text, low, end):
        if not _CALLS.search(link.group()):
            yield _reading(text, link.start(), link.end(), _CLEAR)


def _reading(text: str, start: int, end: int, weight: float) -> Reading:
    return Reading(start, end, len(_DIGIT.findall(text, start, end)), weight)
