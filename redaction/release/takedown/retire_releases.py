"""The step after the notice: superseded releases are marked, and on request their rows are removed.

Both depend on the chain of notices only, so the next takedown completes one that was interrupted here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from redaction.release.errors import ManifestError
from redaction.release.files.corpus_schema import DATA, SUMS
from redaction.release.files.folder import draft_beside
from redaction.release.governance.sign_off import sign_off_problems
from redaction.release.identity.signing import Signer
from redaction.release.manifest import Manifest
from redaction.release.registry import Registry, Release
from redaction.release.superseded import EXPIRED, SUPERSEDED, Supersession
from redaction.release.takedown.notice import TakedownNotice, read_chain, retired_versions
from redaction.release.verify import VerifyReport, verify
from redaction.storage import StoragePath, is_file, read_bytes, remove, resolve_path, write_atomic


@dataclass(frozen=True, slots=True)
class SupersededReleases:
    """The superseded releases: those whose rows were removed, and those that still contain removed records.

    `expired` are those of the first that this step retired, since their retention is over.
    """

    withdrawn: tuple[str, ...]
    remaining: tuple[str, ...]
    expired: tuple[str, ...] = ()


def latest_replacements(notices: tuple[TakedownNotice, ...]) -> dict[str, str]:
    """Map each version that takedowns superseded to its latest replacement."""
    replaced = {
        affected.version: notice.replacement
        for notice in notices
        for affected in notice.releases
        if notice.replacement and notice.replacement != affected.version
    }
    return {version: _follow(version, replaced) for version in replaced}


def superseded_releases(registry: Registry, chain: tuple[TakedownNotice, ...]) -> tuple[str, ...]:
    """List the releases that the notices superseded and whose rows can still be read."""
    published = {str(version) for version in registry.versions()}
    replaced = {**dict.fromkeys(sorted(retired_versions(chain))), **latest_replacements(chain)}
    superseded = (version for version in replaced if version in published)
    return tuple(version for version in superseded if not registry.release(version).withdrawn)


def mark_superseded(registry: Registry, signer: Signer, *, withdraw: bool) -> SupersededReleases:
    """Mark every release that a takedown superseded. The rows of one that has expired are removed in any case.

    A withdrawn release stays withdrawn. The mark is written before rows are removed, so that a release never looks
    damaged.

    Args:
        registry: the releases of the corpus.
        signer: signs the marks.
        withdraw: also remove the rows of these releases.

    Returns:
        The versions of the superseded releases that exist.
    """
    chain = read_chain(registry.folder, signer.public_key)
    published = {str(version) for version in registry.versions()}
    withdrawn: list[str] = []
    remaining: list[str] = []
    retired = retired_versions(chain)
    for version, replacement in {**dict.fromkeys(sorted(retired)), **latest_replacements(chain)}.items():
        if version not in published:
            continue
        release = registry.release(version)
        goes = withdraw or release.withdrawn or version in retired
        mark = _mark(release, chain, replacement, withdrawn=goes).signed(signer)
        if mark != release.superseded:
            mark.write(release.folder)
        if mark.withdrawn:
            _remove_rows(release)
        (withdrawn if mark.withdrawn else remaining).append(version)
    return SupersededReleases(tuple(withdrawn), tuple(remaining))


def verify_beside_notices(folder: StoragePath, public_key: str | None = None) -> VerifyReport:
    """Verify a release, and check that it has the mark that the notices beside it require.

    A copy of a release without notices beside it is verified on its own.

    Returns:
        The problems found, and the mark of a takedown if there is one.

    Raises:
        TakedownError: a notice was changed, is missing, or is signed by another key.
    """
    report = verify(folder, public_key)
    if not report.ok:
        return report
    manifest = Manifest.read(folder)
    chain = read_chain(resolve_path(folder).parent, public_key or manifest.takedown_key)
    signed = sign_off_problems(resolve_path(folder).parent, manifest)
    problems = (*_mark_problems(manifest, report.superseded, chain), *signed.problems)
    return replace(report, problems=problems, signatures=report.signatures + len(chain) + signed.valid)


def _mark_problems(manifest: Manifest, mark: Supersession | None, chain: tuple[TakedownNotice, ...]) -> Iterator[str]:
    notices = [
        (n, a) for n in chain for a in n.releases if a.version == manifest.version and n.corpus == manifest.corpus
    ]
    if any(affected.manifest_sha256 != manifest.digest for _, affected in notices):
        yield "manifest.json: is not that of the release in the notices"
    if manifest.version in latest_replacements(chain) or manifest.version in retired_versions(chain):
        number = max(notice.takedown_id for notice, _ in notices)
        if mark is None:
            yield f"{SUPERSEDED}: missing; takedown {number} superseded this release"
        elif (mark.takedown, mark.takedown_sha256) not in {(n.takedown_id, n.digest) for n in chain}:
            yield f"{SUPERSEDED}: names a takedown that has no notice"


def _mark(
    release: Release, chain: tuple[TakedownNotice, ...], replacement: str | None, *, withdrawn: bool
) -> Supersession:
    version = str(release.version)
    notice = [n for n in chain if any(a.version == version for a in n.releases)][-1]
    if any(a.version == version and a.manifest_sha256 != release.manifest.digest for a in notice.releases):
        raise ManifestError(f"{release.folder}: is not the release in takedown {notice.takedown_id}")
    return Supersession(
        **({"notice": EXPIRED} if notice.scope == "releases" else {}),
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
    """Remove the files that hold texts, and their lines from `SHA256SUMS`, so that it fits what remains."""
    sums, remaining = release.folder / SUMS, release.manifest.sums_of_withdrawn
    if is_file(sums) and read_bytes(sums) != remaining:
        write_atomic(sums, remaining, draft=draft_beside(release.folder, SUMS))
    for shard in release.manifest.holding_texts:
        remove(release.folder / shard.path)
    data = release.folder / DATA
    if isinstance(data, Path) and data.is_dir():
        data.rmdir()


def _follow(version: str, replaced: dict[str, str]) -> str:
    seen = {version}
    while (following := replaced[version]) not in seen and following in replaced:
        version = following
        seen.add(version)
    return following
