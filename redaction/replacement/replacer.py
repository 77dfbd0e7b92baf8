"""Replace spans in texts by placeholders, pseudonyms and other operators.

Every other character is unchanged, but for the brackets of what only looks like a placeholder.
"""

import hashlib
import inspect
import secrets
import sys
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Final

from presidio_anonymizer.operators import Operator

from redaction.foreign_code import muted
from redaction.replacement.errors import ReplacementError
from redaction.replacement.lookalikes import compose, rewrite
from redaction.replacement.mention_numbers import Mentions, PlaceholderNumbers, SpanLike
from redaction.replacement.operators import (
    CANONICAL,
    NUMBER,
    Params,
    constant_params,
    create_operator,
    operators_factory,
)
from redaction.replacement.settings import OperatorName, PluginSettings, ReplacementSettings

MIN_KEY_BYTES: Final = 32
"""Pseudonyms under a shorter key could be reversed by guessing the key."""
_LEAVING: Final = frozenset({OperatorName.KEEP, OperatorName.MASK, OperatorName.REDACT, OperatorName.HASH})
"""Operators that write no placeholder: what they leave may be part of one that an author typed."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A redacted text.

    Attributes:
        text: The redacted text.
        entity_counts: The number of replaced spans by entity type; those of the operator `keep` do not count.
        numbers: For each span, sorted by start, the number in its placeholder; None for other operators.
    """

    text: str
    entity_counts: dict[str, int]
    numbers: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class _Bound:
    """An operator with its constant parameters."""

    operator: Operator
    name: str
    params: Params


class Replacer:
    """Replaces spans in batches of texts. Stateless between calls, and picklable.

    The same texts, spans, settings and key give the same result whatever the batches. Pseudonyms and hashes are as
    private as the key: use a different key for each release, so that two releases cannot be joined by them.
    """

    def __init__(self, settings: ReplacementSettings | None = None, key: bytes | None = None) -> None:
        """Create and validate every operator.

        Args:
            settings: The operator of each entity type; numbered placeholders by default.
            key: 32 bytes or more for pseudonyms and hashes; by default a random key of this object.

        Raises:
            ReplacementError: A short key, an unknown operator, or parameters that it refuses.
        """
        self._settings = settings or ReplacementSettings()
        self._key = secrets.token_bytes(MIN_KEY_BYTES) if key is None else key
        if len(self._key) < MIN_KEY_BYTES:
            raise ReplacementError(
                f"replacement: the key has {len(self._key)} bytes; give one of {MIN_KEY_BYTES} or more"
            )
        self._factory = operators_factory()
        self._bound = {kind: self._bind(kind) for kind in self._settings.entities}
        self._bind("DEFAULT")

    def __repr__(self) -> str:
        """Return a representation without the key."""
        return f"Replacer({self.fingerprint[:12]})"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of settings, the code of this package and of plug-ins, and library versions; not of the key."""
        digest = hashlib.sha256(self._settings.model_dump_json().encode())
        for name in ("presidio-anonymizer", "babel"):
            digest.update(f"{name}=={version(name)};".encode())
        for path in (*sorted(Path(__file__).parent.glob("*.py")), *self._plug_in_sources()):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def replace(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[SpanLike]],
        records: Sequence[Hashable] | None = None,
        numbers: PlaceholderNumbers | None = None,
    ) -> list[RedactedText]:
        """Replace the spans of each text.

        Args:
            texts: The original texts.
            spans: For each text its spans in any order, with character offsets `[start, end)`; they must not overlap.
            records: For each text the record it belongs to; adjacent texts of the same record (the title and the body
                of a post) share their numbers. By default each text is its own record.
            numbers: The numbers of all records together, which are continued; by default each record has its own.

        Returns:
            The redacted texts, in order.

        Raises:
            ReplacementError: Lengths differ, a span is outside its text or overlaps another, or an operator fails.
        """
        if len(texts) != len(spans) or (records is not None and len(records) != len(texts)):
            raise ReplacementError("replacement: texts, spans and records must have the same length")
        redacted: list[RedactedText] = []
        for _, group in groupby(range(len(texts)), key=lambda i: i if records is None else records[i]):
            indices = list(group)
            if numbers is None and not any(spans[i] for i in indices):
                redacted.extend(RedactedText(rewrite(texts[i]), {}) for i in indices)
                continue
            ordered = {i: _sorted_spans(i, texts[i], spans[i]) for i in indices}
            values = ((s.entity_type, texts[i][s.start : s.end]) for i in indices for s in ordered[i])
            mentions = Mentions((texts[i] for i in indices), values, numbers)
            redacted.extend(self._replace_spans(i, texts[i], ordered[i], mentions) for i in indices)
        return redacted

    def _replace_spans(self, index: int, text: str, spans: Sequence[SpanLike], mentions: Mentions) -> RedactedText:
        parts: list[str] = []
        is_written: list[bool] = []
        counts: Counter[str] = Counter()
        numbers: list[int | None] = []
        done = 0
        for span in spans:
            kind = span.entity_type
            bound = self._operator(kind)
            parts.append(text[done : span.start])
            value = text[span.start : span.end]
            canonical = mentions.canonical(kind, value)
            number = partial(mentions.number, kind, canonical)
            parts.append(self._operate(index, bound, kind, value, {CANONICAL: canonical, NUMBER: number}))
            is_written += (False, bound.name not in _LEAVING)
            numbers.append(number() if bound.name == OperatorName.PLACEHOLDER else None)
            done = span.end
            counts[kind] += bound.name != OperatorName.KEEP
        parts.append(text[done:])
        is_written.append(False)
        replaced = {kind: counts[kind] for kind in sorted(counts) if counts[kind]}
        return RedactedText(compose(parts, is_written), replaced, tuple(numbers))

    @staticmethod
    def _operate(index: int, bound: _Bound, kind: str, value: str, mention: Params) -> str:
        try:
            with muted() if "." in bound.name else nullcontext():  # a plug-in is named by its dotted path
                return str(bound.operator.operate(value, bound.params | mention))
        except Exception as error:  # noqa: BLE001 - a message may repeat the value: report only the type
            reason = type(error).__name__
        raise ReplacementError(f"replacement: operator {bound.name} failed on {kind} in text {index} ({reason})")

    def _operator(self, entity_type: str) -> _Bound:
        bound = self._bound.get(entity_type)
        if bound is None:
            bound = self._bound[entity_type] = self._bind(entity_type)
        return bound

    def _bind(self, entity_type: str) -> _Bound:
        settings = self._settings.operator_for(entity_type)
        operator = create_operator(self._factory, settings)
        return _Bound(operator, str(settings.operator), constant_params(settings, entity_type, self._key))

    def _plug_in_sources(self) -> Iterator[Path]:
        operators = (self._settings.default, *self._settings.entities.values())
        for dotted in sorted({s.operator for s in operators if isinstance(s, PluginSettings)}):
            source = inspect.getsourcefile(sys.modules[dotted.rpartition(".")[0]])
            if source:
                yield Path(source)


def _sorted_spans(index: int, text: str, spans: Sequence[SpanLike]) -> list[SpanLike]:
    ordered = sorted(spans, key=lambda span: span.start)
    done = 0
    for span in ordered:
        if not done <= span.start < span.end <= len(text):
            where = f"{span.start}:{span.end} ({span.entity_type})"
            raise ReplacementError(f"replacement: span {where} of text {index} overlaps another or is outside it")
        done = span.end
    return ordered
