"""Compare the search for containers with a plain one: sets of words, every text with every other."""

import random
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.rights import (
    NearDuplicateSettings,
    ProtectedShingles,
    RowShingles,
    Runs,
    Shingled,
    Words,
    WordsInside,
    as_characters,
    character_settings,
    find_containers,
    is_run_together,
)
from tests.rights.near_duplicates.test_reference import WORDS, disguised, words_of

SETTINGS = NearDuplicateSettings()
Texts = dict[int, str]


def frame(texts: Texts) -> pl.DataFrame:
    rows = {"number": list(texts), "text": list(texts.values())}
    return pl.DataFrame(rows, schema={"number": pl.UInt32, "text": pl.String})


def found(protected: Texts, candidates: Texts) -> dict[int, int]:
    """Find containers, with the texts in two batches each."""
    with tempfile.TemporaryDirectory() as scratch:
        collected = ProtectedShingles(Path(scratch) / "shingles", SETTINGS)
        for half in halves(protected):
            collected.add(Shingled.of(Runs.of(half, SETTINGS, b"key")))
        rows = [RowShingles.of(Shingled.of(Runs.of(half, SETTINGS, b"key"))) for half in halves(candidates)]
        pairs = find_containers(rows, collected.anchors(), SETTINGS)
        assert pairs.equals(find_containers([RowShingles.concat(rows)], collected.anchors(), SETTINGS))
    return dict(pairs.select("candidate", "protected").iter_rows())


def halves(texts: Texts) -> list[pl.DataFrame]:
    rows = frame(texts)
    return [rows.head(rows.height // 2), rows.tail(rows.height - rows.height // 2)]


def share(original: str, text: str) -> float:
    """The share of the original's triples of words that the text has; 0 for fewer than twelve words."""
    own, others = words_of(original), words_of(text)
    triples = {tuple(own[n : n + 3]) for n in range(len(own) - 2)}
    if len(triples) < SETTINGS.contained_words - 2:
        return 0.0
    return len(triples & {tuple(others[n : n + 3]) for n in range(len(others) - 2)}) / len(triples)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_containers_are_those_of_the_reference(seed: int) -> None:
    chance = random.Random(seed)
    protected = {n: " ".join(chance.choices(WORDS, k=chance.choice([8, 12, 20, 60]))) for n in range(20)}
    candidates: Texts = {}
    for n in range(40):
        text = protected[chance.randrange(20)].split()
        for _ in range(chance.choice([0, 0, 0, 1, 2, 6])):
            text[chance.randrange(len(text))] = chance.choice(WORDS)
        before, after = (chance.choices(WORDS, k=chance.choice([0, 10, 60, 200])) for _ in range(2))
        candidates[100 + n] = disguised(" ".join([*before, *text, *after]), chance)
    result = found(protected, candidates)
    for candidate, container in candidates.items():
        shares = {n: share(original, container) for n, original in protected.items()}
        if max(shares.values()) == 1:
            assert candidate in result
        if candidate in result:
            assert shares[result[candidate]] >= SETTINGS.contained


def test_missing_and_inserted_white_space_is_noticed() -> None:
    texts = ["A usual sentence of nine words, as people write.", "Ausualsentenceofninewords,aspeoplewrite.",
             "A u s u a l  s e n t e n c e  o f  n i n e  w o r d s , a s  p e o p l e  w r i t e .",
             "A u s u a l", "Donaudampfschiffahrtsgesellschaft ist es ja auch noch seit neun Jahren",
             "今日は良い天気ですね、散歩に行きましょう", "ok", "",
             "https://net.example/a/very/long/link/that/is/all/there/is?with=a&long=query"]  # fmt: skip
    assert is_run_together(pl.Series(texts)).to_list() == [False, True, True] + 6 * [False]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_text_whose_letters_are_in_another_is_never_left_out(seed: int) -> None:
    """`WordsInside` may let others pass, never less than `contained` of the letters."""
    chance = random.Random(seed)
    texts = {n: " ".join(chance.choices(WORDS, k=chance.choice([14, 20, 60]))) for n in range(8)}
    within = chance.randrange(8)
    words = texts[within].split()
    for _ in range(len(words) // 8):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    around = " ".join(chance.choices(WORDS, k=5))
    run_together = pl.Series([f"{around}{''.join(words)}{around}".replace(" ", "")])
    by_letter = character_settings(SETTINGS)
    shingles = [
        set(Runs.of(as_characters(each), by_letter, b"key").hashes.tolist())
        for each in (frame({0: run_together[0]}), frame({1: texts[within]}))
    ]
    words_of_texts = Words.of(frame(texts), SETTINGS, b"key")
    sizes = np.array([len(texts[number]) for number in words_of_texts.ids])

    def possible(run_together: list[pl.Series]) -> dict[int, bool]:
        flags = WordsInside(run_together, b"key").may_be_part(words_of_texts, sizes)
        return dict(zip(words_of_texts.ids, flags.tolist(), strict=True))

    if len(shingles[0] & shingles[1]) >= SETTINGS.contained * len(shingles[1]):
        assert possible([run_together])[within]
    assert not any(possible([]).values())
    assert not any(possible([pl.Series(["q" * 40])]).values())
