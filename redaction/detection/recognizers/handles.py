"""Names on networks: @name, u/name, "telegram: name", name#1234, @name@server, $name for payments."""

import re
from collections.abc import Iterator

from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer
from redaction.detection.vocabulary import EntityType

_AT = re.compile(
    r"(?:(?<![\w@/])|(?<=\brt))(?<!\w\.)@(?=[^\W\d]|_|\d\w*[^\W\d])(?!(?:\d{1,2}(?::\d\d)?(?:am|pm|h)|\d+(?:px|x"
    r"|fps|k|hz|ghz|mhz"
    r"|st|nd|rd|th))\b)"
    r"\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?",
    re.IGNORECASE,
)
_REDDIT = re.compile(r"(?<![\w/.])/?u/[\w-]{3,32}(?![\w/-])", re.IGNORECASE)
_NETWORK = (
    r"telegram|telegr|tg|snapchat|snap|sc|instagram|insta|ig|twitter|tiktok|tik tok|skype|discord|kik|wechat"
    r"|line id|whatsapp|signal|linkedin|github|gitlab|mastodon|bluesky|bsky|threads|xing|keybase|slack|twitch"
    r"|psn|steam"
)
_NAMED = re.compile(
    rf"(?<![\w@.#/])(?:{_NETWORK})(?:[ ](?:handle|user(?:name)?|id|name|account))?(?:[ ]is)?"
    r"\s?[:=\-–→>]{1,2}\s?"
    r"(?P<name>@?(?=[\w.-]*\w)[\w][\w.#-]{2,31})",
    re.IGNORECASE,
)
_MARKED = r"(?=[\w.-]*[\d_])(?![\d.]+(?!\w))@?[A-Za-z][\w.-]{2,30}\w"
_BARE = re.compile(
    rf"(?<![\w@.#/])(?:{_NETWORK}|insta|github|line id)(?:[ ](?:handle|user(?:name)?|id|name|account|page))?"
    rf"[ ](?:(?:is|as|at|to|under|[(]|i['’]?m|i am|user)[ ]?)?[(]?(?P<name>{_MARKED})",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"(?<![\w@.#/])(?:(?:{_NETWORK})[ ](?:handle|user(?:name)?|id|nick(?:name)?)|my (?:handle|user ?name"
    rf"|screen ?name|nick|gamer ?tag))"
    r"[ ](?:is|=|was)[ ](?P<name>@?[A-Za-z][\w.-]{2,30}\w)|(?<!\w)(?:user ?name|handle"
    r"|gamer ?tag)\s?[:=]\s?(?P<said>@?[A-Za-z][\w.-]{2,30}\w)",
    re.IGNORECASE,
)
_ON = re.compile(
    rf"(?<!\w)(?:add|follow|find|dm|pm|ping|hmu|message|i['’]?m|i am)[ ](?:me[ ](?:at|as)[ ]"
    rf"|at[ ])?(?P<name>(?=[\w.-]*[\d_.])"
    rf"[A-Za-z][\w.-]{{2,30}}\w)[ ]on[ ](?:{_NETWORK})(?!\w)|(?<!\w)on[ ](?:{_NETWORK})[ ]i['’]?(?:m"
    rf"| am)[ ](?P<said>(?=[\w.-]*[\d_.])"
    r"[A-Za-z][\w.-]{2,30}\w)",
    re.IGNORECASE,
)
_SKYPE = re.compile(r"(?<!\w)live:[\w.-]*\w", re.IGNORECASE)
_APART = re.compile(r"(?<![\w@.])@ (?=[A-Za-z]\w*[\d_])[A-Za-z]\w{3,30}")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z][\w-]{1,19}")
_CASH = Cue(r"cash ?app|cash\.me|(?:pay|tip|send|venmo) (?:me|us)", before=40, after=24)
_DISCORD = re.compile(r"(?<![\w@])[\w.]{2,32}#\d{4}(?!\w)")


class HandleRecognizer(RuleRecognizer):
    """Handles of the large networks."""

    types = (EntityType.HANDLE,)

    def matches(self, text: str) -> Iterator[Match]:
        """Handles with their `@` or `u/`; after a network's name only the handle itself."""
        if "@" in text:
            for match in _AT.finditer(text):
                yield Match(match.start(), match.end(), EntityType.HANDLE, 0.95)
            for match in _APART.finditer(text):
                yield Match(match.start(), match.end(), EntityType.HANDLE, 0.6)
        for match in _REDDIT.finditer(text):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.9)
        for match in _NAMED.finditer(text):
            yield Match(match.start("name"), match.end("name"), EntityType.HANDLE, 0.7)
        for pattern in (_BARE, _CALLED, _ON):
            for match in pattern.finditer(text):
                group = match.lastgroup or "name"
                yield Match(match.start(group), match.end(group), EntityType.HANDLE, 0.6)
        if "$" in text:
            for match in _CASHTAG.finditer(text):
                if _CASH.near(text, match.start(), match.end()):
                    yield Match(match.start(), match.end(), EntityType.HANDLE, 0.7)
        for match in _SKYPE.finditer(text):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)
        for match in _DISCORD.finditer(text):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)
