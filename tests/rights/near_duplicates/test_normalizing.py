"""Texts that are taken as normalised, against Unicode's own tables."""

import unicodedata

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.near_duplicates.shingles import STABLE, _normalize

EVERY = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
TAKEN = EVERY.filter(EVERY.str.contains(f"^[{STABLE}]\\z")).to_list()


def test_signs_taken_as_normalize_are_and_join_nothing_before_them() -> None:
    """By Unicode's quick check of normal forms a text of such signs is normalised: UAX 15, section 9."""
    pairs = [part.split() for part in map(unicodedata.decomposition, EVERY) if part and "<" not in part and " " in part]
    joining = {chr(int(second, 16)) for _, second in pairs}
    assert len(TAKEN) > 20_000
    assert set(map(chr, range(128))) < set(TAKEN)
    assert not [
        sign
        for sign in TAKEN
        if unicodedata.normalize("NFKC", sign) != sign or unicodedata.combining(sign) or sign in joining
    ]


@given(st.lists(st.text(st.one_of(st.sampled_from("e\u0301\u0308ﬁ…\u00a0Å½’é가\u1161"), st.sampled_from(TAKEN)))))
def test_texts_are_normalize_as_if_all_were(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    assert _normalize(series).to_list() == [unicodedata.normalize("NFKC", text) for text in texts]
