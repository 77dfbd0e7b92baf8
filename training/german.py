"""Makes the German weights: a smaller network than the English one, from annotators' labels alone.

python -m training.german --data ../shared/eval --work /tmp/discreet-training

It learns from the published test part of GermEval 2014 (CC BY 4.0) and made-up posts (templates_de.txt), without
vectors and a teacher, since no openly licensed German ones came as packages; lists of names and places stand in for
them. Nothing of the development part is trained on; texts that share a run of eight words with it are dropped.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import torch

from redaction.detection.model.backend import weights_path
from training import corpora, fit, lexicon, names
from training.augment import Augmenter, Rates
from training.corpora import Sentence
from training.export import export
from training.student import Shape, Student, WordTable
from training.templates import Templates
from training.train import fetch

LEXICON_WORDS: Final = 60_000
TEMPLATES: Final = 1_500
LINES: Final = tuple(Path(__file__).with_name("templates_de.txt").read_text(encoding="utf-8").splitlines())
OFFSETS: Final = (0.5, 0.5, 0.0)
SHAPE: Final = Shape(
    width=96,
    hashed_rows=(8192, 4096, 4096, 4096, 512),
    hashed_width=(48, 24, 32, 32, 16),
    gram_rows=16384,
    gram_width=48,
    vector_width=2,
    projected=2,
    sense_width=1,
)


class Epochs:
    """Every text once an epoch, with other names and casing, and fresh templates."""

    def __init__(self, texts: list[Sentence], lists: names.Lists, table: WordTable) -> None:
        self._texts, self._table = texts, table
        self._augmenter = Augmenter(lists, Rates(swap_location=0.2, lower=0.1), seed=1)
        self._templates = Templates(self._augmenter, 1, LINES)

    def __call__(self, epoch: int) -> list[fit.Example]:
        """Give the examples of one epoch."""
        made = [self._augmenter(s) for s in self._texts]
        made += [self._augmenter(self._templates()) for _ in range(TEMPLATES)]
        examples = [fit.hard(s, self._table) for s in made if s.words]
        self._table.tensors()
        return examples


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results")
    parser.add_argument("--out", type=Path, default=weights_path("de"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=12)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    lists = names.read(fetch(arguments.work))
    measured_on = list(corpora.read(arguments.data, "germeval14_de_dev"))
    texts = corpora.without_copies(corpora.read(arguments.data, "germeval14_de_train"), measured_on)
    words = lexicon.build([], np.zeros((1, SHAPE.vector_width), np.float32), lists, {}, LEXICON_WORDS)
    table = WordTable(words, SHAPE.sizes)
    torch.manual_seed(1)
    plan = fit.Plan(epochs=arguments.epochs, tokens=1200, seed=1)
    student = fit.fit(Student(SHAPE), Epochs(texts, lists, table), table, plan, arguments.work / "german.log")
    size = export(student, words, arguments.out, offsets=OFFSETS)
    print(f"{arguments.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
