"""Classify the missed spans by their form, without their content."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from redaction.evaluation.documents import LabeledSpan, LabeledText
from redaction.evaluation.slices import casing, script


class MissClass(StrEnum):
    """The class of a missed span: the first that fits."""

    HANDLE = "handle"
    """Starts with @."""
    HASHTAG = "hashtag"
    """Starts with #."""
    OTHER_SCRIPT = "other script"
    """No Latin script."""
    NO_LETTERS = "no letters"
    """Only digits and other characters."""
    INITIALS = "initials"
    """Letters with dots, or up to three capitals."""
    DIACRITICS = "diacritics"
    """Letters beyond ASCII."""
    ALL_LOWER = "all lower case"
    """No upper-case letter."""
    ALL_CAPS = "all capitals"
    """Only upper-case letters."""
    SINGLE_WORD = "single capitalised word"
    """One word."""
    SEVERAL_WORDS = "several words"
    """Two words or more."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A labeled span of which some characters were not covered."""

    document: LabeledText
    span: LabeledSpan
    characters: int


@dataclass(frozen=True, slots=True)
class MissGroup:
    """The misses of one type and class; `examples` are (document id, start, end), those that leak most first."""

    entity_type: str
    miss_class: MissClass
    count: int
    characters: int
    examples: tuple[tuple[str, int, int], ...]


def classify(surface: str) -> MissClass:
    """Return the class of a missed span."""
    if surface.startswith(("@", "\uff20")):
        return MissClass.HANDLE
    if surface.startswith("#"):
        return MissClass.HASHTAG
    if (letters_in := script(surface)) != "Latin":
        return MissClass.NO_LETTERS if letters_in == "none" else MissClass.OTHER_SCRIPT
    letters = [ch for ch in surface if ch.isalpha()]
    if len(letters) <= 3 and surface.isupper():
        return MissClass.INITIALS
    if not all(ch.isascii() for ch in letters):
        return MissClass.DIACRITICS
    words = MissClass.SINGLE_WORD if len(surface.split()) == 1 else MissClass.SEVERAL_WORDS
    return {"lower": MissClass.ALL_LOWER, "upper": MissClass.ALL_CAPS}.get(casing(surface), words)


def group(misses: Iterable[Miss], examples: int) -> tuple[MissGroup, ...]:
    """Group misses by type and class, those that leak most first."""
    groups_by_class: dict[tuple[str, MissClass], list[Miss]] = {}
    for miss in misses:
        surface = miss.document.text[miss.span.start : miss.span.end]
        groups_by_class.setdefault((miss.span.key, classify(surface)), []).append(miss)
    groups = [
        MissGroup(
            entity_type=kind,
            miss_class=which,
            count=len(members),
            characters=sum(m.characters for m in members),
            examples=tuple(
                (m.document.document_id, m.span.start, m.span.end)
                for m in sorted(members, key=lambda m: (-m.characters, m.document.document_id, m.span.start))[:examples]
            ),
        )
        for (kind, which), members in groups_by_class.items()
    ]
    return tuple(sorted(groups, key=lambda g: (-g.characters, g.entity_type, g.miss_class)))
