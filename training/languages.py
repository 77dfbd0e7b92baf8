"""Train the weights of the languages without a teacher: smaller networks than the English one.

python -m training.languages RECIPE --data ../shared/eval --work /tmp/discreet-training

They learn from labeled text where an openly licensed corpus exists, from generated posts of each language
(templates_*.txt) and from texts without names (texts_without_names.py). Lists of names and places replace word vectors.
Development sets are not trained on; texts that share eight words in a row with one are dropped.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from redaction.detection.models.tagger.weights import weights_path
from training import corpora, fit, lexicon, local_lists, names, packages, texts_without_names
from training.augment import Augmenter, Rates
from training.corpora import Sentence
from training.export import export
from training.ordinary_words import OrdinaryWords, ordinary_words
from training.student import Shape, Student, WordTable
from training.templates import Templates

OTHERS: Final = "others"
ROOT: Final = Path(__file__).resolve().parent.parent
EVALUATION: Final = (*corpora.DEVELOPMENT, "germeval14_de_dev", "uner_pt_bosque_dev")


@dataclass(frozen=True)
class Recipe:
    """What one file of weights is trained on.

    `texts` are (corpus, language, most texts in an epoch); `templates` are generated posts per epoch, by language.
    """

    out: Path
    texts: tuple[tuple[str, str, int], ...]
    templates: dict[str, int]
    shape: Shape
    words: int = 60_000
    epochs: int = 10
    offsets: tuple[float, float, float] = (0.5, 0.5, 0.0)
    unnamed_texts: int = 500


def _shape(width: int, norms: int, grams: int) -> Shape:
    return Shape(
        width=width,
        hashed_rows=(norms, 4096, 4096, 4096, 512),
        hashed_width=(48, 24, 32, 32, 16),
        gram_rows=grams,
        gram_width=48,
        vector_width=2,
        projected=2,
        sense_width=1,
    )


RECIPES: Final = {
    "de": Recipe(
        out=weights_path("de"),
        texts=(("germeval14_de_train", "de", 6_000),),
        templates={"de": 1_500},
        shape=_shape(96, 8_192, 16_384),
        epochs=12,
        unnamed_texts=0,
    ),
    "pt": Recipe(
        out=ROOT / "packages/discreet-pt/discreet_pt/pt.npz",
        texts=(("uner_pt_bosque_train", "pt", 8_000),),
        templates={"pt": 2_000},
        shape=_shape(96, 8_192, 16_384),
        epochs=12,
    ),
    OTHERS: Recipe(
        out=weights_path("en").with_name(f"{OTHERS}.npz"),
        texts=(
            ("germeval14_de_train", "de", 2_500),
            ("btc_train", "en", 1_500),
            ("wnut17_train", "en", 800),
            ("gum_open_train", "en", 1_200),
            ("presidio_synth_v2", "en", 500),
        ),
        templates={"fr": 2_000, "es": 2_000, "it": 2_000, "nl": 2_000, "hi": 2_000},
        shape=_shape(96, 12_288, 24_576),
        words=80_000,
    ),
}


class Epochs:
    """Generate the examples of each epoch: new names, casing and templates, and a new sample of large corpora."""

    def __init__(self, recipe: Recipe, texts: dict[str, list[Sentence]], tables: Tables) -> None:
        self._recipe, self._texts, self._table = recipe, texts, tables.table
        self._random = random.Random(1)
        rates = Rates(swap_location=0.2, lower=0.08)
        languages = dict.fromkeys([*recipe.templates, *(language for _, language, _ in recipe.texts)])
        self._augment = {code: Augmenter(tables.lists[code], rates, seed=i + 1) for i, code in enumerate(languages)}
        self._templates = {code: Templates(self._augment[code], 1, code) for code in recipe.templates}
        self._replace = {code: OrdinaryWords(ordinary_words(code), share=0.35, seed=1) for code in languages}
        self._unnamed = {code: tables.unnamed[code] for code in languages}

    def __call__(self, epoch: int) -> list[fit.Example]:
        """Return the examples of one epoch."""
        examples = [fit.hard(s, self._table) for s in self._sentences() if s.words]
        self._table.tensors()
        return examples

    def _sentences(self) -> Iterator[Sentence]:
        for corpus, language, most in self._recipe.texts:
            every = self._texts[corpus]
            for sentence in every if len(every) <= most else self._random.sample(every, most):
                yield self._augment[language](sentence)
        for language, generate in self._templates.items():
            for _ in range(self._recipe.templates[language]):
                yield self._augment[language](self._replace[language](generate()))
        for language, every in self._unnamed.items():
            for sentence in self._sample(every):
                yield self._augment[language](self._replace[language](sentence))

    def _sample(self, every: list[Sentence]) -> list[Sentence]:
        return self._random.sample(every, min(len(every), self._recipe.unnamed_texts))


@dataclass(frozen=True)
class Tables:
    """Lists of names and texts without names by language, and the table of words seen in training."""

    lists: dict[str, names.Lists]
    unnamed: dict[str, list[Sentence]]
    table: WordTable


def prepare(recipe: Recipe, folder: Path) -> Tables:
    """Read the lists and build the lexicon."""
    world = names.read(folder)
    languages = dict.fromkeys([*recipe.templates, *(language for _, language, _ in recipe.texts)])
    lists = {code: world if code == "en" else local_lists.localize(world, code) for code in languages}
    known = local_lists.merge([world, *lists.values()])
    words = lexicon.build([], np.zeros((1, recipe.shape.vector_width), np.float32), known, {}, recipe.words)
    unnamed = {code: texts_without_names.read(folder, code) for code in languages}
    return Tables(lists, unnamed, WordTable(words, recipe.shape.sizes))


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labeled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    recipe = RECIPES[arguments.recipe]
    out = arguments.out or recipe.out
    folder = packages.fetch(arguments.work / "lists", (*packages.NAMES, *texts_without_names.PACKAGES))
    tables = prepare(recipe, folder)
    evaluation = [s for name in EVALUATION for s in corpora.read(arguments.data, name)]
    texts = {
        corpus: corpora.without_copies(corpora.read(arguments.data, corpus), evaluation)
        for corpus, _, _ in recipe.texts
    }
    torch.manual_seed(1)
    plan = fit.Plan(epochs=arguments.epochs or recipe.epochs, tokens=1200, seed=1)
    log = arguments.work / f"{arguments.recipe}.log"
    student = fit.fit(Student(recipe.shape), Epochs(recipe, texts, tables), tables.table, plan, log)
    torch.save(student.state_dict(), arguments.work / f"{arguments.recipe}.pt")
    size = export(student, tables.table.lexicon, out, offsets=recipe.offsets)
    print(f"{out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
