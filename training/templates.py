"""Generate posts of a professional network from templates (templates.txt) with slots for names.

Square brackets contain alternatives. Slots such as `{person}` are filled and labeled. `{people}` (a people or a
language), `{handle}`, `{title}`, `{skill}` and `{day}` are filled and not labeled. A line `=slot one|another` defines a
slot for one file; it may contain slots, and if its own slot is labeled, its whole text is.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

from redaction.detection.models.tagger.tokens import tokenize
from training.augment import WORDS, Augmenter
from training.corpora import OUTSIDE, Sentence

_LABELED: Final = {
    "person": "PERSON",
    "given": "PERSON",
    "family": "PERSON",
    "place": "LOCATION",
    "site": "LOCATION",
    "org": "ORGANIZATION",
}
_SLOT: Final = re.compile(r"\{(\w+)\}")
_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")


def lines_of(language: str) -> tuple[str, ...]:
    """Return the lines of a language's template file: templates and slots."""
    name = "templates.txt" if language == "en" else f"templates_{language}.txt"
    return tuple(line for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines() if line)


class Templates:
    """Fill templates; the same seed gives the same texts."""

    def __init__(self, augmenter: Augmenter, seed: int, language: str = "en") -> None:
        self._augmenter = augmenter
        lines = lines_of(language)
        self._lines = [line for line in lines if line[0] != "="]
        defined = (line[1:].split(" ", 1) for line in lines if line[0] == "=")
        self._defined = {slot: alternatives.split("|") for slot, alternatives in defined}
        self._random = random.Random(seed)

    def __call__(self) -> Sentence:
        """Return one filled template."""
        line = self._chosen(self._random.choice(self._lines))
        text, spans, at = "", [], 0
        for slot in _SLOT.finditer(line):
            text += line[at : slot.start()]
            at = slot.end()
            filled, kind = self._fill(slot.group(1))
            if kind is not None:
                spans.append((len(text) - (text[-1:] == "#"), len(text) + len(filled), kind))
            text += filled
        return _labeled(text + line[at:], spans)

    def _chosen(self, line: str) -> str:
        return _CHOICE.sub(lambda m: self._random.choice(m.group(1).split("|")), line)

    def _fill(self, slot: str) -> tuple[str, str | None]:
        kind = _LABELED.get(slot)
        if slot in self._defined:
            text = self._random.choice(self._defined[slot])
            return _SLOT.sub(lambda m: self._fill(m.group(1))[0], text), kind
        choice, draw = self._random.choice, self._augmenter
        match slot:
            case "person":
                return " ".join(draw.person(2 if self._random.random() < 0.8 else 3)), kind
            case "given":
                return draw.given(), kind
            case "family":
                return draw.family(), kind
            case "place":
                return draw.location(), kind
            case "site":
                return draw.site(), kind
            case "org":
                return draw.company(), kind
            case "hash":
                return draw.location().replace(" ", "").replace("-", ""), "LOCATION"
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


def _labeled(text: str, spans: list[tuple[int, int, str]]) -> Sentence:
    tokens = tokenize(text)
    tags = [OUTSIDE] * len(tokens)
    for start, end, kind in spans:
        prefix = "B"
        for i, (a, b) in enumerate(tokens):
            if a < end and b > start:
                tags[i], prefix = f"{prefix}-{kind}", "I"
    ends = (0, *(b for _, b in tokens))
    return Sentence(
        tuple(text[a:b] for a, b in tokens),
        tuple(a > before for (a, _), before in zip(tokens, ends, strict=False)),
        tuple(tags),
        "templates",
    )
