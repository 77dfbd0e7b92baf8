"""Descendants of a release: copies and products that are registered, and that acknowledge takedowns."""

import hashlib
import re
from contextlib import suppress
from typing import Final, TypeVar

import rfc8785
from pydantic import BaseModel, Field, ValidationError

from redaction.base_model import FrozenModel, Instant
from redaction.release.build_facts import VersionText
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.manifest import first_error
from redaction.release.takedown.notice import KnownDescendant, TakedownError, TakedownNotice
from redaction.release.takedown.statuses import DescendantKind, Response
from redaction.storage import StoragePath, is_file, list_names, read_bytes, write_atomic

_USER_SIGN: Final = re.compile(r"[@\uff20]|%40", re.IGNORECASE)
_DESCENDANTS: Final = "descendants"
_ACKNOWLEDGEMENTS: Final = "acknowledgements"

M = TypeVar("M", bound=BaseModel)


class Descendant(FrozenModel):
    """Something made from a release, or from another descendant of it (`parent`)."""

    version: VersionText
    kind: DescendantKind
    uri: str = Field(min_length=1, max_length=2000)
    registered_at: Instant
    parent: str | None = None

    @property
    def descendant_id(self) -> str:
        """An id computed from version, kind and URI, so that registering twice has no effect."""
        identity = rfc8785.dumps({"version": self.version, "kind": self.kind.value, "uri": self.uri})
        return hashlib.sha256(identity).hexdigest()[:16]


class Acknowledgement(FrozenModel):
    """The answer of a descendant's holder to a takedown."""

    takedown_id: str = Field(pattern=r"^\d{6}$")
    descendant_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    response: Response
    acknowledged_at: Instant


def register(corpus_folder: StoragePath, descendant: Descendant) -> str:
    """Register a descendant of a published release. A second registration changes nothing.

    The URI is published in the output and in notices, so it must not name a person.

    Returns:
        The id of the descendant.

    Raises:
        TakedownError: there is no such release or parent, or the URI may contain a user or a mail address.
    """
    if _USER_SIGN.search(descendant.uri):
        raise TakedownError("--at: contains an @, and is published; give a URI without user, password or mail address")
    if not is_file(corpus_folder / descendant.version / MANIFEST):
        raise TakedownError(f"{corpus_folder}: has no release {descendant.version}; name one that is published")
    if descendant.parent is not None and not is_file(_path(corpus_folder, descendant.parent)):
        raise TakedownError(f"descendant {descendant.parent}: is not registered; register it first")
    path = _path(corpus_folder, descendant.descendant_id)
    with suppress(FileExistsError):
        write_atomic(path, rfc8785.dumps(descendant.model_dump(mode="json")), new=True)
    return descendant.descendant_id


def known_descendants(corpus_folder: StoragePath, versions: set[str]) -> tuple[KnownDescendant, ...]:
    """Read the descendants of some releases, sorted by version and id. Raises TakedownError if a file is unreadable."""
    descendants = _load_all(corpus_folder / _DESCENDANTS, Descendant)
    return tuple(
        KnownDescendant(descendant_id=d.descendant_id, version=d.version, kind=d.kind, uri=d.uri)
        for d in sorted(descendants, key=lambda d: (d.version, d.descendant_id))
        if d.version in versions
    )


def acknowledge(corpus_folder: StoragePath, notices: tuple[TakedownNotice, ...], answer: Acknowledgement) -> None:
    """Store a holder's answer, over an earlier one. Raises TakedownError if the takedown lists no such descendant."""
    listed = {
        d.descendant_id for notice in notices if notice.takedown_id == answer.takedown_id for d in notice.descendants
    }
    if answer.descendant_id not in listed:
        raise TakedownError(f"takedown {answer.takedown_id}: does not list descendant {answer.descendant_id}")
    path = corpus_folder / _ACKNOWLEDGEMENTS / f"{answer.takedown_id}-{answer.descendant_id}.json"
    write_atomic(path, rfc8785.dumps(answer.model_dump(mode="json")))


def acknowledgements(corpus_folder: StoragePath) -> tuple[Acknowledgement, ...]:
    """Read all answers, sorted by takedown and descendant."""
    answers = _load_all(corpus_folder / _ACKNOWLEDGEMENTS, Acknowledgement)
    return tuple(sorted(answers, key=lambda a: (a.takedown_id, a.descendant_id)))


def unanswered(
    corpus_folder: StoragePath, notices: tuple[TakedownNotice, ...]
) -> tuple[tuple[str, KnownDescendant], ...]:
    """List the takedown ids and descendants whose holders have not answered."""
    answered = {(a.takedown_id, a.descendant_id) for a in acknowledgements(corpus_folder)}
    return tuple(
        (notice.takedown_id, d)
        for notice in notices
        for d in notice.descendants
        if (notice.takedown_id, d.descendant_id) not in answered
    )


def _path(corpus_folder: StoragePath, descendant_id: str) -> StoragePath:
    return corpus_folder / _DESCENDANTS / f"{descendant_id}.json"


def _load_all(folder: StoragePath, model: type[M]) -> list[M]:
    return [_load(folder / name, model) for name in list_names(folder) if name.endswith(".json")]


def _load(path: StoragePath, model: type[M]) -> M:
    try:
        return model.model_validate_json(read_bytes(path))
    except (OSError, ValidationError, ValueError) as error:
        raise TakedownError(f"{path}: cannot be read ({first_error(error)})") from None
