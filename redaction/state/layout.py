"""Where the private state of a corpus is, and in it the folder of each build."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.release import Registry, Version, parse_version
from redaction.storage import StoragePath


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """The private folder of one build, and the path of each file in it."""

    path: Path

    @property
    def version(self) -> str:
        """The version that the build makes."""
        return self.path.name

    @property
    def index(self) -> Path:
        """The posts without their texts."""
        return self.path / "index.parquet"

    @property
    def quarantine(self) -> Path:
        """The rows that were not well formed."""
        return self.path / "quarantine.parquet"

    @property
    def counts(self) -> Path:
        """How many rows each source had."""
        return self.path / "inputs.json"

    @property
    def rights(self) -> Path:
        """The decision of the rules on each record."""
        return self.path / "rights.parquet"

    @property
    def subjects(self) -> Path:
        """The decision of the rules on each subject."""
        return self.path / "subjects.parquet"

    @property
    def kept(self) -> Path:
        """The posts to redact."""
        return self.path / "kept.parquet"

    @property
    def decisions(self) -> Path:
        """The final decision on each record."""
        return self.path / "decisions.parquet"

    @property
    def sources(self) -> Path:
        """How many records of each source were kept, dropped and quarantined."""
        return self.path / "sources.json"

    def partition(self, source: str, key: str) -> Path:
        """Return the folder that holds the redacted rows of one partition of a source."""
        return self.path / "redacted" / source / key


@dataclass(frozen=True, slots=True)
class CorpusPaths:
    """Where the releases and the private state of one corpus are.

    Attributes:
        corpus: The corpus's name.
        corpora: The folder that holds the releases of every corpus.
        state: The private folder of the corpus.
    """

    corpus: str
    corpora: StoragePath
    state: Path

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the paths that a config names."""
        return cls(config.corpus, config.corpora, config.private)

    @property
    def releases(self) -> StoragePath:
        """The folder that holds the releases of the corpus, one folder a version."""
        return self.corpora / self.corpus

    @property
    def registry(self) -> Registry:
        """The published releases."""
        return Registry(self.corpora, self.corpus)

    @property
    def tombstones(self) -> Path:
        """The keyed marks of the records that were withdrawn and must never return."""
        return self.state / "tombstones.parquet"

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


def private_folder(folder: Path) -> None:
    """Create a folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
