"""The tagger behind the seam for named entities, with the weights that are shipped or installed beside it."""

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
"""Language → file beside this module."""
INSTALLED: Final = "discreet.weights"
"""Entry points of packages that bring `LANGUAGE.npz`: the entry is named after the language and names the package."""
_BESIDE: Final = {"pt": "pip install packages/discreet-pt (CC BY-SA 4.0)"}
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
    """Load the weights of a language, at one `caution` and, on top of it, those of single types.

    Raises:
        DetectionError: no weights are shipped or installed for that language.
    """
    return OwnModel(Tagger.load(weights_path(language)).leaning(cautions), language, caution)


def weights_path(language: str) -> Path:
    """Give the file of a language: the shipped one, else that of an installed package.

    Raises:
        DetectionError: there is none.
    """
    if language in WEIGHTS:
        return Path(str(files(__package__) / WEIGHTS[language]))
    for entry in entry_points(group=INSTALLED, name=language):
        return Path(str(files(entry.value) / f"{language}.npz"))
    mend = _BESIDE.get(language, f"models are shipped for {', '.join(WEIGHTS)}; name a spaCy pipeline")
    raise DetectionError(f"languages.{language}.ner: own: no weights are installed; {mend}")


def _fingerprint(tagger: Tagger, caution: float) -> str:
    digest = hashlib.sha256(f"{tagger.fingerprint} {caution!r}".encode())
    for name in _CODE:
        digest.update((files(__package__) / name).read_bytes())
    return digest.hexdigest()
