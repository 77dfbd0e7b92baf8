"""Was a model trained on a release? Lists the sentences to score, and judges the scores."""

from redaction.operations.canaries.answer import CanaryAnswer, score_canaries
from redaction.operations.canaries.candidates import CanaryError, candidates, write_candidates

__all__ = ["CanaryAnswer", "CanaryError", "candidates", "score_canaries", "write_candidates"]
