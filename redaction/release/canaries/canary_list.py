"""The list of the canaries of a release: which sentences are in it, and which were only drawn, for comparison.

Everything follows from the key of the release. The list is private; the manifest has its digest, so that a list that is
shown later can be proved to be the one that the release was published with.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import rfc8785

from redaction.release.build_facts import Canaries
from redaction.release.canaries.sentences import draw_sentences
from redaction.release.errors import ReleaseError
from redaction.release.identity.record_keys import RecordKey, derive_release_key
from redaction.release.identity.signing import Signer, is_signed
from redaction.release.registry import Release, original_version

_SOURCE: Final = "canaries"
"""The source in the keyed ids of canaries: no input has it, so no record has such an id."""
_CANDIDATE_DIGITS: Final = 16
_MOST_DRAWS: Final = 20
"""How many sentences are drawn at most for each that is needed."""


Accepts = Callable[[Sequence[str]], list[bool]]
"""Says for each text whether nothing is found in it."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One sentence of the list.

    `candidate` names it, `record_id` is that of its row, None if it is not in the release. `signature` covers all else.
    """

    corpus: str
    version: str
    candidate: str
    text: str
    record_id: str | None
    signature: str = ""

    @property
    def placed(self) -> bool:
        """Whether it is in the release; the others are the reference."""
        return self.record_id is not None

    @property
    def content(self) -> bytes:
        """What is signed, as canonical JSON."""
        names = ("corpus", "version", "candidate", "text", "record_id")
        return rfc8785.dumps({name: getattr(self, name) for name in names})

    def is_signed_by(self, public_key: str) -> bool:
        """Whether the signature is that of the key."""
        return is_signed(public_key, self.content, self.signature)


def draw_canaries(
    key: RecordKey,
    signer: Signer,
    release: tuple[str, str],
    number: int,
    accepts: Accepts,
) -> tuple[Canary, ...]:
    """Draw `number` sentences to place in a release, and as many for comparison.

    Args:
        key: The key of the release.
        signer: Signs each of them.
        release: The corpus and the version.
        number: How many are placed.
        accepts: Says for each text whether nothing is found in it.

    Returns:
        The list, sorted by the keyed name of the candidate, so that its order discloses nothing.

    Raises:
        ReleaseError: Something is found in nearly every sentence.
    """
    secret, (corpus, version) = key.purpose("canaries"), release
    texts = list(islice(_accepted(secret, accepts, 2 * number), 2 * number))
    if len(texts) < 2 * number:
        raise ReleaseError(
            "release.canaries: the detector or the audit finds something in nearly every sentence; set it to 0, or "
            "take English everyday words out of the profile's deny_list"
        )
    shuffled = sorted(texts, key=lambda text: _digest(secret, "half", text))
    unsigned = [
        Canary(corpus, version, _digest(secret, "candidate", text)[:_CANDIDATE_DIGITS], text, record_id)
        for text, record_id in zip(shuffled, [*canary_ids(key, number), *[None] * number], strict=True)
    ]
    signed = (replace(each, signature=signer.sign(each.content)) for each in unsigned)
    return tuple(sorted(signed, key=lambda each: each.candidate))


def summary_of(canaries: Iterable[Canary]) -> Canaries | None:
    """Describe a list for the manifest: how many are placed, and the digest of all signatures; None without any."""
    listed = sorted(canaries, key=lambda each: each.candidate)
    if not listed:
        return None
    digest = hashlib.sha256("\n".join(each.signature for each in listed).encode()).hexdigest()
    return Canaries(placed=sum(each.placed for each in listed), list_sha256=digest)


def canary_ids(key: RecordKey, number: int) -> list[str]:
    """Compute the ids of the rows of the canaries of a release."""
    return [key.record_id(_SOURCE, str(index)) for index in range(number)]


def canary_ids_in(release: Release, master: bytes) -> list[str]:
    """Compute the ids of the canaries in a release; after takedowns they are those of the build that made the rows."""
    manifest = release.manifest
    key = derive_release_key(master, manifest.corpus, original_version(release))
    return canary_ids(key, manifest.placed_canaries)


def _accepted(secret: bytes, accepts: Accepts, needed: int) -> Iterator[str]:
    drawn = draw_sentences(secret)
    for _ in range(_MOST_DRAWS):
        texts = list(islice(drawn, needed))
        yield from (text for text, accepted in zip(texts, accepts(texts), strict=True) if accepted)


def _digest(secret: bytes, label: str, text: str) -> str:
    return hmac.digest(secret, f"{label}/{text}".encode(), hashlib.sha256).hex()
