"""Compare the search with one that is written for this test: sets of words, every text with every other.

The reference has no code of the program, and knows no hashes, sketches or batches.
"""

import html
import random
import re
import unicodedata

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights import NearDuplicateSettings
from tests.rights.near_duplicates.test_search import Texts, pairs

THRESHOLD, SURELY, SURELY_NOT = 0.7, 0.8, 0.65
"""The setting, from where on every copy must be found (one in ten million is missed), and below which none may be."""
MIN_WORDS, WIDTH = 8, 3
WORDS = [f"{first}{second}{third}" for first in "bdfgklmn" for second in "aeiou" for third in ("rk", "st", "nd", "lm")]
LOOK_ALIKE = str.maketrans({"а": "a", "е": "e", "о": "o"})


def words_of(text: str) -> list[str]:
    plain = re.sub(r"<[^<>]*>", " ", html.unescape(text))
    plain = re.sub(r"https?://\S+", " ", plain)
    plain = unicodedata.normalize("NFKC", plain).casefold().translate(LOOK_ALIKE)
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) not in {"Cf", "Mn"})
    return "".join(c if c.isalnum() else " " for c in plain).split()


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of the sets of three consecutive words; 0 where a text has fewer than eight words."""
    sets = []
    for text in (one, other):
        words = words_of(text)
        if len(words) < MIN_WORDS:
            return 0.0
        sets.append({tuple(words[n : n + WIDTH]) for n in range(len(words) - WIDTH + 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def disguised(text: str, chance: random.Random) -> str:
    """Change what makes no difference."""
    kind = chance.randrange(9)
    if kind == 0:
        return text.upper()
    if kind == 1:
        return f"<p>{text.replace(' ', '<br/>', 3)}</p>"
    if kind == 2:
        return text.replace("a", "&#97;").replace(" ", "&nbsp;", 2)
    if kind == 3:
        return text.replace("e", "е").replace("o", "о")
    if kind == 4:
        return text.replace("n", "n\u00ad").replace("k", "k\u200b")
    if kind == 5:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    if kind == 6:
        return "\n".join(f"> {part}" for part in re.findall(r"\S+(?:\s+\S+){0,4}", text))
    if kind == 7:
        return f"{text} https://net.example/p/{chance.randrange(9999)}"
    return text.replace(" ", chance.choice([" … ", " - ", ", "]))


def edited(text: str, chance: random.Random) -> str:
    """Change some words, trim the text, or put others before and after it."""
    words = text.split()
    for _ in range(chance.choice([0, 0, 1, 2, 4])):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    if chance.random() < 0.3:
        words = words[: max(1, round(len(words) * chance.uniform(0.5, 1)))]
    if chance.random() < 0.3:
        words += chance.choices(WORDS, k=chance.randint(1, len(words)))
    return " ".join(words)


def made(chance: random.Random) -> tuple[Texts, Texts]:
    """Return protected texts, and candidates of which most are edited and disguised copies."""
    originals = {n: " ".join(chance.choices(WORDS, k=chance.choice([6, 8, 9, 15, 40, 90]))) for n in range(25)}
    others = {200 + n: " ".join(chance.choices(WORDS, k=chance.randint(5, 60))) for n in range(15)}
    copies = {100 + n: disguised(edited(originals[chance.randrange(25)], chance), chance) for n in range(60)}
    return originals, copies | others


@given(st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=40, deadline=None)
def test_the_search_agrees_with_the_reference(seed: int) -> None:
    originals, candidates = made(random.Random(seed))
    found = dict(pairs(originals, candidates))
    for candidate, text in candidates.items():
        nearest = max(similarity(text, original) for original in originals.values())
        if nearest >= SURELY:
            assert candidate in found, text
        if nearest < SURELY_NOT:
            assert candidate not in found, text
        if candidate in found:
            assert similarity(text, originals[found[candidate]]) >= THRESHOLD


def test_the_made_up_texts_are_on_both_sides_of_the_threshold() -> None:
    chance = random.Random(3)
    nearest = []
    for _ in range(10):
        originals, candidates = made(chance)
        nearest += [max(similarity(text, each) for each in originals.values()) for text in candidates.values()]
    assert sum(each >= SURELY for each in nearest) > 100
    assert sum(each < SURELY_NOT for each in nearest) > 150


def test_the_settings_are_those_of_the_reference() -> None:
    settings = NearDuplicateSettings()
    assert (settings.threshold, settings.min_words, settings.shingle_words) == (THRESHOLD, MIN_WORDS, WIDTH)
