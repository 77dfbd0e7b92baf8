"""Texts before and after, for the private run report. They are raw texts, so a published report never has them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from markupsafe import Markup, escape

from redaction.release.report.render import environment

_BEFORE_NAV: Final = '<nav aria-label="Sections">'
_BEFORE_LIMITS: Final = '<section id="limits"'
_TOKEN: Final = re.compile(r"\[[A-Z_]+(?:_\d+)?\]|\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Example:
    """One text of a release, as it is in the inputs and as it was released."""

    kind: str
    field: str
    language: str
    before: str
    after: str


def with_examples(html: str, examples: Sequence[Example]) -> str:
    """Add texts before and after to a report, and a notice that it is private.

    Args:
        html: A published report.
        examples: The texts.

    Returns:
        The private report.
    """
    template = environment().get_template("private.html.j2")
    rows = [(each, *_marked(each)) for each in examples]
    notice = template.module.notice()  # type: ignore[attr-defined]
    section = template.module.examples(rows)  # type: ignore[attr-defined]
    html = html.replace(_BEFORE_NAV, f"{notice}{_BEFORE_NAV}", 1)
    return html.replace(_BEFORE_LIMITS, f"{section}{_BEFORE_LIMITS}", 1)


def _marked(example: Example) -> tuple[Markup, Markup]:
    """Return both texts with what differs between them marked."""
    before, after = (_TOKEN.findall(text) for text in (example.before, example.after))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = matcher.get_opcodes()
    return (
        Markup("").join(_pieces((tag == "equal", before[a:b]) for tag, a, b, _, _ in blocks)),
        Markup("").join(_pieces((tag == "equal", after[c:d]) for tag, _, _, c, d in blocks)),
    )


def _pieces(blocks: Iterator[tuple[bool, list[str]]]) -> Iterator[Markup]:
    for is_same, tokens in blocks:
        text = "".join(tokens)
        if text:
            yield escape(text) if is_same else Markup("<mark>{}</mark>").format(text)
