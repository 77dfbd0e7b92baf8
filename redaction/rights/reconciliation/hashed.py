"""Find ids that are the digest of a known one, as an export that hides its ids may have."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from redaction.rights.reconciliation.spellings import PAIRS

_ALGORITHMS: Final = {
    32: ("md5",),
    40: ("sha1",),
    56: ("sha224", "sha3_224"),
    64: ("sha256", "sha3_256", "blake2s"),
    96: ("sha384", "sha3_384"),
    128: ("sha512", "sha3_512", "blake2b"),
}
"""Digests without a key, by the number of their hexadecimal digits."""
_HEXADECIMAL: Final = re.compile(r"(?:^|.*[^0-9A-Za-z]|0x)([0-9a-fA-F]{32,128})[^0-9A-Za-z]*", re.DOTALL)
_NAMED: Final = re.compile(r"^(?:md5|sha\d{1,3}(?:[_-]\d{3})?|blake2[bs])[-_]", re.IGNORECASE)
_BASE_32: Final = re.compile(r"(?:.*[^A-Za-z0-9])?([A-Za-z2-7]{26,103})={0,6}", re.DOTALL)
_NO_BASE_32: Final = (1, 3, 6)
"""How many characters the last group of base32 never has."""
_BASE_64: Final = re.compile(r"(?:.*[:$ ])?([A-Za-z0-9+/_-]{22,88})={0,2}", re.DOTALL)


def hashed_ids(unknown: pl.Series, known: Iterable[pl.Series]) -> pl.DataFrame:
    """Find the unknown ids that are a digest of a known one.

    Known ids are digested only where an unknown one has the length of a digest.

    Args:
        unknown: Distinct ids that are in none of the blocks.
        known: Blocks of ids. Only one is in memory at a time.

    Returns:
        `PAIRS`, one row for each such id, sorted by id.
    """
    given = pl.DataFrame(
        [(text, digest) for text in unknown for digest in _digests(text)],
        schema={"id": pl.String, "digest": pl.String},
        orient="row",
    )
    digests = set(given["digest"])
    algorithms = {name for digest in digests for name in _ALGORITHMS[len(digest)]}
    found = {
        digest: text
        for block in (known if digests else ())
        for text in block.drop_nulls()
        for content in {form.encode("utf-8", "replace") for form in (text, text.lower(), text.upper())}
        for name in algorithms
        if (digest := hashlib.new(name, content, usedforsecurity=False).hexdigest()) in digests
    }
    matches = pl.DataFrame(
        {"digest": list(found), "known": list(found.values())},
        schema_overrides=dict.fromkeys(("digest", "known"), pl.String),
    )
    return given.join(matches, on="digest").select(PAIRS.names()).unique("id", keep="first").sort("id")


def _digests(text: str) -> Iterable[str]:
    """Yield the hexadecimal digits of what may be a digest."""
    if (found := _HEXADECIMAL.fullmatch(text)) and len(found[1]) in _ALGORITHMS:
        yield found[1].lower()
        return
    if (found := _BASE_32.fullmatch(text)) and len(found[1]) % 8 not in _NO_BASE_32:
        yield from _of_length(base64.b32decode(found[1].upper() + "=" * (-len(found[1]) % 8)))
    if found := _BASE_64.fullmatch(_NAMED.sub("", text)):
        code = found[1].replace("+", "-").replace("/", "_")
        if len(code) % 4 != 1:
            yield from _of_length(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))


def _of_length(content: bytes) -> Iterable[str]:
    """Yield the hexadecimal digits of bytes that are as long as a digest."""
    if 2 * len(content) in _ALGORITHMS:
        yield content.hex()
