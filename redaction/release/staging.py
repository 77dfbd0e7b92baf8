"""The private folder in which a release is prepared, and the fence that stops a late run from publishing.

The folder is beside the releases, so that publishing is one rename, or private if these are in an object store. The
file `.fence` beside the releases names the staging that was created last: only that can be published.
"""

import re
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from filelock import FileLock

from redaction.errors import ResourceError
from redaction.release.build_facts import BuildFacts
from redaction.release.card import render_card
from redaction.release.claims import lint_card
from redaction.release.errors import PublishError, StagingError
from redaction.release.files.corpus_schema import CARD, MANIFEST, REPORT, SUMS
from redaction.release.lineage import lineage_documents
from redaction.release.manifest import GateResult, Manifest, corpus_columns
from redaction.release.papers.figures import Figures
from redaction.release.papers.papers import papers
from redaction.release.report import FACTS, RunFacts
from redaction.release.report.render import render_report
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import ReleaseStatistics, describe_files, measure_release
from redaction.storage import StoragePath, make_folders, read_bytes, write_atomic

_PREFIX = ".staging-"
_FENCE, _LOCK, _TOKEN, _FILES, _PRIVATE_PARENT = ".fence", ".lock", "token", "release", "staging"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_CORPUS = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Staging:
    """A release that is being prepared. Used as a context, it is removed at the end unless it was published.

    `corpus_folder` is where releases are published. `parent` is the local folder that contains this staging. `token`
    proves that this process, or the one that it resumes, created the staging.
    """

    corpus_folder: StoragePath
    parent: Path
    run_id: str
    token: str

    @classmethod
    def create(cls, output: StoragePath, corpus: str, run_id: str, private: Path | None = None) -> Self:
        """Create an empty staging, and supersede and remove all others of this corpus.

        Args:
            output: the folder of all corpora.
            corpus: the name of the corpus.
            run_id: the name of the run, for `resume`.
            private: a folder that only its owner may enter; required if `output` is in an object store.

        Returns:
            The staging; its files go to `folder`.

        Raises:
            StagingError: a name is not valid as a folder name.
            ResourceError: the output cannot be written.
            StorageError: the object store cannot be reached or written.
        """
        corpus_folder, parent = _folders(output, corpus, run_id, private)
        staging = cls(corpus_folder, parent, run_id, f"{run_id}:{secrets.token_hex(8)}")
        try:
            make_folders(parent)
            with lock_stagings(parent):
                write_atomic(corpus_folder / _FENCE, staging.token.encode())
                for other in parent.glob(f"{_PREFIX}*"):
                    shutil.rmtree(other, ignore_errors=True)
                staging.root.mkdir(mode=0o700)
                staging.folder.mkdir()
                write_atomic(staging.root / _TOKEN, staging.token.encode())
        except OSError as error:
            raise ResourceError(
                f"{staging.corpus_folder}: cannot be written ({type(error).__name__}); "
                "make room on its disk or correct its permissions, and run the command again"
            ) from None
        return staging

    @classmethod
    def resume(cls, output: StoragePath, corpus: str, run_id: str, private: Path | None = None) -> Self:
        """Open the staging that this run created earlier. Raises StagingError if there is none, or it is superseded."""
        corpus_folder, parent = _folders(output, corpus, run_id, private)
        token = _read_text(parent / f"{_PREFIX}{run_id}" / _TOKEN)
        if token is None:
            raise StagingError(f"{corpus_folder}: run {run_id} has no staging here; run the build again")
        staging = cls(corpus_folder, parent, run_id, token)
        staging.check_current()
        return staging

    @property
    def root(self) -> Path:
        """The private folder of this staging."""
        return self.parent / f"{_PREFIX}{self.run_id}"

    @property
    def folder(self) -> Path:
        """The folder that will become the release."""
        return self.root / _FILES

    def save_manifest(self, manifest: Manifest) -> None:
        """Write the manifest and the sums beside the staged files, for `publish` in this process or a later one."""
        write_atomic(self.folder / SUMS, manifest.sums)
        write_atomic(self.folder / MANIFEST, manifest.to_bytes())

    def read_manifest(self) -> Manifest:
        """Read the saved manifest. Raises ManifestError where there is none, or it was changed."""
        return Manifest.read(self.folder)

    def check_current(self) -> None:
        """Raise StagingError unless this staging was created last for its corpus, and still exists."""
        fence = _read_text(self.corpus_folder / _FENCE)
        if not fence == self.token == _read_text(self.root / _TOKEN) or not self.folder.is_dir():
            problem = f"the staging of run {self.run_id} was superseded by a later run, or removed by a takedown"
            raise StagingError(f"{self.corpus_folder}: {problem}")

    def discard(self) -> None:
        """Remove this staging if it exists, but not one that another process created under the same name."""
        if _read_text(self.root / _TOKEN) == self.token:
            shutil.rmtree(self.root, ignore_errors=True)

    @classmethod
    def discard_all(cls, output: StoragePath, corpus: str, private: Path) -> None:
        """Remove every staging of a corpus. Arguments as for `create`. Raises StagingError where one remains."""
        if not any(_folders(output, corpus, "none", private)[1].glob(f"{_PREFIX}*")):
            return
        with block_publishing(output, corpus, private) as lock:
            for staging in Path(lock.lock_file).parent.glob(f"{_PREFIX}*"):
                try:
                    shutil.rmtree(staging)
                except OSError as error:
                    raise StagingError(
                        f"{staging}: cannot be removed ({type(error).__name__}), and may hold withdrawn records; "
                        "remove it by hand, or correct its permissions, and run the command again"
                    ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


@dataclass(frozen=True, slots=True)
class Draft:
    """A staged release before its gates: the manifest, the measured figures, and the facts of its run."""

    manifest: Manifest
    statistics: ReleaseStatistics
    run: RunFacts


def draft_release(  # noqa: PLR0913, PLR0917 - each is independent of the others
    staging: Staging,
    facts: BuildFacts,
    card: CardSettings,
    lineage: LineageSettings | None = None,
    run: RunFacts | None = None,
    canaries: Sequence[str] = (),
) -> Draft:
    """Write the card and the documents of the staged shards, and describe all files in a manifest.

    Counts of records below the card's `smallest_count` are withheld.

    Args:
        staging: a staging with all shards of the release.
        facts: what the build knows of the release, with exact counts.
        card: the settings of the dataset card.
        lineage: the settings of the lineage documents.
        run: the facts for the report, with counts that may be published.
        canaries: the record ids of the canaries among the rows, which are not counted.

    Returns:
        The draft; its manifest has no results of gates.

    Raises:
        StagingError: the staging was superseded.
        PublishError: the card claims too much.
        ManifestError: the figures do not add up.
    """
    staging.check_current()
    facts, run = facts.withhold_small_counts(card.smallest_count), run or RunFacts()
    statistics = measure_release(staging.folder, canaries)
    shards = describe_files(staging.folder)
    lineage = lineage or LineageSettings()
    figures = Figures(facts, statistics, run, card, lineage)
    documents = lineage_documents(figures, shards) | papers(figures)
    documents |= {CARD: render_card(facts, statistics, card, run).encode(), FACTS: run.to_bytes()}
    for name, content in documents.items():
        _write_document(staging, name, content)
    manifest = Manifest(
        **facts.model_dump(),
        schema=corpus_columns(),
        fields=statistics.fields,
        files=describe_files(staging.folder, known=shards),
    )
    return Draft(manifest, statistics, run)


def add_report(staging: Staging, draft: Draft, gates: Iterable[GateResult]) -> Manifest:
    """Write the report of the results of the gates, where they passed.

    Returns:
        The manifest to publish, with these results and with the report among its files.

    Raises:
        PublishError: the report claims too much.
    """
    manifest = draft.manifest.with_gates(gates)
    if manifest.failed_gates:
        return manifest
    _write_document(staging, REPORT, render_report(manifest, draft.statistics, draft.run).encode())
    return manifest.model_copy(update={"files": describe_files(staging.folder, known=manifest.files)})


def _write_document(staging: Staging, name: str, content: bytes) -> None:
    if problems := lint_card(content.decode()):
        raise PublishError(f"{name}: {problems[0]}")
    write_atomic(staging.folder / name, content)


def block_publishing(output: StoragePath, corpus: str, private: Path) -> FileLock:
    """Return a lock: while it is held, no staging of the corpus can be published. Arguments as for `create`."""
    _, parent = _folders(output, corpus, "none", private)
    parent.mkdir(parents=True, exist_ok=True)
    return lock_stagings(parent)


def lock_stagings(parent: Path) -> FileLock:
    """Return the lock of a folder of stagings; a second process waits for it."""
    return FileLock(parent / _LOCK, mode=0o600, fallback_to_soft=False)


def _folders(output: StoragePath, corpus: str, run_id: str, private: Path | None) -> tuple[StoragePath, Path]:
    if not _CORPUS.fullmatch(corpus):
        raise StagingError(f"corpus {corpus[:40]!r}: use lower-case letters, digits, - and _")
    if not _RUN.fullmatch(run_id):
        raise StagingError(f"run id {run_id[:40]!r}: use letters, digits, - and _")
    folder = output / corpus
    if isinstance(folder, Path):
        return folder, folder
    if private is None:
        raise StagingError(f"{folder}: is in an object store, and there is no private folder to stage in; name one")
    return folder, private / _PRIVATE_PARENT


def _read_text(path: StoragePath) -> str | None:
    try:
        return read_bytes(path).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
