"""Finds e-mail addresses, obfuscated ones too: jane (at) corp (dot) com, j a n e @ gmail . com.

The search starts at the @ or its replacement and reads a bounded number of characters to both sides, so that a
long run of letters costs no more than a short one.
"""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText, ScanRequest
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

_LEFT, _RIGHT = 90, 130

_AT_WORD = (
    r"(?:at(?:[_ -]?sign|[ ]the[ ]rate(?:[ ]of)?)?|ät|arroba|arobase|chiocciola|apenstaartje|klammeraffe"
    r"|snabel-?a|shift[ -]?2)"
)
_DOT_WORD = r"(?:dot|d0t|punkt|punto|point|ponto|punt|punktum|tečka|kropka|nokta)"
_OPEN, _CLOSE = r"\s?[\[({<«‹|*_/~'\"-]{1,3}\s?", r"\s?[\])}>»›|*_/~'\"-]{1,3}\s?"
_BARE = RulePattern(r"\\?@|%(?:25)?40", quick="@|%40|%2540")
_BRACKETED = RulePattern(
    rf"{_OPEN}(?:{_AT_WORD}|@|a){_CLOSE}",
    re.IGNORECASE,
    quick=rf"[\[({{<«‹|*_/~'\"-]\s?(?:(?i:{_AT_WORD})|[@aA])\s?[\])}}>»›|*_/~'\"-]",
)
_SPELLED = RulePattern(rf"\s(?:{_AT_WORD}|chez|à)\s", re.IGNORECASE)
_HUMPED = RulePattern(
    r"(?<![A-Za-z])[a-z0-9]{1,30}(?:(?:DOT|[._-])[a-z0-9]{1,30}){0,4}AT[a-z0-9]{1,30}(?:(?:DOT"
    r"|[.-])[a-z0-9]{1,30}){0,4}DOT[a-z]{2,6}(?![A-Za-z])"
)
_COMMA_DOMAIN = re.compile(r"[\w-]{2,40},(?:com|org|net|edu|de|fr|es|it|nl|pt|br|in|co\.uk|uk|io)(?!\w)", re.IGNORECASE)
_BARE_MAIL_HOST = RulePattern(
    r"(?:g(?:oogle)?mail|yahoo|ymail|hotmail|outlook|icloud|proton(?:mail)?|gmx)(?:,\w{2,3})?(?!\w|\.\w)", re.IGNORECASE
)
_HOSTED = re.compile(r"\.[^\W\d_]{2}")

_TLD = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|io|ai|co|me|dev|app|tech|xyz|online|cloud|email|example|test|"
    r"uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|lu|es|pt|it|gr|pl|cz|sk|hu|ro|bg|hr|si|rs|se|no|dk|fi|is|ee|lv|lt|"
    r"ru|ua|tr|il|ae|sa|eg|za|ng|ke|gh|in|pk|bd|lk|np|cn|hk|tw|jp|kr|sg|my|th|vn|ph|id|br|mx|ar|cl|pe|uy|eu)"
)
_IN_QUERY = re.compile(r"[=&?/|{}]|%(?:25)?(?:3D|26|3F|2F|3A)", re.IGNORECASE)
_ANY_TLD = re.compile(_TLD, re.IGNORECASE)
_NEXT_SENTENCE = re.compile(rf"\.(?:{_TLD})(?P<next>\.[A-Z][a-z]+)$")
_DOT = rf"(?:\s?\.\s?|{_OPEN}(?:{_DOT_WORD}|\.){_CLOSE}|\s{_DOT_WORD}\s)"
_SEPARATED_DOT = rf"(?:{_OPEN}(?:{_DOT_WORD}|\.){_CLOSE}|\s{_DOT_WORD}\s)"
_LABEL = r"[^\W_](?:[\w-]*\w)?"

_SPELLED_DOT = RulePattern(_DOT_WORD, re.IGNORECASE)
_BRACKETED_DOT = re.compile(r"[\[({<|*_/~'\"-]\s?\.")
"""A text with neither has no spelled-out dot."""

_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.[^\W\d_][\w-]*\w|\[?\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]?")
_LOCAL_HOST = re.compile(
    r"(?:localhost|localdomain|(?:mail|smtp|mx|exchange|intranet)[a-z0-9-]{0,12})(?![\w.-])", re.IGNORECASE
)
_PERSON_AT_HOST = re.compile(r"[a-z]+[._][a-z]+\d{0,4}", re.IGNORECASE)
"""What stands before the name of a host without a dot, if it is a mailbox: jane.doe@localhost."""
_LOOSE_DOMAIN = re.compile(
    rf"\s?{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}?{_DOT}{_TLD}(?!\w)(?:\.{_TLD}(?!\w))?", re.IGNORECASE
)
_SPELLED_DOMAIN = re.compile(
    rf"(?!(?:the|a|an|our|my|this|that|every"
    rf"|each)\s){_LABEL}(?:{_DOT}{_LABEL}){{0,3}}?{_SEPARATED_DOT}{_TLD}(?!\w)(?:{_DOT}{_TLD}(?!\w))?",
    re.IGNORECASE,
)
_PLAIN_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.{_TLD}(?![\w-])", re.IGNORECASE)
_SPACED_DOMAIN = re.compile(r"\s?\w(?:\s\w)*(?:\s?\.\s?\w(?:\s?\w)*?)+(?!\w)(?!\s\w(?!\w))|\s?\w+(?:\s?\.\s?\w+)+")

_LOCAL = re.compile(r"\"[^\"\n]{1,64}\"$|[\w.!#$%&'*+/=?^`{|}~-]+$")
_LOOSE_LOCAL = re.compile(rf"(?:[\w+-]+{_DOT}){{0,3}}[\w+-]+\s?$", re.IGNORECASE)
_SPACED_LOCAL = re.compile(r"\"[^\"\n]{1,64}\"$|(?:(?<=[\s(<\[:])|^)\w(?:\s[\w.+-])+\s?$")

_MAIL_HOST = re.compile(
    r"(?:g(?:oogle)?mail|yahoo|ymail|outlook|hotmail|live|msn|icloud|proton(?:mail)?|gmx|web|aol|zoho|yandex|"
    r"fastmail|tutanota|mailbox|orange|wanadoo|free|laposte|libero|uol|rediffmail|qq|163)\.",
    re.IGNORECASE,
)
_NO_LOCAL = word_list("not_a_mailbox")
_CUE = Cue("e-?mail(?:s|ed|ing)?", "mail", "write", "reach", "contact", "correo", "courriel", "adresse", "kontakt")


class DisguisedEmailRecognizer(RuleRecognizer):
    """Finds e-mail addresses, plain and obfuscated."""

    types = (EntityType.EMAIL_ADDRESS,)

    @property
    def scan_request(self) -> ScanRequest:
        """Every text: the patterns alone do not say where an address may be."""
        return ScanRequest(self.needs, (_HUMPED, _SPELLED_DOT, _BARE_MAIL_HOST, _BARE, _BRACKETED, _SPELLED))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield whole addresses without a full stop after them."""
        text = scanned.text
        for humped in scanned.matches(_HUMPED):
            yield Match(humped.start(), humped.end(), EntityType.EMAIL_ADDRESS, 0.8)
        found = [
            *(
                _plain(text, at) or _comma(text, at) or _spaced(text, at) or _loose(text, at)
                for at in scanned.matches(_BARE)
            ),
            *(_spaced(text, at) or _loose(text, at) for at in scanned.matches(_BRACKETED)),
        ]
        if scanned.may_match(_SPELLED):
            found += self._spelled(scanned)
        yield from (m for m in found if m is not None and not _is_no_mailbox(text, m.start, m.end))

    def _spelled(self, scanned: ScannedText) -> Iterator[Match | None]:
        text = scanned.text
        spelled_dot = scanned.may_match(_SPELLED_DOT) or _BRACKETED_DOT.search(text) is not None
        if spelled_dot or scanned.may_match(_BARE_MAIL_HOST) or _HOSTED.search(text):
            for at in scanned.matches(_SPELLED):
                yield _spelled(text, at, spelled_dot)


def _plain(text: str, at: re.Match[str]) -> Match | None:
    domain = _DOMAIN.match(text, at.end(), at.end() + 255)
    host = _LOCAL_HOST.match(text, at.end(), at.end() + 24) if domain is None else None
    local = _before(_LOCAL, text, at.start()) if domain or host else None
    if host is not None and local is not None and _PERSON_AT_HOST.fullmatch(text, local, at.start()):
        return Match(local, host.end(), EntityType.EMAIL_ADDRESS, 0.7)
    if domain is None or local is None:
        return None
    end = domain.end() - _next_sentence(domain.group())
    return Match(_behind_query(text, local, at.start()), end, EntityType.EMAIL_ADDRESS, 1.0)


def _is_no_mailbox(text: str, start: int, end: int) -> bool:
    """Whether it is a repository (git@code.example:group/repository.git), or a decorator behind a line of code."""
    if "\n@" in text[start:end]:
        return True
    return text.startswith("git@", start) and text[end : end + 1] in (":", "/")


def _behind_query(text: str, start: int, end: int) -> int:
    """Return where the local part begins if a path or query is before it: /search?to=jane@corp.example."""
    parts = list(_IN_QUERY.finditer(text, start, end))
    return parts[-1].end() if parts and parts[-1].end() < end else start


def _next_sentence(domain: str) -> int:
    """Return how many characters of a domain begin the next sentence: corp.example.Then."""
    match = _NEXT_SENTENCE.search(domain)
    return len(match["next"]) if match and not _ANY_TLD.fullmatch(match["next"][1:]) else 0


def _comma(text: str, at: re.Match[str]) -> Match | None:
    domain = _COMMA_DOMAIN.match(text, at.end())
    local = _before(_LOCAL, text, at.start()) if domain else None
    if domain is None or local is None:
        return None
    return Match(local, domain.end(), EntityType.EMAIL_ADDRESS, 0.8)


def _spaced(text: str, at: re.Match[str]) -> Match | None:
    domain = _SPACED_DOMAIN.match(text, at.end(), at.end() + _RIGHT)
    local = _before(_SPACED_LOCAL, text, at.start()) if domain else None
    if domain is None or local is None:
        return None
    return Match(local, domain.end(), EntityType.EMAIL_ADDRESS, 0.9)


def _loose(text: str, at: re.Match[str]) -> Match | None:
    domain = _LOOSE_DOMAIN.match(text, at.end(), at.end() + _RIGHT)
    local = _before(_LOOSE_LOCAL, text, at.start()) if domain else None
    if domain is None or local is None:
        return None
    return Match(local, domain.end(), EntityType.EMAIL_ADDRESS, 0.9)


def _spelled(text: str, at: re.Match[str], spelled_dot: bool) -> Match | None:
    domain = _SPELLED_DOMAIN.match(text, at.end(), at.end() + _RIGHT) if spelled_dot else None
    bare = _BARE_MAIL_HOST.pattern.match(text, at.end(), at.end() + _RIGHT)
    host = _PLAIN_HOST.match(text, at.end(), at.end() + _RIGHT)
    any_side = domain or bare or host
    local = _before(_LOOSE_LOCAL, text, at.start()) if any_side else None
    if local is None:
        return None
    if domain is not None:
        return Match(local, domain.end(), EntityType.EMAIL_ADDRESS, 0.9)
    name = text[local : at.start()]
    if bare is not None and (re.search(r"[\d._]", name) or "," in bare.group() or _CUE.before(text, local)):
        known_word = name.lower() in _NO_LOCAL
        return None if known_word else Match(local, bare.end(), EntityType.EMAIL_ADDRESS, 0.7)
    if host is None or text[local : at.start()].lower() in _NO_LOCAL:
        return None
    if _MAIL_HOST.match(host.group()) or _CUE.before(text, local):
        return Match(local, host.end(), EntityType.EMAIL_ADDRESS, 0.7)
    return None


def _before(pattern: re.Pattern[str], text: str, end: int) -> int | None:
    """Return the start of the match of `pattern` that ends at `end`, within a bounded window."""
    low = max(0, end - _LEFT)
    match = pattern.search(text[low:end])
    return low + match.start() if match else None
