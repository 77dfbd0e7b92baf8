"""Labeled texts: JSONL with `id`, `text` and `spans` (`start`, `end`, `label`), the usual exchange format."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from redaction.errors import DiscreetError


class EvaluationError(DiscreetError):
    """Labeled text that cannot be used. The message names the file, the line and a remedy, never the text."""


@dataclass(frozen=True, slots=True)
class LabeledSpan:
    """A labeled span `[start, end)`; `sub` separates handles and hashtags from plain words in sets that do so."""

    start: int
    end: int
    entity_type: str
    sub: str | None = None

    @property
    def key(self) -> str:
        """The type, with its sub-kind unless that is plain, so that names and handles have separate figures."""
        return self.entity_type if self.sub in (None, "plain") else f"{self.entity_type}/{self.sub}"


@dataclass(frozen=True, slots=True)
class LabeledText:
    """One text with all its labels; `known` are the values in its author's profile, by kind of value."""

    document_id: str
    text: str
    spans: tuple[LabeledSpan, ...]
    source: str
    language: str | None = None
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_labeled(path: Path, same_type: Mapping[str, str] | None = None) -> list[LabeledText]:
    """Read a JSONL file of labeled texts.

    Args:
        path: The file. Its stem is the source of the texts, unless a line has `meta.source`.
        same_type: Label to entity type, as in `EvaluationSettings.same_type`.

    Returns:
        The texts, in order.

    Raises:
        EvaluationError: The file cannot be read, a line is not a labeled text, or a span is outside its text.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            return list(_records(lines, path, same_type or {}))
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: cannot be read ({type(error).__name__}); give a JSONL file") from None


def with_same_types(documents: Iterable[LabeledText], same_type: Mapping[str, str]) -> list[LabeledText]:
    """Return labeled texts with equal types under one name, as `read_labeled` reads them."""
    return [
        replace(
            each,
            spans=tuple(replace(s, entity_type=same_type.get(s.entity_type, s.entity_type)) for s in each.spans),
        )
        for each in documents
    ]


def _records(lines: Iterator[str] | Any, path: Path, same_type: Mapping[str, str]) -> Iterator[LabeledText]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _record(json.loads(line), path.stem, number, same_type)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise EvaluationError(
                f"{path}, line {number}: not a labeled text; each line needs `text` and `spans` with "
                "`start` < `end` inside the text and `label`"
            ) from None


def _record(raw: dict[str, Any], stem: str, number: int, same_type: Mapping[str, str]) -> LabeledText:
    text, meta = raw["text"], raw.get("meta") or {}
    if not isinstance(text, str):
        raise TypeError
    return LabeledText(
        document_id=str(raw.get("id", number)),
        text=text,
        spans=_spans(raw["spans"], len(text), same_type),
        source=str(meta.get("source", stem)),
        language=raw.get("language") or meta.get("language"),
        known={kind: tuple(values) for kind, values in (raw.get("known") or {}).items()},
    )


def _spans(raw: Sequence[dict[str, Any]], size: int, same_type: Mapping[str, str]) -> tuple[LabeledSpan, ...]:
    spans = []
    for item in raw:
        start, end, label = int(item["start"]), int(item["end"]), str(item["label"])
        if not 0 <= start < end <= size:
            raise ValueError
        spans.append(LabeledSpan(start, end, same_type.get(label, label), item.get("sub")))
    return tuple(sorted(spans, key=lambda s: (s.start, s.end)))
