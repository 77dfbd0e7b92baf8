"""The model that ships with this project: people, locations and organizations in posts.

`Tagger` finds spans in texts; `load_backend` returns it as a `NerBackend`. Everything runs on NumPy; MODEL_CARD.md in
this folder describes the training.
"""

from redaction.detection.models.tagger.errors import ModelError
from redaction.detection.models.tagger.tagger import Tagger
from redaction.detection.models.tagger.weights import TaggerBackend, TaggerKey, load_backend

__all__ = ["ModelError", "Tagger", "TaggerBackend", "TaggerKey", "load_backend"]
