"""The tagger behind the seam for named entities, with the weights that are shipped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from redaction.detection.errors import DetectionError
from redaction.detection.model.tagger import Tagger
from redaction.detection.ner import NerSpan

WEIGHTS: Final = {"en": "en.npz", "de": "de.npz"}
"""Language → file beside this module."""
_CODE: Final = ("tagger.py", "network.py", "features.py", "lexicon.py", "tokens.py")


class OwnModel:
    """A `NerBackend`: one language's tagger at one `caution`."""

    def __init__(self, tagger: Tagger, language: str, caution: float) -> None:
        self._tagger = tagger
        self._caution = caution
        self.name = f"discreet-{language}"
        self.labels = tagger.labels
        self.fingerprint = _fingerprint(tagger, caution)

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """For each text its entities, by start; `languages` is of the same length and not read."""
        return [tuple(NerSpan(*found) for found in row) for row in self._tagger.predict(texts, self._caution)]


def load_backend(language: str, caution: float, cautions: Mapping[str, float]) -> OwnModel:
    """Load the shipped weights of a language, at one `caution` and, on top of it, those of single types.

    Raises:
        DetectionError: no model is shipped for that language.
    """
    if language not in WEIGHTS:
        raise DetectionError(
            f"languages.{language}.ner: own: models are shipped for {', '.join(WEIGHTS)}; name a spaCy pipeline"
        )
    return OwnModel(Tagger.load(weights_path(language)).leaning(cautions), language, caution)


def weights_path(language: str) -> Path:
    """Give the file of a shipped language."""
    return Path(str(files(__package__) / WEIGHTS[language]))


def _fingerprint(tagger: Tagger, caution: float) -> str:
    digest = hashlib.sha256(f"{tagger.fingerprint} {caution!r}".encode())
    for name in _CODE:
        digest.update((files(__package__) / name).read_bytes())
    return digest.hexdigest()
