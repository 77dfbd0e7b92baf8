"""The takedown notice: the records to remove from each release, signed, and chained to the previous notice.

Notices are public, and contain keyed ids and row numbers: no name, handle, text, region or unkeyed hash.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final, Self
from weakref import WeakValueDictionary

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from redaction.base_model import FrozenModel, Instant
from redaction.release.build_facts import FilePath, Sha256, VersionText
from redaction.release.counts import Count
from redaction.release.errors import ReleaseError
from redaction.release.identity.signing import SignedDocument, Signer, public_key_of, signer_of
from redaction.release.manifest import first_error
from redaction.release.takedown.statuses import Cause, DescendantKind
from redaction.storage import StoragePath, list_names, read_bytes, write_atomic

FORMAT: Final = "discreet-takedown/1"
FIRST: Final = "0" * 64
FOLDER: Final = "takedowns"

_PART: Final = r"(?:[^/\\.][^/\\]*|\.[^/\\.][^/\\]*|\.\.[^/\\]+)"
ShardPath = Annotated[str, Field(pattern=rf"^{_PART}(?:/{_PART})*$")]
"""A plain relative path, as `FilePath`, but checked without Python: a notice has one for each record."""

KeyedId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


_IN_USE: "WeakValueDictionary[str, TakedownNotice]" = WeakValueDictionary()
"""The notices that this process holds, by the SHA-256 of their bytes."""


class TakedownError(ReleaseError):
    """A takedown is not possible, or a chain of notices was changed."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Location:
    """The position of a record in a release: a shard, and row numbers in it, from 0.

    A large takedown has one for each record, so it is no model of its own: that takes seven times the memory.
    """

    record_id: KeyedId
    path: ShardPath
    rows: tuple[Count, ...]


class TouchedShard(FrozenModel):
    """A shard with removed records. `after` is null if it was not rewritten, or has no rows left."""

    path: FilePath
    before: Sha256
    after: Sha256 | None


class AffectedRelease(FrozenModel):
    """A release with records that must be removed."""

    version: VersionText
    manifest_sha256: Sha256
    records: tuple[Location, ...]
    shards: tuple[TouchedShard, ...]


class KnownDescendant(FrozenModel):
    """A registered descendant of an affected release."""

    descendant_id: str
    version: VersionText
    kind: DescendantKind
    uri: str


class TakedownNotice(SignedDocument):
    """One takedown. `number` counts from 1; `previous` is the SHA-256 of the notice before, zeros for the first.

    With the scope `releases` whole releases have to go, and it lists their shards and no records. `causes` have no
    numbers if one of them is small. `seconds_to_removal` are whole days, rounded up.
    """

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    corpus: str
    number: int = Field(default=1, ge=1)
    previous: Sha256 = FIRST
    effective_at: Instant
    deadline: Instant
    scope: str = Field(default="records", pattern="^(records|releases)$")
    causes: dict[Cause, Count | None]
    releases: tuple[AffectedRelease, ...]
    replacement: VersionText | None
    descendants: tuple[KnownDescendant, ...]
    seconds_to_removal: dict[str, float]

    @model_validator(mode="after")
    def _deadline_follows(self) -> Self:
        if self.deadline < self.effective_at:
            raise ValueError("deadline: must not be before effective_at")
        return self

    @property
    def takedown_id(self) -> str:
        """The number as in file names and manifests: `000001`."""
        return f"{self.number:06}"


def read_chain(corpus_folder: StoragePath, public_key: str | None = None) -> tuple[TakedownNotice, ...]:
    """Read all notices of a corpus, and check each against its signature and the previous one.

    Args:
        corpus_folder: the folder of the corpus's releases.
        public_key: the key that must have signed, from a trusted source; without it, all must have the same key.

    Returns:
        The notices, first to last.

    Raises:
        TakedownError: a notice is missing, changed, out of order, or signed by another key.
        ReleaseError: `public_key` is not a public key.
    """
    chain: list[TakedownNotice] = []
    previous, key = FIRST, public_key_of(public_key) if public_key is not None else None
    folder = corpus_folder / FOLDER
    paths = [folder / name for name in list_names(folder) if name.endswith(".json")]
    for number, path in enumerate(paths, 1):
        notice = _read(path, key)
        key = notice.public_key
        if notice.number != number or path.stem != notice.takedown_id or notice.previous != previous:
            raise TakedownError(f"{path}: does not follow the previous notice; a notice was removed or changed")
        chain.append(notice)
        previous = notice.digest
    return tuple(chain)


def retired_versions(chain: Sequence[TakedownNotice]) -> set[str]:
    """Return the releases that notices retired whole."""
    return {each.version for notice in chain if notice.scope == "releases" for each in notice.releases}


def announced_ids(chain: tuple[TakedownNotice, ...], version: str) -> set[str]:
    """Return the ids of all records of a release that are in a notice."""
    affected = (release for notice in chain for release in notice.releases if release.version == version)
    return {location.record_id for release in affected for location in release.records}


def append_notice(
    corpus_folder: StoragePath, chain: Sequence[TakedownNotice], notice: TakedownNotice, signer: Signer
) -> tuple[TakedownNotice, StoragePath]:
    """Number a notice, chain it to the one before, sign and write it. Raises TakedownError if its number is taken."""
    position = {"number": len(chain) + 1, "previous": chain[-1].digest if chain else FIRST}
    notice = notice.model_copy(update=position).signed(signer)
    path, content = corpus_folder / FOLDER / f"{notice.takedown_id}.json", notice.to_bytes()
    try:
        write_atomic(path, content, new=True)
    except FileExistsError:
        raise TakedownError(f"{path}: exists already; run the takedown again") from None
    _IN_USE[hashlib.sha256(content).hexdigest()] = notice
    return notice, path


def _read(path: StoragePath, key: str | None) -> TakedownNotice:
    """Read a notice; nothing of it is parsed before its signature, by `key` if given, was verified."""
    try:
        content = read_bytes(path)
    except OSError as error:
        raise TakedownError(f"{path}: cannot be read ({type(error).__name__})") from None
    signer = signer_of(content)
    if signer is None or key not in {None, signer}:
        raise TakedownError(f"{path}: the signature is not valid; get the notice from its source again")
    digest = hashlib.sha256(content).hexdigest()
    if known := _IN_USE.get(digest):
        return known  # parsing a large one takes a second
    try:
        notice = TakedownNotice.model_validate_json(content)
    except (ValidationError, ValueError) as error:
        raise TakedownError(f"{path}: is not a takedown notice ({first_error(error)})") from None
    if notice.to_bytes() != content:
        raise TakedownError(f"{path}: bytes differ from what was signed; get the notice from its source again")
    _IN_USE[digest] = notice
    return notice
