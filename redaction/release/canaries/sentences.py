"""Sentences without meaning, drawn by a key: a few neutral words, and a code of words that only the key gives.

Every word is an ordinary one of things, materials and motions. Names of people, places, months and brands, words of
work and words that are also names are left out, and no two nouns or adjectives are next to each other outside the code,
so that nothing in a sentence is or looks like personal data.
"""

import hmac
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

LANGUAGE: Final = "en"
"""The language of the sentences."""

_WORDS: Final = Path(__file__).with_name("words.txt")
_CODE_WORDS: Final = 5


def draw_sentences(key: bytes) -> Iterator[str]:
    """Draw sentences without end; the same key gives the same ones in the same order, each of them once.

    The code of a sentence is an HMAC of its other words, so only who has the key can make one that fits.

    Yields:
        Each sentence.
    """
    words = _words()
    drawn = set[str]()
    for number in range(1 << 32):
        choices = iter(_digits(key, f"words/{number}"))

        def one_of(group: str, choices: Iterator[int] = choices) -> str:
            return words[group][next(choices) % len(words[group])]

        opening = (
            f"The {one_of('adjectives')} {one_of('things')} {one_of('motions')} {one_of('placings')} "
            f"the {one_of('adjectives')} {one_of('things')}"
        )
        code = [words["code"][digit % len(words["code"])] for digit in _digits(key, f"code/{opening}")[:_CODE_WORDS]]
        sentence = f"{opening}, with the {', the '.join(code[:-1])} and the {code[-1]}."
        if sentence not in drawn and len(set(code)) == _CODE_WORDS:
            drawn.add(sentence)
            yield sentence


@cache
def _words() -> dict[str, list[str]]:
    """Read the words: each group starts with its name and a colon, at the start of a line."""
    groups = (line.split(":") for line in _WORDS.read_text("ascii").replace("\n  ", " ").splitlines())
    return {name: words.split() for name, words in groups}


def _digits(key: bytes, label: str) -> list[int]:
    """Return eight numbers of 32 bits, so that a remainder is nearly uniform."""
    digest = hmac.digest(key, label.encode(), sha256)
    return [int.from_bytes(digest[start : start + 4]) for start in range(0, len(digest), 4)]
