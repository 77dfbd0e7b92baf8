"""Finds handles: @name, u/name, "telegram: name", name#1234, @name@server, $name for payments."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

_AT = RulePattern(
    r"@(?:(?<![\w@/]@)|(?<=\brt@))(?<!\w\.@)(?=[^\W\d]|_|\d\w*[^\W\d])(?!(?:\d{1,2}(?::\d\d)?(?:am|pm|h)|\d+(?:px|x"
    r"|fps|k|hz|ghz|mhz"
    r"|st|nd|rd|th))\b)"
    r"\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?",
    re.IGNORECASE,
    quick="@",
)
_REDDIT = RulePattern(r"(?<![\w/.])/?u/[\w-]{3,32}(?![\w/-])", re.IGNORECASE)
_NETWORK = (
    r"telegram|telegr|tg|snapchat|snap|sc|instagram|insta|ig|twitter|tiktok|tik tok|skype|discord|kik|wechat"
    r"|line id|whatsapp|signal|linkedin|github|gitlab|mastodon|bluesky|bsky|threads|xing|keybase|slack|twitch"
    r"|psn|steam"
)
_NAMED = RulePattern(
    r"(?<![\w@.#/])(?=[\w\s]{2,24}[:=\-–→>])"
    rf"(?:{_NETWORK})(?:[ ](?:handle|user(?:name)?|id|name|account))?(?:[ ]is)?"
    r"\s?[:=\-–→>]{1,2}\s?"
    r"(?P<name>@?(?=[\w.#-]*[^\W\d])[\w][\w.#-]{2,31})",
    re.IGNORECASE,
)
_MARKED = r"(?=[\w.-]*[\d_])(?![\d.]+(?!\w))@?[A-Za-z][\w.-]{2,30}\w"
_BARE = RulePattern(
    rf"(?<![\w@.#/])(?:{_NETWORK}|insta|github|line id)(?:[ ](?:handle|user(?:name)?|id|name|account|page))?"
    rf"[ ](?:(?:is|as|at|to|under|[(]|i['’]?m|i am|user)[ ]?)?[(]?(?P<name>{_MARKED})",
    re.IGNORECASE,
)
_CALLED = RulePattern(
    rf"(?<![\w@.#/])(?:(?:{_NETWORK})[ ](?:handle|user(?:name)?|id|nick(?:name)?)|my (?:handle|user ?name"
    rf"|screen ?name|nick|gamer ?tag))"
    r"[ ](?:is|=|was)[ ](?P<name>@?[A-Za-z][\w.-]{2,30}\w)|(?<!\w)(?:user ?name|handle"
    r"|gamer ?tag)\s?[:=]\s?(?P<stated>@?[A-Za-z][\w.-]{2,30}\w)",
    re.IGNORECASE,
)
_ON = RulePattern(
    rf"(?<!\w)(?:add|follow|find|dm|pm|ping|hmu|message|i['’]?m|i am)[ ](?:me[ ](?:at|as)[ ]"
    rf"|at[ ])?(?P<name>(?=[\w.-]*[\d_.])"
    rf"[A-Za-z][\w.-]{{2,30}}\w)[ ]on[ ](?:{_NETWORK})(?!\w)|(?<!\w)on[ ](?:{_NETWORK})[ ]i['’]?(?:m"
    rf"| am)[ ](?P<stated>(?=[\w.-]*[\d_.])"
    r"[A-Za-z][\w.-]{2,30}\w)",
    re.IGNORECASE,
)
_SKYPE = RulePattern(r"(?<!\w)live:[\w.-]*\w", re.IGNORECASE)
_APART = RulePattern(r"(?<![\w@.])@ (?=[A-Za-z]\w*[\d_])[A-Za-z]\w{3,30}", quick="@ ")
_CASHTAG = RulePattern(r"(?<![\w$])\$[A-Za-z][\w-]{1,19}", quick=r"\$[A-Za-z]")
_CASH = Cue(r"cash ?app|cash\.me|(?:pay|tip|send|venmo) (?:me|us)", before=40, after=24)
_PAYMENT = RulePattern(
    r"(?<![\w@.-])[\w.-]{2,64}@(?:ok(?:axis|hdfcbank|icici|sbi)|paytm|pt(?:yes|axis|hdfc|sbi)|ybl|ibl|axl|upi|apl|yapl|rapl|waicici"
    r"|waaxis|wahdfcbank|wasbi|fbl|ikwik|freecharge|jupiteraxis|slice|amazonpay|airtel|jio|kotak|sbi|icici|hdfcbank"
    r"|axisbank|barodampay|cnrb|pnb|unionbank|idfcbank|rbl|indus|federal|yesbank|naviaxis|timecosmos|superyes)(?![\w.@-])",
    re.IGNORECASE,
)
"""Addresses for payments in India: name@bank."""
_ANNOTATIONS, _SCOPES = word_list("annotations"), word_list("package_scopes")
_PACKAGE = re.compile(r"/[a-z0-9][a-z0-9._-]*(?:@[\w.^~-]+)?")
_PACKAGE_WORD = re.compile(r"(?<!\w)(?:npm|npx|yarn|pnpm|bun|node_modules|dependenc(?:y|ies))(?!\w)[^@]{0,30}$|[\"'`]$")
_IN_CODE = re.compile(r"\((?:[\"'$/{\[\d)]|\w+[=(,])|=[\"'{]")
_DECORATED = re.compile(
    r"[\w.]*(?:\([^\n]{0,200}\))?[ \t]*\n\s*"
    r"(?:@|def |class |async |public|private|protected|fun |void |static |export |final )"
)
_ASSIGNED = re.compile(r"\s?:?=")
_IN_QUERY = re.compile(r"(?:[=<>(,]|LIKE|IN|SET|DECLARE)\s?$")
_QUERY = re.compile(r"(?<!\w)(?:SELECT|INSERT|UPDATE|DELETE|DECLARE|EXEC|WHERE)(?!\w)")
_DISCORD = RulePattern(r"(?<![\w@])[\w.]{2,32}#\d{4}(?!\w)", quick=r"#\d{4}")


class HandleRecognizer(RuleRecognizer):
    """Finds handles of the large networks."""

    types = (EntityType.HANDLE,)
    rule_patterns = (_REDDIT, _NAMED, _BARE, _CALLED, _ON, _CASHTAG, _SKYPE, _APART, _DISCORD, _AT, _PAYMENT)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield handles with their `@` or `u/`; after a network's name only the handle itself."""
        for match in scanned.matches(_AT):
            if not _is_code(scanned.text, match):
                yield Match(match.start(), match.end(), EntityType.HANDLE, 0.95)
        for match in scanned.matches(_PAYMENT):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)
        for match in scanned.matches(_APART):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.6)
        for match in scanned.matches(_REDDIT):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.9)
        for match in scanned.matches(_NAMED):
            yield Match(match.start("name"), match.end("name"), EntityType.HANDLE, 0.7)
        for pattern in (_BARE, _CALLED, _ON):
            for match in scanned.matches(pattern):
                group = match.lastgroup or "name"
                yield Match(match.start(group), match.end(group), EntityType.HANDLE, 0.6)
        for match in scanned.matches(_CASHTAG):
            if _CASH.near(scanned.text, match.start(), match.end()):
                yield Match(match.start(), match.end(), EntityType.HANDLE, 0.7)
        for match in scanned.matches(_SKYPE):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)
        for match in scanned.matches(_DISCORD):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)


def _is_code(text: str, match: re.Match[str]) -> bool:
    """Whether it is an annotation, a rule of a style sheet, or the scope of a package: `@Override`, `@types/node`."""
    name = match.group()[1:].lower()
    if name in _ANNOTATIONS:
        return True
    if _PACKAGE.match(text, match.end()):
        before = text[max(0, match.start() - 40) : match.start()]
        return name in _SCOPES or _PACKAGE_WORD.search(before) is not None
    is_operand = _IN_QUERY.search(text, max(0, match.start() - 9), match.start()) or _ASSIGNED.match(text, match.end())
    if is_operand and _QUERY.search(text):
        return True
    if "." in name and name.split(".")[0] in _ANNOTATIONS:
        return True
    return _IN_CODE.match(text, match.end()) is not None or (
        _DECORATED.match(text, match.end()) is not None and not text[: match.start()].rpartition("\n")[2].strip()
    )
