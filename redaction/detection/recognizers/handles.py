"""Names on networks: @name, u/name, "telegram: name", name#1234, @name@server."""

import re
from collections.abc import Iterator

from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.vocabulary import EntityType

_AT = re.compile(
    r"(?<![\w@/])(?<!\w\.)@(?=[^\W\d]|_|\d\w*[^\W\d])(?!(?:\d{1,2}(?::\d\d)?(?:am|pm|h)|\d+(?:px|x|fps|k|hz|ghz|mhz"
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
_DISCORD = re.compile(r"(?<![\w@])[\w.]{2,32}#\d{4}(?!\w)")


class HandleRecognizer(RuleRecognizer):
    """Handles of the large networks."""

    types = (EntityType.HANDLE,)

    def matches(self, text: str) -> Iterator[Match]:
        """Handles with their `@` or `u/`; after a network's name only the handle itself."""
        if "@" in text:
            for match in _AT.finditer(text):
                yield Match(match.start(), match.end(), EntityType.HANDLE, 0.95)
        for match in _REDDIT.finditer(text):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.9)
        for match in _NAMED.finditer(text):
            yield Match(match.start("name"), match.end("name"), EntityType.HANDLE, 0.7)
        for match in _DISCORD.finditer(text):
            yield Match(match.start(), match.end(), EntityType.HANDLE, 0.8)
