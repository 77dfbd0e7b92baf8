"""Makes the weights of the languages without a teacher: smaller networks than the English one.

python -m training.languages RECIPE --data ../shared/eval --work /tmp/discreet-training

They learn from annotators' labels where openly licensed text has them, from made-up posts of each language
(templates_*.txt) and from text that names nobody (plain.py). Lists of names and places stand in for vectors. Nothing
of a development set is trained on; texts that share a run of eight words with one are dropped.
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
from training import corpora, fit, lexicon, local, names, packages, plain
from training.augment import Augmenter, Rates
from training.corpora import Sentence
from training.export import export
from training.student import Shape, Student, WordTable
from training.templates import Templates
from training.vary import Vary, ordinary

OTHERS: Final = "others"
ROOT: Final = Path(__file__).resolve().parent.parent
MEASURED: Final = (*corpora.DEVELOPMENT, "germeval14_de_dev", "uner_pt_bosque_dev")


@dataclass(frozen=True)
class Recipe:
    """What a file of weights is made from: texts as (corpus, language, most in an epoch), templates as counts."""

    out: Path
    texts: tuple[tuple[str, str, int], ...]
    templates: dict[str, int]
    shape: Shape
    words: int = 60_000
    epochs: int = 10
    offsets: tuple[float, float, float] = (0.5, 0.5, 0.0)
    plain_texts: int = 500


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
        plain_texts=0,
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
    """Every epoch other names, casing and templates; of large corpora another part."""

    def __init__(self, recipe: Recipe, texts: dict[str, list[Sentence]], tables: Tables) -> None:
        self._recipe, self._texts, self._table = recipe, texts, tables.table
        self._random = random.Random(1)
        rates = Rates(swap_location=0.2, lower=0.08)
        languages = dict.fromkeys([*recipe.templates, *(language for _, language, _ in recipe.texts)])
        self._draw = {code: Augmenter(tables.lists[code], rates, seed=i + 1) for i, code in enumerate(languages)}
        self._made = {code: Templates(self._draw[code], 1, code) for code in recipe.templates}
        self._vary = {code: Vary(ordinary(code), share=0.35, seed=1) for code in languages}
        self._plain = {code: tables.plain[code] for code in languages}

    def __call__(self, epoch: int) -> list[fit.Example]:
        """Give the examples of one epoch."""
        examples = [fit.hard(s, self._table) for s in self._sentences() if s.words]
        self._table.tensors()
        return examples

    def _sentences(self) -> Iterator[Sentence]:
        for corpus, language, most in self._recipe.texts:
            every = self._texts[corpus]
            for sentence in every if len(every) <= most else self._random.sample(every, most):
                yield self._draw[language](sentence)
        for language, templates in self._made.items():
            for _ in range(self._recipe.templates[language]):
                yield self._draw[language](self._vary[language](templates()))
        for language, every in self._plain.items():
            for sentence in self._some(every):
                yield self._draw[language](self._vary[language](sentence))

    def _some(self, every: list[Sentence]) -> list[Sentence]:
        return self._random.sample(every, min(len(every), self._recipe.plain_texts))


@dataclass(frozen=True)
class Tables:
    """Lists and harmless texts by language, and the words met in training."""

    lists: dict[str, names.Lists]
    plain: dict[str, list[Sentence]]
    table: WordTable


def prepare(recipe: Recipe, folder: Path) -> Tables:
    """Read the lists and build the lexicon."""
    world = names.read(folder)
    languages = dict.fromkeys([*recipe.templates, *(language for _, language, _ in recipe.texts)])
    lists = {code: world if code == "en" else local.local(world, code) for code in languages}
    known = local.joined([world, *lists.values()])
    words = lexicon.build([], np.zeros((1, recipe.shape.vector_width), np.float32), known, {}, recipe.words)
    harmless = {code: plain.read(folder, code) for code in languages}
    return Tables(lists, harmless, WordTable(words, recipe.shape.sizes))


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    recipe = RECIPES[arguments.recipe]
    out = arguments.out or recipe.out
    folder = packages.fetch(arguments.work / "lists", (*packages.NAMES, *plain.PACKAGES))
    tables = prepare(recipe, folder)
    measured_on = [s for name in MEASURED for s in corpora.read(arguments.data, name)]
    texts = {
        corpus: corpora.without_copies(corpora.read(arguments.data, corpus), measured_on)
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
