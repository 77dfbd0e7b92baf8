"""After the notice: marks on what was superseded, and, where asked for, its rows gone from the output.

Both follow from the chain of notices alone, so that a takedown which was cut off here is settled by the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redaction.release.errors import ManifestError
from redaction.release.files.corpus_schema import DATA
from redaction.release.identity.signing import Signer
from redaction.release.manifest import Manifest
from redaction.release.registry import Registry, Release
from redaction.release.superseded import SUPERSEDED, Supersession
from redaction.release.takedown.locate import shard_paths
from redaction.release.takedown.notice import TakedownNotice, read_chain
from redaction.release.verify import VerifyReport, verify
from redaction.storage import StoragePath, remove, resolve_path


@dataclass(frozen=True, slots=True)
class SupersededReleases:
    """The superseded releases: those whose rows are gone, and those that still hold what was taken back."""

    withdrawn: tuple[str, ...]
    holding: tuple[str, ...]


def superseded(notices: tuple[TakedownNotice, ...]) -> dict[str, str]:
    """Which versions were superseded by takedowns, and by which version that is not superseded itself."""
    replaced = {
        affected.version: notice.replacement
        for notice in notices
        for affected in notice.releases
        if notice.replacement and notice.replacement != affected.version
    }
    return {version: _last(version, replaced) for version in replaced}


def mark_superseded(registry: Registry, signer: Signer, *, withdraw: bool) -> SupersededReleases:
    """Marks every release that a notice tells of, and removes the rows of all of these with `withdraw`.

    A release that was withdrawn stays so. The mark is written before a row is removed, so that whoever looks in
    between sees a release that is being withdrawn, and none that is damaged.
    """
    chain = read_chain(registry.folder, signer.public_key)
    there = {str(version) for version in registry.versions()}
    withdrawn: list[str] = []
    holding: list[str] = []
    for version, replacement in superseded(chain).items():
        if version not in there:
            continue
        release = registry.release(version)
        mark = _mark(release, chain, replacement, withdrawn=withdraw or release.withdrawn).signed(signer)
        if mark != release.superseded:
            mark.write(release.folder)
        if mark.withdrawn:
            _remove_rows(release)
        (withdrawn if mark.withdrawn else holding).append(version)
    return SupersededReleases(tuple(withdrawn), tuple(holding))


def verify_beside_notices(folder: StoragePath, public_key: str | None = None) -> VerifyReport:
    """What `verify` finds, and whether the release has the mark that the notices beside it ask for.

    A copy of a release that lies alone is held against itself.

    Raises:
        TakedownError: a notice that was changed, is missing, or is signed by another.
    """
    report = verify(folder, public_key)
    if not report.ok:
        return report
    manifest = Manifest.read(folder)
    chain = read_chain(resolve_path(folder).parent, public_key or manifest.takedown_key)
    problems = tuple(_unmarked(manifest, report.superseded, chain))
    return VerifyReport(report.version, report.files, report.rows, problems, report.superseded)


def _unmarked(manifest: Manifest, mark: Supersession | None, chain: tuple[TakedownNotice, ...]) -> Iterator[str]:
    told = [(n, a) for n in chain for a in n.releases if a.version == manifest.version and n.corpus == manifest.corpus]
    if any(affected.manifest_sha256 != manifest.digest for _, affected in told):
        yield "manifest.json: is not that of the release that the notices tell of"
    if manifest.version in superseded(chain):
        number = max(notice.takedown_id for notice, _ in told)
        if mark is None:
            yield f"{SUPERSEDED}: missing; takedown {number} superseded this release"
        elif (mark.takedown, mark.takedown_sha256) not in {(n.takedown_id, n.digest) for n in chain}:
            yield f"{SUPERSEDED}: names a takedown that is not among the notices"


def _mark(release: Release, chain: tuple[TakedownNotice, ...], replacement: str, *, withdrawn: bool) -> Supersession:
    version = str(release.version)
    notice = [n for n in chain if any(a.version == version for a in n.releases)][-1]
    if any(a.version == version and a.manifest_sha256 != release.manifest.digest for a in notice.releases):
        raise ManifestError(f"{release.folder}: is not the release that takedown {notice.takedown_id} tells of")
    return Supersession(
        corpus=release.manifest.corpus,
        version=version,
        manifest_sha256=release.manifest.digest,
        takedown=notice.takedown_id,
        takedown_sha256=notice.digest,
        effective_at=notice.effective_at,
        replacement=replacement,
        withdrawn=withdrawn,
        public_key=notice.public_key,
    )


def _remove_rows(release: Release) -> None:
    for path in shard_paths(release):
        remove(release.folder / path)
    data = release.folder / DATA
    if isinstance(data, Path) and data.is_dir():
        data.rmdir()


def _last(version: str, replaced: dict[str, str]) -> str:
    seen = {version}
    while (following := replaced[version]) not in seen and following in replaced:
        version = following
        seen.add(version)
    return following
