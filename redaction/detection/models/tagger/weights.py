"""The tagger as a `NerBackend`, with the weights that ship with this project or with an installed package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Final

from redaction.detection.errors import DetectionError
from redaction.detection.models.backend import NerSpan
from redaction.detection.models.tagger.tagger import Tagger

WEIGHTS: Final = {"en": "en.npz", "de": "de.npz"} | dict.fromkeys(("fr", "es", "it", "nl", "hi"), "others.npz")
"""Language → file in this folder."""
INSTALLED: Final = "discreet.weights"
"""Entry point group of packages with more weights: language → package that contains `LANGUAGE.npz`."""
_SEPARATE_PACKAGES: Final = {"pt": "pip install packages/discreet-pt (CC BY-SA 4.0)"}
_CODE: Final = ("tagger.py", "network.py", "features.py", "lexicon.py", "tokens.py")


class TaggerBackend:
    """The tagger of one language, as a `NerBackend`."""

    def __init__(self, tagger: Tagger, language: str, caution: float) -> None:
        self._tagger = tagger
        self._caution = caution
        self.name = f"discreet-{language}"
        self.labels = tagger.labels
        self.fingerprint = _fingerprint(tagger, caution)

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """Return the entities of each text, sorted by start; `languages` is ignored."""
        return [tuple(row) for row in self._tagger.predict(texts, self._caution)]


def load_backend(language: str, caution: float, cautions: Mapping[str, float]) -> TaggerBackend:
    """Load the tagger of a language; `caution` is added to the log odds of all types, `cautions` to single ones."""
    return TaggerBackend(Tagger.load(weights_path(language)).with_cautions(cautions), language, caution)


def weights_path(language: str) -> Path:
    """Return the weights file of a language, shipped or in an installed package; raise DetectionError if none."""
    if language in WEIGHTS:
        return Path(str(files(__package__) / WEIGHTS[language]))
    for entry in entry_points(group=INSTALLED, name=language):
        return Path(str(files(entry.value) / f"{language}.npz"))
    fix = _SEPARATE_PACKAGES.get(language, f"models are shipped for {', '.join(WEIGHTS)}; name a spaCy pipeline")
    raise DetectionError(f"languages.{language}.ner: own: no weights are installed; {fix}")


def _fingerprint(tagger: Tagger, caution: float) -> str:
    digest = hashlib.sha256(f"{tagger.fingerprint} {caution!r}".encode())
    for name in _CODE:
        digest.update((files(__package__) / name).read_bytes())
    return digest.hexdigest()
