"""Hashtags that hold a person's name: #JaneDoe, #thankyouJane, #ripjohnsmith is left to models."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Match, RuleRecognizer

_TAG = re.compile(r"(?<![\w&/])#(?P<body>[^\W\d_][\w]{2,60})")
_HUMPS = re.compile(r"[^\W\d_a-z]+(?=[^\W\d_a-z][a-zà-ÿ])|[^\W\d_a-z]?[^\W\d_A-Z]+|[^\W\d_a-z]+|\d+|_")
_CONNECTING = word_list("before_a_name")
GIVEN_NAMES = frozenset(name.casefold() for name in word_list("given_names"))
"""Given names that are hardly ever another word, folded."""


class NameHashtagRecognizer(RuleRecognizer):
    """A tag in humps whose parts are a given name and another capitalised part, or a name behind "Thanks", "RIP"."""

    types = (EntityType.PERSON,)
    needs = Needs(one_of=(frozenset("#"),))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """The tag whole, with its sign."""
        for match in _TAG.finditer(scanned.text):
            parts = [part for part in _HUMPS.findall(match["body"]) if part != "_"]
            if _holds_a_name(parts):
                yield Match(match.start(), match.end(), EntityType.PERSON, 0.6)


def _holds_a_name(parts: list[str]) -> bool:
    for i, part in enumerate(parts):
        if part[:1].isupper() and part.casefold() in GIVEN_NAMES:
            before = [p.casefold() for p in parts[:i]]
            after = [p for p in parts[i + 1 :] if p[:1].isupper() and not p.isupper() and len(p) > 1]
            if all(p in _CONNECTING for p in before) and (before or len(after) == 1):
                return True
    return False
