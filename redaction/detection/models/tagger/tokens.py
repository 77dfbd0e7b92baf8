"""Splits a text into the tokens that the tagger reads, with offsets into the text.

Training and prediction use the same tokens, made for posts: links, e-mail addresses and handles are one token, a
hashtag is split at its capitals (`#MeetJaneDoe`), a run of one punctuation character is one token, and so is an emoji
with its modifiers. A possessive `'s` is a token of its own, so that the name before it is unchanged.
"""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f"
    "\u0955-\u0957\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd"
    "\u0d3e-\u0d4d\u0e31-\u0e4e"
)
_LETTER: Final = rf"(?:[^\W\d_]|[{_MARKS}])"
_PICTOGRAPH: Final = "[\u2600-\u27bf\U0001f000-\U0001faff]"
_EMOJI: Final = rf"{_PICTOGRAPH}(?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d{_PICTOGRAPH})*"

_LONGEST_MAILBOX: Final = 100
"""A mailbox has 64 characters at most (RFC 5321). Without a limit, each token would search a long run for `@`."""

_TOKEN: Final = re.compile(
    r"(?:https?://|www\.)\S+"
    rf"|[\w.+-]{{1,{_LONGEST_MAILBOX}}}+@[\w-]+(?:\.[\w-]+)+"
    r"|[@\uff20]\w+"
    r"|['\u2019][sS](?!\w)"
    rf"|{_LETTER}+(?:['\u2019](?![sS](?!\w)){_LETTER}+)*"
    r"|\d+(?:[.,:/]\d+)*"
    rf"|{_EMOJI}"
    r"|([^\w\s])\1*"
    r"|_+"
)

Token = tuple[int, int]


def tokenize(text: str) -> list[Token]:
    """Return `[start, end)` of every token, in order; tokens are not empty, do not overlap, and contain no space."""
    tokens: list[Token] = []
    after_hash = False
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if after_hash and end - start > 3 and tokens[-1][1] == start:
            tokens.extend(_split_camel_case(text, start, end))
        else:
            tokens.append((start, end))
        after_hash = text[end - 1] == "#"
    return tokens


def _split_camel_case(text: str, start: int, end: int) -> list[Token]:
    """Split the body of a hashtag before each capital that starts a word."""
    capitals = [
        i
        for i in range(start + 1, end)
        if text[i].isupper() and (text[i - 1].islower() or text[i + 1 : i + 2].islower())
    ]
    return list(zip([start, *capitals], [*capitals, end], strict=True))
