"""The published releases of a corpus, read from its folder. There is no other list of them."""

from dataclasses import dataclass

import polars as pl

from redaction.release.build_facts import Predecessor
from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.identity.version import Version, parse_version
from redaction.release.manifest import Manifest
from redaction.release.superseded import Supersession
from redaction.storage import StoragePath, is_file, list_names, resolve_path, scan


@dataclass(frozen=True, slots=True)
class Release:
    """One published release."""

    version: Version
    folder: StoragePath
    manifest: Manifest
    superseded: Supersession | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether its rows were removed."""
        return self.superseded is not None and self.superseded.withdrawn

    def scan(self) -> pl.LazyFrame:
        """Scan all rows, in order."""
        return scan([self.folder / shard.path for shard in self.manifest.shards])

    @property
    def reference(self) -> Predecessor:
        """This release as the predecessor in another manifest."""
        return Predecessor(version=str(self.version), manifest_sha256=self.manifest.digest)


class Registry:
    """The releases below `<output>/<corpus>`."""

    def __init__(self, output: StoragePath, corpus: str) -> None:
        """The folder need not exist."""
        self.folder = output / corpus

    def versions(self) -> tuple[Version, ...]:
        """List the published versions, lowest first. Folders without a manifest are ignored."""
        return tuple(sorted(v for name in list_names(self.folder) if (v := self._published(name)) is not None))

    def _published(self, name: str) -> Version | None:
        try:
            version = parse_version(name)
        except ReleaseError:
            return None
        return version if is_file(self.folder / name / MANIFEST) else None

    def release(self, version: Version | str) -> Release:
        """Read one release. Raises ManifestError where there is none, or its manifest or mark was changed."""
        parsed = parse_version(version)
        return _read(parsed, self.folder / str(parsed))

    def releases(self) -> tuple[Release, ...]:
        """Read all releases, lowest version first. Raises ManifestError where a manifest or mark was changed."""
        return tuple(self.release(version) for version in self.versions())

    def newest(self) -> Release | None:
        """Read the release with the highest version; None where nothing is published."""
        versions = self.versions()
        return self.release(versions[-1]) if versions else None

    def before(self, version: Version | str) -> Release | None:
        """Read the release with the highest version below `version`, the predecessor of a build of `version`."""
        lower = [v for v in self.versions() if v < parse_version(version)]
        return self.release(lower[-1]) if lower else None


def original_version(release: Release) -> Version:
    """Return the version of the build that made the rows: after takedowns, that of the first release in the chain."""
    manifest = release.manifest
    return min(map(parse_version, (manifest.version, *manifest.keyed_by)))


def release_at(folder: StoragePath) -> Release:
    """Read the release in a folder `<output>/<corpus>/<version>`. Raises ManifestError where there is none."""
    path = resolve_path(folder)
    return _read(parse_version(Manifest.read(path).version), path)


def _read(version: Version, folder: StoragePath) -> Release:
    manifest = Manifest.read(folder)
    return Release(version, folder, manifest, Supersession.read(folder, manifest))
