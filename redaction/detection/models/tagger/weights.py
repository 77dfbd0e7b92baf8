"""The tagger as a `NerBackend`, with the weights that ship with this project or with an installed package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from redaction.detection.errors import DetectionError
from redaction.detection.models.backend import NerSpan
from redaction.detection.models.fine_tuned import FineTuned
from redaction.detection.models.own_languages import WEIGHTS, package_of
from redaction.detection.models.tagger.tagger import Tagger

_SEPARATE_PACKAGES: Final = {"pt": "pip install packages/discreet-pt (CC BY-SA 4.0)"}
_CODE: Final = ("tagger.py", "network.py", "features.py", "lexicon.py", "tokens.py")


TaggerKey = tuple[Path, tuple[tuple[str, float], ...], FineTuned | None]
"""The weights file, the cautions of single types, and another last layer."""


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


def load_backend(  # noqa: PLR0913 - what a tagger is chosen by
    language: str,
    caution: float,
    cautions: Mapping[str, float],
    loaded: dict[TaggerKey, Tagger] | None = None,
    *,
    fine_tuned: FineTuned | None = None,
    filtered: bool = True,
) -> TaggerBackend:
    """Load the tagger of a language.

    Args:
        language: the language.
        caution: added to the log odds of all types.
        cautions: added to the log odds of single types.
        loaded: the taggers that were loaded before. Languages that share a file and cautions share the tagger.
        fine_tuned: another last layer.
        filtered: whether `acceleration.convolutions` computes the layers.

    Returns:
        The tagger with its cautions.

    Raises:
        DetectionError: the other layer was fitted to other weights.
    """
    path = weights_path(language)
    loaded = {} if loaded is None else loaded
    key = (path, tuple(sorted(cautions.items())), fine_tuned)
    if key not in loaded:
        tagger = Tagger.load(path, filtered=filtered)
        if fine_tuned is not None:
            tagger = tagger.with_head(fine_tuned.layer(tagger.fingerprint, tagger.head.shape))
        loaded[key] = tagger.with_cautions(cautions)
    return TaggerBackend(loaded[key], language, caution)


def weights_path(language: str) -> Path:
    """Return the weights file of a language, shipped or in an installed package; raise DetectionError if none."""
    if language in WEIGHTS:
        return Path(str(files(__package__) / WEIGHTS[language]))
    if package := package_of(language):
        return Path(str(files(package) / f"{language}.npz"))
    fix = _SEPARATE_PACKAGES.get(language, f"models are shipped for {', '.join(WEIGHTS)}; name a spaCy pipeline")
    raise DetectionError(f"languages.{language}.ner: own: no weights are installed; {fix}")


def _fingerprint(tagger: Tagger, caution: float) -> str:
    digest = hashlib.sha256(f"{tagger.fingerprint} {caution!r}".encode())
    for name in _CODE:
        digest.update((files(__package__) / name).read_bytes())
    return digest.hexdigest()
