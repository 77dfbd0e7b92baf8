"""Compare the search for containers with a plain one: sets of words, every text with every other."""

import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.rights import Anchors, NearDuplicateSettings, containers, is_run_together, likely_containers
from tests.rights.near_duplicates.test_reference import WORDS, disguised, words_of

SETTINGS = NearDuplicateSettings()
Texts = dict[int, str]


def frame(texts: Texts) -> pl.DataFrame:
    rows = {"number": list(texts), "text": list(texts.values())}
    return pl.DataFrame(rows, schema={"number": pl.UInt32, "text": pl.String})


def found(protected: Texts, candidates: Texts) -> dict[int, int]:
    anchors = Anchors.of([frame(protected)], SETTINGS, b"key")
    likely = likely_containers([frame(candidates)], anchors, SETTINGS, b"key")
    pairs = containers(likely, [frame(protected), frame(candidates)], SETTINGS, b"key")
    return dict(pairs.select("candidate", "protected").iter_rows())


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
