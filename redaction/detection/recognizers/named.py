"""What a model names, without what it names wrongly by rule: pieces of links, and names without a letter."""

import re
from collections.abc import Sequence

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


class NamedEntityRecognizer(SpacyRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio's recogniser of a model's entities; links are left to the rules for links."""

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """The model's entities, cut where a link begins; in a link there are none."""
        results: list[RecognizerResult] = super().analyze(text, entities, nlp_artifacts)
        links = [match.span() for match in _LINK.finditer(text)] if "://" in text or "www." in text.lower() else []
        kept = []
        for result in results:
            for start, end in links:
                if start < result.end and result.start < end:
                    result.end = max(result.start, start)
            if _LETTER.search(text, result.start, result.end):
                kept.append(result)
        return kept
