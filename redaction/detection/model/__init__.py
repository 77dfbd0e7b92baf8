"""The model that is shipped with this project: people, places and organisations in posts.

`Tagger` reads texts and gives spans; `load_backend` gives the same behind the seam that detection plugs models into.
Everything runs on NumPy; how the weights were made stands in MODEL_CARD.md beside this file.
"""

from redaction.detection.model.backend import OwnModel, load_backend
from redaction.detection.model.errors import ModelError
from redaction.detection.model.tagger import Found, Tagger

__all__ = ["Found", "ModelError", "OwnModel", "Tagger", "load_backend"]
