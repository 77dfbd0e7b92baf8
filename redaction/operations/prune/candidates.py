"""Which releases and private build folders are no longer needed, and why the others are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import polars as pl
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.release import Release, parse_version
from redaction.release.takedown import Signer, TakedownNotice, read_chain
from redaction.release.takedown.descendants import known_descendants
from redaction.release.takedown.locate import locate
from redaction.rights import KEEP
from redaction.state.decisions import RECORD, released_records
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.private_tables import DECISIONS
from redaction.storage import StoragePath
from redaction.storage.sizes import folder_size


class PruneError(DiscreetError):
    """A pruning that cannot be what the operator meant."""


class What(StrEnum):
    """What is removed or stays."""

    RELEASE = "release"
    BUILD = "private build folder"


class PruneItem(FrozenModel):
    """One folder, and whether it goes."""

    what: What
    version: str
    path: str
    bytes: int
    goes: bool
    why: str


class PruneReport(FrozenModel):
    """Everything that goes, and everything that stays."""

    corpus: str = Field(description="The name of the corpus.")
    keep: int = Field(description="How many of the newest releases stay in any case.")
    removed: bool = Field(description="Whether what goes was removed; false for a dry run.")
    bytes: int = Field(description="How many bytes what goes takes.")
    items: tuple[PruneItem, ...] = Field(
        description="Each folder: `what`, `version`, `path`, `bytes`, `goes`, and `why`."
    )


def find_prunable(config: Config, keep: int, as_of: datetime) -> PruneReport:
    """Find what can go. Nothing is removed.

    A release stays if it is one of the newest, if a takedown has named it or made it, if copies or products of it are
    registered, or if it has records that may not be used as of `as_of`: a takedown must find them first. A build folder
    stays as long as a release has rows of that build.

    Args:
        config: The config of the corpus.
        keep: How many of the newest releases stay in any case, at least one.
        as_of: The instant at which rights are evaluated.

    Returns:
        Each release and build folder, oldest first.

    Raises:
        PruneError: `keep` is less than one.
        DiscreetError: Inputs, rights, releases or notices cannot be read; nothing is then known to be unneeded.
    """
    if keep < 1:
        raise PruneError("--keep: must be at least 1; the newest release is never removed")
    paths, master = CorpusPaths.of(config), master_key(config)
    releases = paths.registry.releases()
    chain = read_chain(paths.releases, Signer(master, paths.corpus).public_key)
    needed = {str(each.version): _why_needed(paths, each, releases[-keep:], chain) for each in releases}
    old = [each for each in releases if not needed[str(each.version)]]
    for release in _with_denied_records(config, old, as_of, master):
        needed[str(release.version)] = "has records that may no longer be used; run discreet takedown first"
    items = [
        *(_item(What.RELEASE, str(each.version), each.folder, needed[str(each.version)]) for each in releases),
        *_builds(paths, releases, needed),
    ]
    ordered = sorted(items, key=lambda item: (parse_version(item.version), item.what))
    freed = sum(item.bytes for item in ordered if item.goes)
    return PruneReport(corpus=paths.corpus, keep=keep, removed=False, bytes=freed, items=tuple(ordered))


def _why_needed(
    paths: CorpusPaths, release: Release, newest: Sequence[Release], chain: tuple[TakedownNotice, ...]
) -> str:
    version, many = str(release.version), len(newest)
    named = any(affected.version == version for notice in chain for affected in notice.releases)
    replaces = release.manifest.takedown or any(notice.replacement == version for notice in chain)
    has_copies = known_descendants(paths.releases, {version})
    has_decisions = paths.build(version).file(DECISIONS).is_file()
    reasons = {
        "the newest one" if many == 1 else f"one of the newest {many}": release in newest,
        "the evidence of a takedown; its rows are removed": release.withdrawn,
        "superseded by a takedown; discreet takedown --withdraw removes its rows": release.superseded or named,
        "replaces what a takedown superseded": replaces,
        "copies or products of it are registered; a takedown must find its rows": has_copies,
        "the decisions of its build are missing, so nobody knows whose records it has": not has_decisions,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _with_denied_records(
    config: Config, releases: Sequence[Release], as_of: datetime, master: bytes
) -> Iterator[Release]:
    """Yield the releases with a record that may not be used now, or that is no longer in the inputs."""
    if not releases:
        return
    inputs = open_inputs(config)
    with scratch_index(config, inputs) as index:
        decided = decide_inputs(config, inputs, index, as_of, master).records
    released = released_records(CorpusPaths.of(config)).select(RECORD)
    allowed = decided.filter(pl.col("decision") == KEEP)
    denied = pl.concat([decided.select(RECORD), released]).unique().join(allowed, on=RECORD, how="anti")
    yield from (release for release in releases if locate(release, denied, master).height)


def _builds(paths: CorpusPaths, releases: Sequence[Release], needed: dict[str, str]) -> Iterator[PruneItem]:
    staying = [each for each in releases if needed[str(each.version)]]
    with_rows = {
        version: str(each.version)
        for each in staying
        if not each.withdrawn
        for version in (*each.manifest.keyed_by, str(each.version))
    }
    for folder in paths.builds():
        if folder.version in with_rows:
            why = f"release {with_rows[folder.version]} has its records"
        elif not releases or parse_version(folder.version) > releases[-1].version:
            why = "not published yet"
        else:
            why = ""
        yield _item(What.BUILD, folder.version, folder.path, why)


def _item(what: What, version: str, path: StoragePath, why: str) -> PruneItem:
    return PruneItem(
        what=what,
        version=version,
        path=str(path),
        bytes=folder_size(path),
        goes=not why,
        why=why or "no longer needed",
    )
