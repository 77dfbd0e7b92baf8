"""Made-up posts of a professional network (templates.txt), with slots for names; most words in them are no name.

Square brackets hold alternatives; `{person}` and its like are filled and labelled, `{people}` (a people or a language),
`{handle}`, `{title}`, `{skill}` and `{day}` are filled and stay outside.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from redaction.detection.model.tokens import tokenize
from training.augment import WORDS, Augmenter
from training.corpora import OUTSIDE, Sentence

_LABELLED: Final = {
    "person": "PERSON",
    "given": "PERSON",
    "family": "PERSON",
    "place": "LOCATION",
    "site": "LOCATION",
    "org": "ORGANIZATION",
}
_SLOT: Final = re.compile(r"\{(\w+)\}")
_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")


TEMPLATES: Final = tuple(Path(__file__).with_name("templates.txt").read_text(encoding="utf-8").splitlines())


class Templates:
    """Fills templates; the same seed gives the same texts."""

    def __init__(self, augmenter: Augmenter, seed: int, lines: Sequence[str] = TEMPLATES) -> None:
        self._draw = augmenter
        self._lines = lines
        self._random = random.Random(seed)

    def __call__(self) -> Sentence:
        """Give one filled template."""
        line = _CHOICE.sub(lambda m: self._random.choice(m.group(1).split("|")), self._random.choice(self._lines))
        text, spans, at = "", [], 0
        for slot in _SLOT.finditer(line):
            text += line[at : slot.start()]
            at = slot.end()
            filled, kind = self._fill(slot.group(1))
            if kind is not None:
                spans.append((len(text) - (text[-1:] == "#"), len(text) + len(filled), kind))
            text += filled
        return _labelled(text + line[at:], spans)

    def _fill(self, slot: str) -> tuple[str, str | None]:
        kind = _LABELLED.get(slot)
        choice, draw = self._random.choice, self._draw
        match slot:
            case "person":
                return " ".join(draw.person(2 if self._random.random() < 0.8 else 3)), kind
            case "given":
                return draw.given(), kind
            case "family":
                return draw.family(), kind
            case "place":
                return draw.place(), kind
            case "site":
                return draw.site(), kind
            case "org":
                return draw.company(), kind
            case "hash":
                return draw.place().replace(" ", "").replace("-", ""), "LOCATION"
            case "hashperson":
                return "".join(draw.person(2)).replace(" ", ""), "PERSON"
            case "people":
                return choice(draw.lists.peoples), None
            case "handle":
                return "@" + choice(draw.lists.given).lower().replace(" ", "") + str(self._random.randrange(100)), None
            case "happy":
                return choice(("happy", "thrilled", "excited", "pleased")), None
            case "title" | "skill" | "day":
                return choice(WORDS[f"{slot}s"]), None
            case _:
                raise ValueError(slot)


def _labelled(text: str, spans: list[tuple[int, int, str]]) -> Sentence:
    tokens = tokenize(text)
    tags = [OUTSIDE] * len(tokens)
    for start, end, kind in spans:
        place = "B"
        for i, (a, b) in enumerate(tokens):
            if a < end and b > start:
                tags[i], place = f"{place}-{kind}", "I"
    ends = (0, *(b for _, b in tokens))
    return Sentence(
        tuple(text[a:b] for a, b in tokens),
        tuple(a > before for (a, _), before in zip(tokens, ends, strict=False)),
        tuple(tags),
        "templates",
    )
