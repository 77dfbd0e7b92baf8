"""Words as numbers, against words as strings."""

import polars as pl
import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from redaction.rights.near_duplicates.word_hashes import hash_words

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = regex.compile(rf"[{_SPACELESS}]|(?:(?![{_SPACELESS}])[\p{{L}}\p{{M}}\p{{N}}])+")
"""The same by another engine with its own Unicode tables; the two may differ in unassigned characters."""

SIGNS = st.text(st.sampled_from("aábßж港のไ語٣½_@'’ \n\t-.!ʼ\u0301\u200d😀𐐀𠀀𝟘0é"))


def words(texts: list[str]) -> list[list[str]]:
    return [WORD.findall(text) for text in texts]


@given(st.lists(SIGNS))
@example(["", "a", "a b", "ab", ""])
@example(["a\nb", "港の事務所 abc港", "\n"])
def test_equal_words_have_one_number_and_others_another(texts: list[str]) -> None:
    numbers, counts = hash_words(pl.Series(texts, dtype=pl.String), b"key")
    expected = words(texts)
    assert counts.tolist() == [len(each) for each in expected]
    flat = [word for each in expected for word in each]
    assert len(flat) == len(numbers)
    assert len(set(zip(flat, numbers.tolist(), strict=True))) == len(set(flat)) == len(set(numbers.tolist()))


@pytest.mark.parametrize("text", ["tide ", "Ebbe über dem Hafen ", "港の事務所 "])
@pytest.mark.parametrize("times", [1, 60_000])
def test_the_batch_size_makes_no_difference(text: str, times: int) -> None:
    texts = [text * times, "rope", text, "rope " + text * times]
    together, counts = hash_words(pl.Series(texts), b"key")
    alone = [hash_words(pl.Series([each]), b"key") for each in texts]
    assert together.tolist() == [number for numbers, _ in alone for number in numbers.tolist()]
    assert counts.tolist() == [int(count) for _, each in alone for count in each]


def test_another_secret_gives_other_numbers() -> None:
    texts = pl.Series(["count the ropes twice"])
    one, other = (hash_words(texts, secret)[0] for secret in (b"key", b"another"))
    assert not set(one.tolist()) & set(other.tolist())
