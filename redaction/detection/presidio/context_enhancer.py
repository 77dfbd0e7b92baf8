"""Presidio's enhancer of scores by context words, without its searches through all tokens for each finding."""

from bisect import bisect_left, bisect_right
from typing import Any

from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from redaction.detection.presidio.nlp_engine import LazyArtifacts


class BisectingEnhancer(LemmaContextAwareEnhancer):  # type: ignore[misc, unused-ignore]
    """Raises the scores that `LemmaContextAwareEnhancer` raises; a text of many findings takes linear time."""

    def _extract_surrounding_words(self, nlp_artifacts: Any, word: str, start: int) -> list[str]:
        """Return the keywords around the token at the start of a finding, with its own."""
        if not isinstance(nlp_artifacts, LazyArtifacts) or not len(nlp_artifacts.tokens):
            words: list[str] = super()._extract_surrounding_words(nlp_artifacts, word, start)
            return words
        own = _token_at(nlp_artifacts, start)
        at = nlp_artifacts.keyword_positions
        up_to, since = bisect_right(at, own), bisect_left(at, own)
        before = at[max(0, up_to - self.context_prefix_count - 1) : up_to]
        after = at[since : since + self.context_suffix_count + 1]
        return [nlp_artifacts.lemmas[i].lower() for i in (*before, *after)]


def _token_at(artifacts: LazyArtifacts, start: int) -> int:
    """Return the first token that ends after the start of a finding."""
    tokens, starts = artifacts.tokens, artifacts.tokens_indices
    index = bisect_right(range(len(starts)), start, key=lambda i: starts[i] + len(tokens[i]))
    if index == len(starts):
        raise ValueError("a finding begins after all tokens")
    return index
