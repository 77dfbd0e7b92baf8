"""The releases of a corpus, read from its folder: nothing else has to be kept in step."""

from dataclasses import dataclass

from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.identity.version import Version, parse_version
from redaction.release.manifest import Manifest, Predecessor
from redaction.release.superseded import Supersession
from redaction.storage import StoragePath, is_file, list_names, resolve_path


@dataclass(frozen=True, slots=True)
class Release:
    """One published release."""

    version: Version
    folder: StoragePath
    manifest: Manifest
    superseded: Supersession | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether its rows are gone."""
        return self.superseded is not None and self.superseded.withdrawn

    @property
    def reference(self) -> Predecessor:
        """This release, as its successor's manifest names it."""
        return Predecessor(version=str(self.version), manifest_sha256=self.manifest.digest)


class Registry:
    """What is published below `<output>/<corpus>`."""

    def __init__(self, output: StoragePath, corpus: str) -> None:
        """The folder need not exist yet."""
        self.folder = output / corpus

    def versions(self) -> tuple[Version, ...]:
        """All published versions, lowest first. Other folders are no releases."""
        return tuple(sorted(v for name in list_names(self.folder) if (v := self._published(name)) is not None))

    def _published(self, name: str) -> Version | None:
        try:
            version = parse_version(name)
        except ReleaseError:
            return None
        return version if is_file(self.folder / name / MANIFEST) else None

    def release(self, version: Version | str) -> Release:
        """One release. Raises ManifestError where there is none, or its manifest or its mark was changed."""
        parsed = parse_version(version)
        folder = self.folder / str(parsed)
        return _release(parsed, folder)

    def releases(self) -> tuple[Release, ...]:
        """All releases, lowest version first. Raises ManifestError where a manifest was changed."""
        return tuple(self.release(version) for version in self.versions())

    def newest(self) -> Release | None:
        """The release with the highest version, None where nothing is published."""
        versions = self.versions()
        return self.release(versions[-1]) if versions else None

    def before(self, version: Version | str) -> Release | None:
        """The release that a build of `version` follows: the highest version below it."""
        lower = [v for v in self.versions() if v < parse_version(version)]
        return self.release(lower[-1]) if lower else None


def original_version(release: Release) -> Version:
    """The version of the build whose rows a release holds: its own, or, after takedowns, that of the first before."""
    manifest = release.manifest
    return min(map(parse_version, (manifest.version, *manifest.keyed_by)))


def release_at(folder: StoragePath) -> Release:
    """The release in a folder `<output>/<corpus>/<version>`. Raises ManifestError where there is none."""
    found = resolve_path(folder)
    return _release(parse_version(Manifest.read(found).version), found)


def _release(version: Version, folder: StoragePath) -> Release:
    manifest = Manifest.read(folder)
    return Release(version, folder, manifest, Supersession.read(folder, manifest))
