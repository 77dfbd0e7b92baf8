"""Templates: ``{slot}`` or ``{slot.form}`` for a value, ``<one|another>`` for a choice."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from generate.segments import Segment, Segments

_TOKEN = re.compile(r"\{([a-z0-9_.]+)\}|<([^<>]*\|[^<>]*)>")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice between several parsed texts."""

    options: tuple[Parsed, ...]


Parsed = tuple["str | Slot | Choice", ...]


class Filler(Protocol):
    """What fills the slots of a template."""

    rng: random.Random

    def fill(self, name: str) -> Segments:
        """Return the segments of a slot."""


@cache
def parse(template: str) -> Parsed:
    """Split a template into literals, slots and choices."""
    parts: list[str | Slot | Choice] = []
    at = 0
    for match in _TOKEN.finditer(template):
        if match.start() > at:
            parts.append(template[at : match.start()])
        if match.group(1):
            parts.append(Slot(match.group(1)))
        else:
            parts.append(Choice(tuple(parse(option) for option in match.group(2).split("|"))))
        at = match.end()
    if at < len(template):
        parts.append(template[at:])
    return tuple(parts)


def render(parsed: Parsed, filler: Filler) -> list[Segment]:
    """Fill a parsed template."""
    out: list[Segment] = []
    for part in parsed:
        if isinstance(part, str):
            out.append(Segment(part))
        elif isinstance(part, Slot):
            out.extend(filler.fill(part.name))
        else:
            out.extend(render(filler.rng.choice(part.options), filler))
    return out


def read_sections(path: Path) -> dict[str, tuple[str, ...]]:
    r"""Read a template file: ``== name`` opens a section, each further line is a template.

    ``\n`` in a line is a line break. Lines that begin with ``//`` are comments.

    Returns:
        The templates of each section.

    Raises:
        ValueError: A template is outside any section.
    """
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current = sections.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("//"):
            if current is None:
                raise ValueError(f"{path.name}: a template before the first section")
            current.append(line.replace("\\n", "\n"))
    return {name: tuple(lines) for name, lines in sections.items()}
