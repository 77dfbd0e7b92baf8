"""Compare the fast check for normalized text with Unicode's own tables."""

import unicodedata

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.near_duplicates.shingles import STABLE, _normalize

CHARACTERS = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
STABLE_CHARACTERS = CHARACTERS.filter(CHARACTERS.str.contains(f"^[{STABLE}]\\z")).to_list()


def test_stable_characters_are_normalized_and_do_not_combine() -> None:
    """By Unicode's quick check of normal forms, a text of such characters is normalized: UAX 15, section 9."""
    pairs = [
        part.split() for part in map(unicodedata.decomposition, CHARACTERS) if part and "<" not in part and " " in part
    ]
    joining = {chr(int(second, 16)) for _, second in pairs}
    assert len(STABLE_CHARACTERS) > 20_000
    assert set(map(chr, range(128))) < set(STABLE_CHARACTERS)
    assert not [
        character
        for character in STABLE_CHARACTERS
        if unicodedata.normalize("NFKC", character) != character
        or unicodedata.combining(character)
        or character in joining
    ]


@given(
    st.lists(
        st.text(st.one_of(st.sampled_from("e\u0301\u0308ﬁ…\u00a0Å½’é가\u1161"), st.sampled_from(STABLE_CHARACTERS)))
    )
)
def test_the_fast_normalization_equals_nfkc(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    assert _normalize(series).to_list() == [unicodedata.normalize("NFKC", text) for text in texts]
