"""Finds hashtags with a person's name: #JaneDoe, #thankyouJane. #ripjohnsmith is left to the models."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Match, RuleRecognizer

_TAG = re.compile(r"(?<![\w&/])#(?P<body>[^\W\d_][\w]{2,60})")
_CAMEL_PARTS = re.compile(r"[^\W\d_a-z]+(?=[^\W\d_a-z][a-zà-ÿ])|[^\W\d_a-z]?[^\W\d_A-Z]+|[^\W\d_a-z]+|\d+|_")
_BEFORE_A_NAME = word_list("before_a_name")
GIVEN_NAMES = frozenset(name.casefold() for name in word_list("given_names"))
"""Casefolded given names that are rarely another word."""


_MOST_PARTS = 3
"""Parts of a name in a hashtag; a tag of more is a sentence or a topic."""


def is_topic(text: str, start: int) -> bool:
    """Whether the hashtag that starts at `start` or one character before has more words than a name."""
    tag = _TAG.match(text, start) or (_TAG.match(text, start - 1) if start else None)
    return tag is not None and len([part for part in _CAMEL_PARTS.findall(tag["body"]) if len(part) > 1]) > _MOST_PARTS


class NameHashtagRecognizer(RuleRecognizer):
    """Finds a camel-case tag of a given name and another capitalized part, or of a name after "Thanks", "RIP"."""

    types = (EntityType.PERSON,)
    needs = Needs(one_of=(frozenset("#"),))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the whole tag with its `#`."""
        for match in _TAG.finditer(scanned.text):
            parts = [part for part in _CAMEL_PARTS.findall(match["body"]) if part != "_"]
            if _holds_a_name(parts):
                yield Match(match.start(), match.end(), EntityType.PERSON, 0.6)


def _holds_a_name(parts: list[str]) -> bool:
    for i, part in enumerate(parts):
        if part[:1].isupper() and part.casefold() in GIVEN_NAMES:
            before = [p.casefold() for p in parts[:i]]
            after = [p for p in parts[i + 1 :] if p[:1].isupper() and not p.isupper() and len(p) > 1]
            if all(p in _BEFORE_A_NAME for p in before) and (before or len(after) == 1):
                return True
    return False
