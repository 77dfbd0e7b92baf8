"""Where the private state of a corpus is, and in it the folder of each build."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.release import Registry, Version, parse_version
from redaction.state.private_tables import PRIVATE_REPORTS, TOMBSTONES, PrivateTable
from redaction.storage import StoragePath, make_folders


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """The private folder of one build."""

    path: Path

    @property
    def version(self) -> str:
        """The version that the build makes."""
        return self.path.name

    def file(self, table: PrivateTable, **parts: str) -> Path:
        """Return the file of a table; `parts` fill in its pattern."""
        return self.path / table.pattern.format(**parts)

    @property
    def counts(self) -> Path:
        """How many rows each source had."""
        return self.path / "inputs.json"

    @property
    def reconciliation(self) -> Path:
        """How many ids of each table exist in the others."""
        return self.path / "reconciliation.json"

    @property
    def sources(self) -> Path:
        """How many records of each source were kept, dropped and quarantined."""
        return self.path / "sources.json"

    @property
    def redacted(self) -> Path:
        """The folder of the redacted partitions."""
        return self.path / "redacted"

    def partition(self, source: str, key: str) -> Path:
        """Return the folder that holds the redacted rows of one partition of a source."""
        return self.redacted / source / key


@dataclass(frozen=True, slots=True)
class CorpusPaths:
    """Where the releases and the private state of one corpus are."""

    corpus: str
    corpora: StoragePath
    """The folder that holds the releases of every corpus."""
    state: Path
    """The private folder of the corpus."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the paths that a config names."""
        return cls(config.corpus, config.corpora, config.root / config.state / config.corpus)

    @property
    def releases(self) -> StoragePath:
        """The folder that holds the releases of the corpus, one folder a version."""
        return self.corpora / self.corpus

    @property
    def registry(self) -> Registry:
        """The published releases."""
        return Registry(self.corpora, self.corpus)

    @property
    def logs(self) -> Path:
        """The folder of the tracebacks, without values, of what went wrong in the program."""
        return self.state / "logs"

    @property
    def private_reports(self) -> Path:
        """The folder of the private run reports. They quote texts, so they are removed whenever rights may change."""
        return self.state / PRIVATE_REPORTS

    @property
    def tombstones(self) -> Path:
        """The keyed marks of the records that were withdrawn and must never return."""
        return self.file(TOMBSTONES)

    def file(self, table: PrivateTable, **parts: str) -> Path:
        """Return the file of a table that all builds share; `parts` fill in its pattern."""
        return self.state / table.pattern.format(**parts)

    def files(self, table: PrivateTable) -> list[Path]:
        """Return the existing files of a table, of all builds."""
        folders = [self.state] if table.shared else [build.path for build in self.builds()]
        return [path for folder in folders for path in sorted(folder.glob(table.glob))]

    def build(self, version: str | Version) -> BuildFolder:
        """Return the folder of the build of a version."""
        return BuildFolder(self.state / str(version))

    def builds(self) -> list[BuildFolder]:
        """Return the folders of all builds, by version."""
        versions = []
        for folder in self.state.glob("*/"):
            try:
                versions.append(parse_version(folder.name))
            except DiscreetError:
                continue
        return [self.build(version) for version in sorted(versions)]


def remove_private_reports(paths: CorpusPaths) -> None:
    """Remove the private run reports: they quote texts, of which some may no longer be used."""
    shutil.rmtree(paths.private_reports, ignore_errors=True)


def private_folder(folder: Path) -> None:
    """Create a folder that only its owner may enter."""
    make_folders(folder)
    folder.chmod(0o700)
