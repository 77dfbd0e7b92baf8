"""The takedown notice: which records of which releases must go, signed, and chained to the notice before it.

It lies in `<output>/<corpus>/takedowns/` and may be read by all. It holds keyed ids and places, and no name, handle,
text, region or unkeyed hash.
"""

import hashlib
from typing import Annotated, Any, Final, Self

import rfc8785
from pydantic import Field, ValidationError, model_validator

from redaction.base_model import FrozenModel, Instant
from redaction.release.counts import Count
from redaction.release.errors import ReleaseError
from redaction.release.identity.signing import Signer, is_signed, public_key_of
from redaction.release.manifest import FilePath, Sha256, VersionText, first_error
from redaction.release.takedown.statuses import Cause, DescendantKind
from redaction.storage import StoragePath, list_names, read_bytes, write_atomic

FORMAT: Final = "discreet-takedown/1"
FIRST: Final = "0" * 64
FOLDER: Final = "takedowns"

KeyedId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class TakedownError(ReleaseError):
    """A takedown that cannot be made, or a chain of notices that was tampered with."""


class Location(FrozenModel):
    """Where a record lies in a release: a shard, and the rows in it counted from 0."""

    record_id: KeyedId
    path: FilePath
    rows: tuple[Count, ...]


class TouchedShard(FrozenModel):
    """A shard that holds such records. `after` is null where it was not rewritten, or nothing is left of it."""

    path: FilePath
    before: Sha256
    after: Sha256 | None


class AffectedRelease(FrozenModel):
    """One release that holds records which must go."""

    version: VersionText
    manifest_sha256: Sha256
    records: tuple[Location, ...]
    shards: tuple[TouchedShard, ...]


class KnownDescendant(FrozenModel):
    """A registered copy or product of an affected release."""

    descendant_id: str
    version: VersionText
    kind: DescendantKind
    uri: str


class TakedownNotice(FrozenModel):
    """One takedown. `number` counts from 1; `previous` is the SHA-256 of the notice before, zeros for the first.

    `causes` have no number where it would tell of few; `seconds_to_removal` are whole days, rounded up.
    """

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    corpus: str
    number: int = Field(ge=1)
    previous: Sha256
    effective_at: Instant
    deadline: Instant
    scope: str = Field(default="records", pattern="^records$")
    causes: dict[Cause, Count | None]
    releases: tuple[AffectedRelease, ...]
    replacement: VersionText | None
    descendants: tuple[KnownDescendant, ...]
    seconds_to_removal: dict[str, float]
    public_key: Sha256
    signature: str = Field(default="", pattern=r"^([0-9a-f]{128})?$")

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.deadline < self.effective_at:
            raise ValueError("deadline: must not be before effective_at")
        return self

    @property
    def takedown_id(self) -> str:
        """The number as it stands in file names and manifests: `000001`."""
        return f"{self.number:06}"

    def signed(self, signer: Signer) -> "TakedownNotice":
        """The same notice with its signature."""
        told = self.model_copy(update={"public_key": signer.public_key, "signature": ""})
        return told.model_copy(update={"signature": signer.sign(told._unsigned())})

    def to_bytes(self) -> bytes:
        """The notice as it is written."""
        return rfc8785.dumps(self._plain())

    @property
    def digest(self) -> str:
        """What the next notice names as `previous`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def is_genuine(self, public_key: str | None = None) -> bool:
        """Whether the signature holds, under the given key or the one that the notice names."""
        if public_key is not None and public_key != self.public_key:
            return False
        return is_signed(self._unsigned(), self.signature, self.public_key)

    def _plain(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def _unsigned(self) -> bytes:
        return rfc8785.dumps(self._plain() | {"signature": ""})


def read_chain(corpus_folder: StoragePath, public_key: str | None = None) -> tuple[TakedownNotice, ...]:
    """All notices of a corpus, first to last, each checked against its signature and the one before.

    With `public_key` (from a source you trust) a chain signed by anyone else is refused; without it, all must be
    signed by one and the same key.

    Raises:
        TakedownError: a notice is missing, changed, out of order, or signed by another.
        ReleaseError: `public_key` is no key.
    """
    chain: list[TakedownNotice] = []
    previous, key = FIRST, public_key_of(public_key) if public_key is not None else None
    folder = corpus_folder / FOLDER
    paths = [folder / name for name in list_names(folder) if name.endswith(".json")]
    for number, path in enumerate(paths, 1):
        notice = _read(path)
        key = key or notice.public_key
        if notice.number != number or path.stem != notice.takedown_id or notice.previous != previous:
            raise TakedownError(f"{path}: does not follow the notice before it; a notice was removed or changed")
        if not notice.is_genuine(key):
            raise TakedownError(f"{path}: the signature does not hold; take the notice from its source again")
        chain.append(notice)
        previous = notice.digest
    return tuple(chain)


def announced_ids(chain: tuple[TakedownNotice, ...], version: str) -> set[str]:
    """The ids of all records of a release that notices have told of."""
    affected = (release for notice in chain for release in notice.releases if release.version == version)
    return {location.record_id for release in affected for location in release.records}


def write_notice(corpus_folder: StoragePath, notice: TakedownNotice) -> StoragePath:
    """Adds a signed notice to the chain of its corpus. Raises TakedownError where its number is taken."""
    path = corpus_folder / FOLDER / f"{notice.takedown_id}.json"
    try:
        write_atomic(path, notice.to_bytes(), new=True)
    except FileExistsError:
        raise TakedownError(f"{path}: is there; run the takedown again") from None
    return path


def _read(path: StoragePath) -> TakedownNotice:
    try:
        content = read_bytes(path)
        notice = TakedownNotice.model_validate_json(content)
    except (OSError, ValidationError, ValueError) as error:
        raise TakedownError(f"{path}: no takedown notice ({first_error(error)})") from None
    if notice.to_bytes() != content:
        raise TakedownError(f"{path}: bytes differ from what was signed; take the notice from its source again")
    return notice
