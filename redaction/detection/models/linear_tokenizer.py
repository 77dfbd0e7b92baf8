"""Makes spaCy's tokenizer linear: it scans a run of characters without white space again and again.

For each suffix that it splits off, it searches the whole run: 20,000 times `(` took 25 seconds. No suffix but a run of
full stops is longer than a few characters, so the search may start at the last place where one could. Its pattern for
links tries each colon as the end of a user's name, each with any end of a password. The tokens are the same.

After each prefix and suffix it copies and hashes the rest of the run, so a run of more than `LONGEST_RUN` characters,
which is no text, is cut into pieces. These may have other tokens where they meet.
"""

import re
import re._parser as sre_parse  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from spacy.attrs import NORM, ORTH, SPACY
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

_ELLIPSIS: Final = r"\.\.+$"
_LONGEST: Final = 100
"""A pattern that matches more characters than this counts as unlimited."""


_USER: Final = r"(?:\S+(?::\S*)?@)?"
_EQUAL_USER: Final = r"(?:\S+@)?"
r"""Matches the same texts, as `\S` matches a colon too."""


LONGEST_RUN: Final = 1000
_RUN: Final = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_SEARCHED: Final = 100


def bound_tokenizer(nlp: Language) -> Language:
    """Let the tokenizer search for short suffixes at the end of a run only, for links in one pass, in short runs."""
    tokenizer: Any = nlp.tokenizer
    if type(tokenizer) is Tokenizer:
        pattern = getattr(tokenizer.suffix_search, "__self__", None)
        longest = _longest(pattern.pattern) if pattern is not None else None
        if longest is not None:
            tokenizer.suffix_search = _BoundedSearch(pattern, longest)
        link = getattr(tokenizer.url_match, "__self__", None)
        if link is not None and _USER in link.pattern:
            tokenizer.url_match = re.compile(link.pattern.replace(_USER, _EQUAL_USER), link.flags).match
        nlp.tokenizer = _PieceTokenizer(tokenizer)
    return nlp


class _PieceTokenizer:
    """Gives spaCy's tokenizer a text as it is, or in pieces where it has a long run without white space."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.whole = tokenizer

    def __call__(self, text: str) -> Doc:
        if len(text) <= LONGEST_RUN or max(map(len, text.split()), default=0) <= LONGEST_RUN:
            doc: Doc = self.whole(text)
            return doc
        return _joined([self.whole(piece) for piece in _pieces(text)])


def _joined(docs: list[Doc]) -> Doc:
    """Join tokenized texts, as `Doc.from_docs` does in four times the time."""
    vocab = docs[0].vocab
    columns = np.concatenate([doc.to_array([ORTH, SPACY, NORM]) for doc in docs])
    words = [vocab.strings[word] for word in columns[:, 0].tolist()]
    joined = Doc(vocab, words=words, spaces=columns[:, 1].astype(bool).tolist())
    norms: Any = np.ascontiguousarray(columns[:, 2:])
    return joined.from_array([NORM], norms)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text inside its long runs, where possible between a word and another character."""
    start = 0
    for run in _RUN.finditer(text):
        cut = run.start()
        while run.end() - cut > LONGEST_RUN:
            high = cut + LONGEST_RUN
            edges = (i for i in range(high, high - _SEARCHED, -1) if text[i - 1].isalnum() != text[i].isalnum())
            cut = next(edges, high)
            yield text[start:cut]
            start = cut
    yield text[start:]


class _BoundedSearch:
    """Searches for a suffix as the pattern does, from the last place where one can begin."""

    def __init__(self, pattern: Any, longest: int) -> None:
        self._pattern = pattern
        self._longest = longest

    def __call__(self, text: str) -> Any:
        start = len(text) - self._longest
        if start > 0 and text.endswith(".."):
            start = min(start, len(text.rstrip(".")))
        return self._pattern.search(text, max(start, 0))


def _longest(pattern: str) -> int | None:
    """Return the most characters that a suffix other than an ellipsis can have; None if there is no such limit."""
    parsed = sre_parse.parse(pattern)
    is_choice = len(parsed) == 1 and parsed[0][0] is sre_parse.BRANCH
    branches = parsed[0][1][1] if is_choice else [parsed]
    ellipsis = str(sre_parse.parse(_ELLIPSIS))
    widths = [branch.getwidth()[1] for branch in branches if str(branch) != ellipsis]
    longest = max(widths, default=0)
    return longest if longest <= _LONGEST else None
