"""Ids that are digests of known ones are noticed; other digests are not."""

import base64
import hashlib
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.reconciliation.hashed import hashed_ids

ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha3_256", "sha384", "sha512", "blake2b", "blake2s"]
FORMS: dict[str, Callable[[bytes], str]] = {
    "hexadecimal": bytes.hex,
    "capitals": lambda digest: digest.hex().upper(),
    "prefix": lambda digest: f"hash:{digest.hex()}",
    "number": lambda digest: f"0x{digest.hex()}",
    "base64": lambda digest: base64.b64encode(digest).decode(),
    "for links": lambda digest: base64.urlsafe_b64encode(digest).decode().rstrip("="),
    "base64 after its name": lambda digest: f"sha256-{base64.b64encode(digest).decode()}",
    "base32": lambda digest: base64.b32encode(digest).decode(),
    "small base32 after a name": lambda digest: f"sha1:{base64.b32encode(digest).decode().lower().rstrip('=')}",
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.text(min_size=1), st.sampled_from([*FORMS.values()]), st.sampled_from([str, str.lower, str.upper]))
def test_a_digest_of_a_known_id_is_noticed(
    algorithm: str, known: str, form: Callable[[bytes], str], case: Callable[[str], str]
) -> None:
    digest = hashlib.new(algorithm, case(known).encode("utf-8", "replace"), usedforsecurity=False).digest()
    pairs = hashed_ids(pl.Series(["1001", form(digest)]), [pl.Series(["other"]), pl.Series([known])])
    assert pairs.rows() == [(form(digest), known)]


def test_every_spelling_of_one_digest_is_noticed() -> None:
    digest = hashlib.sha256(b"1001").digest()
    spellings = sorted({form(digest) for form in FORMS.values()})
    assert hashed_ids(pl.Series(spellings), [pl.Series(["1001"])])["id"].to_list() == spellings


@given(st.binary(min_size=16, max_size=64), st.sampled_from([*FORMS.values()]))
def test_a_digest_of_something_else_is_not(content: bytes, form: Callable[[bytes], str]) -> None:
    assert hashed_ids(pl.Series([form(content)]), [pl.Series(["1001", "ada", "m7"])]).is_empty()
