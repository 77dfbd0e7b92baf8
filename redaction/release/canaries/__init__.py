"""Canaries: made-up sentences in a release, by which one can show that a model was trained on it."""

from redaction.release.canaries.canary_list import Canary, canary_ids_in, draw_canaries, summary_of
from redaction.release.canaries.placement import Placement

__all__ = ["Canary", "Placement", "canary_ids_in", "draw_canaries", "summary_of"]
