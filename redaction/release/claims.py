"""Words that claim more than redaction can give. No card, report or document of a release may hold one."""

import re
from typing import Final

CLAIMS: Final = re.compile(
    r"\w*anonym\w*|\w*complian(?:t|ce)\w*|\w*de-?identif\w*|\w*unlearn\w*|guarantee\w*", re.IGNORECASE
)
_GATE: Final = "k_anonymity"
"""The name of a gate, which claims nothing."""


def lint_card(text: str) -> tuple[str, ...]:
    """List the words of a text that claim more than redaction can give, each with its line number."""
    return tuple(
        f"line {number}: {match[0]!r} claims too much; say redacted, with the measured risk"
        for number, line in enumerate(text.splitlines(), 1)
        for match in CLAIMS.finditer(line)
        if match[0] != _GATE
    )
