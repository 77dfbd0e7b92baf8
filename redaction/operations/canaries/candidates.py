"""The sentences of all releases, in an order that discloses neither which are placed nor where."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.release import parse_version
from redaction.release.canaries import Canary, summary_of
from redaction.release.registry import Release, original_version
from redaction.release.takedown import Signer
from redaction.state.action_log import Deed, log_action
from redaction.state.keys import checked_key
from redaction.state.layout import CorpusPaths
from redaction.state.private_tables import CANARIES
from redaction.state.stores.canary_store import stored_canaries
from redaction.state.stores.prune_log import pruned
from redaction.storage import write_atomic

COLUMNS = ("candidate", "text")


class CanaryError(DiscreetError):
    """Canaries that cannot be listed or scored."""


@dataclass(frozen=True, slots=True)
class CanaryList:
    """The canaries of the build of one version, and the successors of takedowns that have the same ones."""

    version: str
    canaries: tuple[Canary, ...]
    successors: tuple[str, ...] = ()


def canary_lists(config: Config, release: str | None = None) -> tuple[CanaryList, ...]:
    """Read the private lists of the published releases, those included whose rows were removed or pruned since.

    Args:
        config: The config of the corpus.
        release: The version of the only release to read; that of a takedown's successor means the build of its rows.

    Returns:
        The lists, lowest version first; at least one.

    Raises:
        CanaryError: There is none, one is missing, or one is not as it was when its release was published.
    """
    paths, master = CorpusPaths.of(config), checked_key(config)
    published = paths.registry.releases()
    made = {str(each.version): each for each in published if each.manifest.takedown is None}
    stored = {path.stem for path in paths.files(CANARIES)}
    gone = {entry.version for entry in pruned(paths) if entry.manifest} - {str(each.version) for each in published}
    named = {version for version, each in made.items() if each.manifest.canaries} | (stored & gone)
    named |= {version for each in published if each.manifest.canaries and (version := _origin(each)) in stored}
    if release is not None:
        wanted = str(parse_version(release))
        named &= {next((_origin(each) for each in published if str(each.version) == wanted), wanted)}
    if not named:
        raise CanaryError(f"{release or config.corpus}: has no canaries; set release.canaries and build a release")
    public_key = Signer(master, config.corpus).public_key
    return tuple(
        CanaryList(
            version,
            _checked(paths, version, made.get(version), public_key),
            tuple(str(each.version) for each in published if each.manifest.takedown and _origin(each) == version),
        )
        for version in sorted(named, key=parse_version)
    )


def candidates(config: Config, release: str | None = None) -> list[Canary]:
    """Return the sentences to score, of all releases or of one, sorted by their keyed names; this is noted in the log.

    Raises:
        CanaryError: As `canary_lists`.
    """
    lists = canary_lists(config, release)
    found = sorted((each for one in lists for each in one.canaries), key=lambda each: each.candidate)
    versions = ", ".join(each.version for each in lists)
    log_action(CorpusPaths.of(config), checked_key(config), Deed.CANARIES_LISTED, versions=versions)
    return found


def candidate_lines(found: Sequence[Canary]) -> Iterator[str]:
    """Yield one line of JSON for each sentence: its name and its text."""
    return (json.dumps({name: getattr(each, name) for name in COLUMNS}) for each in found)


def write_candidates(config: Config, path: Path, found: Sequence[Canary]) -> None:
    """Write the sentences into a file that only its owner may read: `.csv`, or lines of JSON.

    Raises:
        CanaryError: The file would be published with the releases, or cannot be written.
    """
    corpora = CorpusPaths.of(config).corpora
    if isinstance(corpora, Path) and path.resolve().is_relative_to(corpora.resolve()):
        raise CanaryError(f"{path}: is in the folder of the releases, and the list is private; choose another")
    text = "".join(f"{line}\n" for line in candidate_lines(found))
    if path.suffix == ".csv":
        file = io.StringIO()
        rows = ([getattr(each, name) for name in COLUMNS] for each in found)
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
        text = file.getvalue()
    try:
        write_atomic(path, text.encode(), mode=0o600)
    except OSError as error:
        raise CanaryError(f"{path}: cannot be written ({type(error).__name__}); check the folder") from None


def _origin(release: Release) -> str:
    return str(original_version(release))


def _checked(paths: CorpusPaths, version: str, release: Release | None, public_key: str) -> tuple[Canary, ...]:
    """Read a list whose signatures are valid, and that is the one of the release's manifest, if that is still there."""
    found, path = stored_canaries(paths, version), paths.file(CANARIES, version=version)
    if not found:
        raise CanaryError(f"{path}: is missing, and release {version} has canaries; restore the state")
    signed = all(each.is_signed_by(public_key) for each in found)
    if not signed or (release is not None and summary_of(found) != release.manifest.canaries):
        raise CanaryError(f"{path}: is not the list that release {version} was published with; restore the state")
    return found
