"""Whether a text could hold anything of what is known of the people in it: no, in most texts, at a glance.

For the few values of one record. `known_everywhere` does the same for long lists that are looked for in every text.
"""

import re
from dataclasses import dataclass

from redaction.detection.acceleration.patterns.necessary_conditions import Traits
from redaction.detection.known_values.index import KnownIndex
from redaction.detection.text.folding import fold, unleet

_FOLDED = re.compile(r"[^\W\x00-\x7f]|[\u0300-\u036f]")
"""Letters and digits that folding changes, and marks."""
_TOGETHER = re.compile("[^\x00-\u024f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
"""Characters that may fold otherwise beside others than by themselves: a text with one is read word by word."""
_MANY = 64
_PHONE = 6
"""No known number is looked for that is shorter."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A text folded as a whole, and with letters for digits; None where it has to be read word by word."""

    folded: str | None
    unleeted: str | None
    has_links: bool
    digits: int

    @classmethod
    def of(cls, text: str) -> "Glance":
        """Glance at a text."""
        if text.isascii():
            folded = fold(text)
        elif _FOLDED.search(text) is None:
            folded = text.lower().replace("_", "")
        elif _TOGETHER.search(text) is None:
            folded = fold(text)
        else:
            return cls(None, None, has_links=True, digits=_PHONE)
        digits = Traits(text).digits
        return cls(folded, unleet(folded) if digits else None, "/" in text or "www." in folded, digits)

    def may_hold(self, index: KnownIndex) -> bool:
        """Whether something of the index may be found; never wrong when it says no."""
        if index.empty:
            return False
        if self.folded is None or index.literals:
            return True
        if (index.phones and self.digits >= _PHONE) or ((index.slugs or index.urls) and self.has_links):
            return True
        folded = self.folded
        return self.may_name(index) or any(fold(url) in folded for url in index.urls)

    def may_name(self, index: KnownIndex) -> bool:
        """Whether one of the index's words may be in the text; never wrong when it says no."""
        folded, unleeted = self.folded, self.unleeted
        if folded is None or len(index.forms) > _MANY:
            return True
        if any(form in folded for form in index.forms):
            return True
        return unleeted is not None and any(form in unleeted for form in index.forms)
