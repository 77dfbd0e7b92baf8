"""Where a release is made before anyone may see it, and the fence that keeps a late run out.

The folder is `<output>/<corpus>/.staging-<run>`, on the file system of the releases, so that publishing is
one rename; for releases in a store it is below the private folder, and what is whole is uploaded from there. Only its
owner may enter it. The file `.fence` among the releases names the staging that was opened last for this corpus; an
earlier one, say of a process that its orchestrator took for dead, can no longer publish.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from redaction.release.card import lint_card, render_card
from redaction.release.errors import PublishError, StagingError
from redaction.release.files.corpus_schema import CARD
from redaction.release.lineage import lineage_documents
from redaction.release.manifest import BuildFacts, Manifest, columns_of
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import describe_files, measure_release
from redaction.storage import StoragePath, read_bytes, write_atomic

_PREFIX = ".staging-"
_FENCE, _LOCK, _TOKEN, _INSIDE, _WORKSHOP = ".fence", ".lock", "token", "release", "staging"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_CORPUS = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Staging:
    """One release in the making. As a context it is removed at the end, unless it was published.

    `corpus_folder` is where releases are published, `workshop` the local folder that holds this staging, `folder`
    where the files of the release go. `token` is proof of having opened this staging.
    """

    corpus_folder: StoragePath
    workshop: Path
    run_id: str
    token: str

    @classmethod
    def create(cls, output: StoragePath, corpus: str, run_id: str, private: Path | None = None) -> Self:
        """Opens an empty staging, and supersedes and removes all others of this corpus.

        `private` is a folder for the owner alone; it is needed, and used, where `output` is in a store.

        Raises:
            StagingError: a name that is no folder name, or an output that cannot be written.
            StorageError: a store that cannot be reached or written.
        """
        folder, workshop = _places(output, corpus, run_id, private)
        staging = cls(folder, workshop, run_id, f"{run_id}:{secrets.token_hex(8)}")
        try:
            workshop.mkdir(parents=True, exist_ok=True)
            with locked(workshop):
                write_atomic(folder / _FENCE, staging.token.encode())
                for other in workshop.glob(f"{_PREFIX}*"):
                    shutil.rmtree(other, ignore_errors=True)
                staging.root.mkdir(mode=0o700)
                staging.folder.mkdir()
                write_atomic(staging.root / _TOKEN, staging.token.encode())
        except OSError as error:
            raise StagingError(f"{staging.corpus_folder}: cannot be written ({type(error).__name__})") from None
        return staging

    @classmethod
    def resume(cls, output: StoragePath, corpus: str, run_id: str, private: Path | None = None) -> Self:
        """The staging that this run opened in an earlier step.

        Raises:
            StagingError: there is none, or another run has superseded it.
        """
        folder, workshop = _places(output, corpus, run_id, private)
        token = _read(workshop / f"{_PREFIX}{run_id}" / _TOKEN)
        if token is None:
            raise StagingError(f"{folder}: run {run_id} has no staging here; run the build again")
        staging = cls(folder, workshop, run_id, token)
        staging.refuse_if_superseded()
        return staging

    @property
    def root(self) -> Path:
        """The private folder of this staging."""
        return self.workshop / f"{_PREFIX}{self.run_id}"

    @property
    def folder(self) -> Path:
        """The folder that will be the release."""
        return self.root / _INSIDE

    @property
    def corpus(self) -> str:
        """The corpus's name."""
        return self.corpus_folder.name

    def refuse_if_superseded(self) -> None:
        """Raises StagingError unless this is the staging that was opened last, and it is still there."""
        fence = _read(self.corpus_folder / _FENCE)
        if not fence == self.token == _read(self.root / _TOKEN) or not self.folder.is_dir():
            raise StagingError(f"{self.corpus_folder}: the staging of run {self.run_id} was superseded by a later run")

    def discard(self) -> None:
        """Removes this staging, if it is there. That of another run is left alone."""
        if _read(self.root / _TOKEN) == self.token:
            shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Removes what was not published."""
        self.discard()


def draft_manifest(
    staging: Staging, facts: BuildFacts, card: CardSettings, lineage: LineageSettings | None = None
) -> Manifest:
    """Writes card and lineage documents of the staged shards: the manifest of all files, still without gates.

    Counts of records below the card's `smallest_count` are withheld.

    Raises:
        StagingError: it was superseded.
        PublishError: the card claims too much.
        ManifestError: the figures do not add up.
    """
    staging.refuse_if_superseded()
    facts = facts.withhold_small_counts(card.smallest_count)
    figures = measure_release(staging.folder)
    shards = describe_files(staging.folder)
    documents = lineage_documents(facts, figures, shards, card, lineage or LineageSettings())
    for name, content in {CARD: render_card(facts, figures, card).encode(), **documents}.items():
        if problems := lint_card(content.decode()):
            raise PublishError(f"{name}: {problems[0]}")
        write_atomic(staging.folder / name, content)
    return Manifest(
        **facts.model_dump(),
        schema=columns_of(),
        fields=figures.fields,
        files=describe_files(staging.folder, known=shards),
    )


@contextmanager
def nothing_published(output: StoragePath, corpus: str, private: Path) -> Iterator[None]:
    """While this is held, no staging of a corpus becomes a release. `private` is as for `Staging.create`."""
    _, workshop = _places(output, corpus, "none", private)
    workshop.mkdir(parents=True, exist_ok=True)
    with locked(workshop):
        yield


@contextmanager
def locked(workshop: Path) -> Iterator[None]:
    """Holds the lock of the folder of a corpus's stagings; whoever comes second waits."""
    descriptor = os.open(workshop / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _places(output: StoragePath, corpus: str, run_id: str, private: Path | None) -> tuple[StoragePath, Path]:
    if not _CORPUS.fullmatch(corpus):
        raise StagingError(f"corpus {corpus[:40]!r}: use lower-case letters, digits, - and _")
    if not _RUN.fullmatch(run_id):
        raise StagingError(f"run id {run_id[:40]!r}: use letters, digits, - and _")
    folder = output / corpus
    if isinstance(folder, Path):
        return folder, folder
    if private is None:
        raise StagingError(f"{folder}: is in a store, and there is no private folder to stage in; name one")
    return folder, private / _WORKSHOP


def _read(place: StoragePath) -> str | None:
    try:
        return read_bytes(place).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
