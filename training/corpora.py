"""Read the labeled corpora that may train a shipped model, as token sequences with one tag per token."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redaction.detection.models.tagger.tokens import Token, tokenize

OUTSIDE: Final = "O"
TYPES: Final = ("PERSON", "LOCATION", "ORGANIZATION")
TAGS: Final = (OUTSIDE, *(f"{prefix}-{kind}" for kind in TYPES for prefix in "BI"))

_AS_TYPE: Final = {
    "PERSON": "PERSON",
    "LOCATION": "LOCATION",
    "GPE": "LOCATION",
    "ADDRESS": "LOCATION",
    "STREET_ADDRESS": "LOCATION",
    "ORGANIZATION": "ORGANIZATION",
    "GROUP": "ORGANIZATION",
}
_LINK: Final = ("http://", "https://", "www.")
_STAND_INS: Final = (("TURLURL", "https://link"), ("TUSERUSER", "@user"))
"""Words that xLiMe has in the place of links and of users; nobody posts them, so that a model must not learn them."""
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
    """One labeled text: its tokens, whether white space precedes each token, and a BIO tag per token."""

    words: tuple[str, ...]
    spaced: tuple[bool, ...]
    tags: tuple[str, ...]
    source: str


def read(folder: Path, name: str) -> Iterator[Sentence]:
    """Yield the texts of `folder/name.jsonl`. GUM is limited to the genres whose texts are CC BY, not share-alike."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if name == "gum_open_train" and record["id"].split("_")[1] not in _OPEN_GUM_GENRES:
                continue
            yield to_sentence(record["text"], record["spans"], name)


def to_sentence(text: str, spans: Iterable[dict[str, object]], source: str) -> Sentence:
    """Convert labeled character spans to tags; a token that overlaps a span takes its label.

    Handles are not tagged, since a rule finds them and the model need not learn them.

    Returns:
        The tokens of the text with their BIO tags.
    """
    tokens = tokenize(text)
    tags = [OUTSIDE] * len(tokens)
    for span in spans:
        kind = _AS_TYPE.get(str(span["label"]))
        if kind is not None and span.get("sub") != "handle":
            _tag(tokens, tags, int(str(span["start"])), int(str(span["end"])), kind)
    ends = (0, *(end for _, end in tokens[:-1]))
    return Sentence(
        words=tuple(_without_stand_ins(text[start:end]) for start, end in tokens),
        spaced=tuple(start > end for (start, _), end in zip(tokens, ends, strict=False)),
        tags=tuple(tags),
        source=source,
    )


def _without_stand_ins(word: str) -> str:
    return next((real for stand_in, real in _STAND_INS if stand_in in word), word)


def _tag(tokens: list[Token], tags: list[str], start: int, end: int, kind: str) -> None:
    prefix = "B"
    for index, (token_start, token_end) in enumerate(tokens):
        if token_start < end and token_end > start:
            tags[index] = f"{prefix}-{kind}"
            prefix = "I"


def windows(sentence: Sentence, size: int) -> Iterator[Sentence]:
    """Cut a long text into windows of at most `size` tokens, none of which begins inside a mention."""
    start = 0
    while start < len(sentence.words):
        end = min(start + size, len(sentence.words))
        while start + 1 < end < len(sentence.words) and sentence.tags[end].startswith("I-"):
            end -= 1
        at = slice(start, end)
        yield Sentence(sentence.words[at], sentence.spaced[at], sentence.tags[at], sentence.source)
        start = end


def shingles(words: Iterable[str], size: int = 8) -> set[int]:
    """Return the hashes of all sequences of `size` words, without links and handles; a shorter text is one sequence."""
    lower = [w.lower() for w in words if w[0].isalnum() and not w.startswith(_LINK)]
    return {hash(tuple(lower[i : i + size])) for i in range(max(1, len(lower) - size + 1))}


def without_copies(sentences: Iterable[Sentence], evaluation: Iterable[Sentence]) -> list[Sentence]:
    """Drop exact duplicates and sentences that share eight words in a row with an evaluation set."""
    seen: set[int] = set()
    for sentence in evaluation:
        seen |= shingles(sentence.words)
    kept, whole = [], set()
    for sentence in sentences:
        key = tuple(w.lower() for w in sentence.words)
        if key and key not in whole and not (shingles(sentence.words) & seen):
            whole.add(key)
            kept.append(sentence)
    return kept
