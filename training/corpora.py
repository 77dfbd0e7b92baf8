"""Reads the labelled corpora that may train a shipped model, as token sequences with one label a token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redaction.detection.models.tagger.tokens import Token, tokenize

OUTSIDE: Final = "O"
TYPES: Final = ("PERSON", "LOCATION", "ORGANIZATION")
TAGS: Final = (OUTSIDE, *(f"{place}-{kind}" for kind in TYPES for place in "BI"))

_AS_TYPE: Final = {
    "PERSON": "PERSON",
    "LOCATION": "LOCATION",
    "GPE": "LOCATION",
    "ADDRESS": "LOCATION",
    "STREET_ADDRESS": "LOCATION",
    "ORGANIZATION": "ORGANIZATION",
    "GROUP": "ORGANIZATION",
}
_OPEN_GUM_GENRES: Final = ("academic", "court", "interview", "news")
ENGLISH: Final = (
    "btc_train",
    "wnut17_train",
    "gum_open_train",
    "presidio_generated_large",
    "presidio_synth_v2",
)
DEVELOPMENT: Final = ("btc_dev", "wnut17_dev", "uner_en_ewt_dev", "gum_open_dev")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled text: its tokens as written, whether white space goes before each, and a BIO tag a
    token.
    """

    words: tuple[str, ...]
    spaced: tuple[bool, ...]
    tags: tuple[str, ...]
    source: str


def read(folder: Path, name: str) -> Iterator[Sentence]:
    """Give the texts of `folder/name.jsonl`; of GUM only the genres whose texts are CC BY, none that is
    share-alike.
    """
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if name == "gum_open_train" and record["id"].split("_")[1] not in _OPEN_GUM_GENRES:
                continue
            yield to_sentence(record["text"], record["spans"], name)


def to_sentence(text: str, spans: Iterable[dict[str, object]], source: str) -> Sentence:
    """Lay labelled character spans over tokens; a token any part of which is labelled takes the label.

    Handles are left outside: a rule finds them, and a model that has not to learn them spends nothing on
    them.
    """
    tokens = tokenize(text)
    tags = [OUTSIDE] * len(tokens)
    for span in spans:
        kind = _AS_TYPE.get(str(span["label"]))
        if kind is not None and span.get("sub") != "handle":
            _lay(tokens, tags, int(str(span["start"])), int(str(span["end"])), kind)
    ends = (0, *(end for _, end in tokens[:-1]))
    return Sentence(
        words=tuple(text[start:end] for start, end in tokens),
        spaced=tuple(start > end for (start, _), end in zip(tokens, ends, strict=False)),
        tags=tuple(tags),
        source=source,
    )


def _lay(tokens: list[Token], tags: list[str], start: int, end: int, kind: str) -> None:
    place = "B"
    for index, (token_start, token_end) in enumerate(tokens):
        if token_start < end and token_end > start:
            tags[index] = f"{place}-{kind}"
            place = "I"


_WORD: Final = re.compile(r"\w+")


def shingles(words: Iterable[str], size: int = 8) -> set[int]:
    """Give the hashed runs of `size` words of a text, links and handles left out; a shorter text is one
    run.
    """
    plain = [w.lower() for w in words if _WORD.fullmatch(w)]
    return {hash(tuple(plain[i : i + size])) for i in range(max(1, len(plain) - size + 1))}


def without_copies(sentences: Iterable[Sentence], measured_on: Iterable[Sentence]) -> list[Sentence]:
    """Drop what stands, whole or in a run of eight words, in a set that is measured on, and exact repeats."""
    seen: set[int] = set()
    for sentence in measured_on:
        seen |= shingles(sentence.words)
    kept, whole = [], set()
    for sentence in sentences:
        key = tuple(w.lower() for w in sentence.words)
        if key and key not in whole and not (shingles(sentence.words) & seen):
            whole.add(key)
            kept.append(sentence)
    return kept
