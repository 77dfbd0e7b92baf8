"""A signed certificate of deletion, with levels: each says what was measured, and none more than that.

It names the evidence for every level by its SHA-256: manifests, marks of superseded releases, notices, and what the
holders of copies answered. `certificate_problems` compares every byte of it.
"""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Final

from pydantic import ConfigDict, Field

from redaction.base_model import FrozenModel, Instant
from redaction.operations.requests.answers.member_answer import (
    AnsweredRequest,
    MemberAnswer,
    MemberTakedown,
    state_of,
)
from redaction.operations.requests.progress import ReleaseState
from redaction.operations.requests.reading import RequestError
from redaction.release.build_facts import FilePath, Sha256, VersionText
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.identity.signing import SignedDocument
from redaction.release.superseded import SUPERSEDED
from redaction.release.takedown import DescendantKind, Response, Signer
from redaction.release.takedown.descendants import known_descendants
from redaction.release.takedown.notice import FOLDER
from redaction.storage import StoragePath, is_file, read_bytes

FORMAT: Final = "discreet-certificate/1"
_DONE: Final = {Response.REMOVED.value, Response.REBUILT.value, Response.RETIRED.value}
NOT_COVERED: Final = (
    "Models that were trained on a release keep what they learned. Nothing is claimed of them.",
    "Copies that nobody registered are not known.",
    "The tables of the network itself, its ledger and its backups are not part of the corpus.",
    "Texts of others that speak of the member may remain, redacted.",
)


class LevelName(StrEnum):
    """What was deleted where, the weakest first."""

    CURRENT_RELEASE = "current_release"
    """The release to use holds no record of the member."""
    EVERY_READABLE_RELEASE = "every_readable_release"
    """No release whose rows can be read holds one."""
    COPIES = "copies"
    """The holders of all registered copies answered that the records are gone."""
    MODELS = "models"
    """Models forget the records. This is never reached, since it cannot be measured."""


class Level(FrozenModel):
    """One level. `reached` is null where there was nothing to do, as without any registered copy."""

    name: LevelName
    reached: bool | None
    basis: str


class CertifiedRelease(FrozenModel):
    """A release that can be read, or held records of the member, and how many it holds."""

    version: VersionText
    state: str
    records: int
    manifest_sha256: Sha256


class Model(FrozenModel):
    """A registered model that was trained on a release."""

    descendant_id: str
    version: VersionText


class Evidence(FrozenModel):
    """One file of evidence, by its path in the folder of the corpus."""

    path: FilePath
    sha256: Sha256


class Certificate(SignedDocument):
    """The certificate. It is for the member: it names the member by the id in the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    corpus: str
    subject_id: str
    request: AnsweredRequest | None
    issued_at: Instant
    as_of: Instant
    levels: tuple[Level, ...]
    releases: tuple[CertifiedRelease, ...]
    takedowns: tuple[MemberTakedown, ...]
    models: tuple[Model, ...]
    not_covered: tuple[str, ...] = NOT_COVERED
    evidence: tuple[Evidence, ...]

    def lines(self) -> Iterator[str]:
        """Yield the levels in words."""
        words = {True: "yes", False: "no", None: "nothing to do"}
        for level in self.levels:
            yield f"{level.name.value.replace('_', ' ')}: {words[level.reached]}; {level.basis}"


class Certifier:
    """Certifies members of one corpus. The files of evidence are read once."""

    def __init__(self, state: ReleaseState, master: bytes) -> None:
        """Use what is known of releases and takedowns, and the key from which that of the signature is derived."""
        self._state, self._signer = state, Signer(master, state.paths.corpus)
        self._digests: dict[str, str] = {}

    def certify(self, answer: MemberAnswer) -> Certificate:
        """Certify what was deleted of a member, by the answer to them.

        Returns:
            The signed certificate.

        Raises:
            RequestError: The release to use holds records of the member, so nothing is deleted yet.
        """
        state = self._state
        held = {each.version: each.records for each in answer.releases}
        current = str(state.current.version) if state.current else None
        if current is not None and held.get(current):
            raise RequestError(
                f"certify: {held[current]} records can be read in {current}, the release to use; "
                "record what the member asked for (discreet request open CONFIG MEMBER --kind erasure), if it is in no "
                "ledger yet, and run discreet takedown CONFIG --withdraw first"
            )
        left = {version for each in answer.takedowns for version in each.still_readable_in}
        readable = sorted({str(each.version) for each in state.readable if held.get(str(each.version))} | left)
        affected = {*held, *left}
        releases = [r for r in state.releases if not r.withdrawn or str(r.version) in affected]
        unasked = self._unasked(answer, {version for version, records in held.items() if records} | left)
        return Certificate(
            corpus=answer.corpus,
            subject_id=answer.subject_id,
            request=answer.request,
            issued_at=answer.issued_at,
            as_of=answer.as_of,
            levels=(_current(current), _every(readable), _copies(answer, len(unasked)), _models(len(self._models))),
            releases=tuple(
                CertifiedRelease(
                    version=str(each.version),
                    state=state_of(state, each),
                    records=held.get(str(each.version), 0),
                    manifest_sha256=state.manifest_digests[str(each.version)],
                )
                for each in releases
            ),
            takedowns=answer.takedowns,
            models=self._models,
            evidence=tuple(self._evidence(answer, [str(each.version) for each in releases], unasked)),
            public_key=self._signer.public_key,
        ).signed(self._signer)

    @cached_property
    def _models(self) -> tuple[Model, ...]:
        versions = {str(each.version) for each in self._state.releases}
        return tuple(
            Model(descendant_id=each.descendant_id, version=each.version)
            for each in known_descendants(self._state.paths.releases, versions)
            if each.kind is DescendantKind.TRAINED
        )

    def _unasked(self, answer: MemberAnswer, versions: set[str]) -> list[str]:
        """Return the ids of the copies of some releases that no takedown about the member lists."""
        asked = {copy.descendant_id for each in answer.takedowns for copy in each.copies}
        known = known_descendants(self._state.paths.releases, versions)
        return [
            each.descendant_id
            for each in known
            if each.kind is not DescendantKind.TRAINED and each.descendant_id not in asked
        ]

    def _evidence(self, answer: MemberAnswer, versions: list[str], unasked: list[str]) -> Iterator[Evidence]:
        """Yield the files: manifests and marks, the notices about the member and the last one, answers of holders."""
        paths = [f"{version}/{name}" for version in versions for name in (MANIFEST, SUPERSEDED)]
        last = [self._state.chain[-1].takedown_id] if self._state.chain else []
        for takedown in dict.fromkeys([*(each.takedown for each in answer.takedowns), *last]):
            paths.append(f"{FOLDER}/{takedown}.json")
        for each in answer.takedowns:
            for copy in each.copies:
                paths.append(f"descendants/{copy.descendant_id}.json")
                paths.append(f"acknowledgements/{each.takedown}-{copy.descendant_id}.json")
        paths += [f"descendants/{each}.json" for each in [*unasked, *(model.descendant_id for model in self._models)]]
        for path in dict.fromkeys(sorted(paths)):
            if digest := self._digest(path):
                yield Evidence(path=path, sha256=digest)

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            file = self._state.paths.releases / path
            self._digests[path] = hashlib.sha256(read_bytes(file)).hexdigest() if is_file(file) else ""
        return self._digests[path]


def evidence_digest(corpus_folder: StoragePath, path: str) -> str | None:
    """Return the SHA-256 of a file of evidence; None where it is missing."""
    file = corpus_folder / path
    return hashlib.sha256(read_bytes(file)).hexdigest() if is_file(file) else None


def _current(current: str | None) -> Level:
    basis = f"{current} holds no record of the member" if current else "there is no release to use"
    return Level(name=LevelName.CURRENT_RELEASE, reached=True, basis=basis)


def _every(readable: list[str]) -> Level:
    basis = f"{', '.join(readable)} can still be read" if readable else "no release with such a record can be read"
    return Level(name=LevelName.EVERY_READABLE_RELEASE, reached=not readable, basis=basis)


def _copies(answer: MemberAnswer, unasked: int) -> Level:
    """Count the answers of holders; of copies that no takedown lists, nobody was asked for one."""
    copies = [c for each in answer.takedowns for c in each.copies if c.kind != DescendantKind.TRAINED.value]
    done, number = sum(each.response in _DONE for each in copies), len(copies) + unasked
    basis = f"{done} of {number} answers say that the records are gone" if number else "no copy is registered"
    if unasked:
        basis += f"; no takedown asked for {unasked} of them"
    return Level(name=LevelName.COPIES, reached=done == number if number else None, basis=basis)


def _models(number: int) -> Level:
    basis = f"out of scope: {number} registered models are listed, and nothing is claimed of any model"
    return Level(name=LevelName.MODELS, reached=False, basis=basis)
