"""The model that is shipped with this project: people, places and organisations in posts.

`Tagger` reads texts and gives spans; `load_backend` gives the same behind the seam that detection plugs models into.
Everything runs on NumPy; how the weights were made stands in MODEL_CARD.md beside this file.
"""

from redaction.detection.models.tagger.errors import ModelError
from redaction.detection.models.tagger.tagger import Found, Tagger
from redaction.detection.models.tagger.weights import OwnModel, load_backend

__all__ = ["Found", "ModelError", "OwnModel", "Tagger", "load_backend"]
