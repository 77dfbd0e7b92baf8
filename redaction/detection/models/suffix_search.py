"""Makes spaCy's tokenizer linear: for each suffix it splits off, it searches the whole run of characters again.

20,000 times `(` took 25 seconds. No suffix but a run of full stops is longer than a few characters, so the search may
start at the last place where one could; the tokens are the same.
"""

import re._parser as sre_parse  # type: ignore[import-not-found]
from typing import Any, Final

from spacy.language import Language
from spacy.tokenizer import Tokenizer

_ELLIPSIS: Final = r"\.\.+$"
_LONGEST: Final = 100
"""A pattern that matches more characters than this counts as unlimited."""


def bound_suffix_search(nlp: Language) -> Language:
    """Let the tokenizer search for suffixes at the end of a run only, if they are short; return the pipeline."""
    tokenizer: Any = nlp.tokenizer
    if type(tokenizer) is Tokenizer:
        pattern = getattr(tokenizer.suffix_search, "__self__", None)
        longest = _longest(pattern.pattern) if pattern is not None else None
        if longest is not None:
            tokenizer.suffix_search = _BoundedSearch(pattern, longest)
    return nlp


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
