"""Measure what redacted texts are still good for: for a small language model, and for a small classifier.

Both are deliberately small, and own no weights: what they can learn, they learn from the texts that they are given.
"""

from redaction.evaluation.utility.classifier import Classifier
from redaction.evaluation.utility.word_model import WordModel, perplexity
from redaction.evaluation.utility.words import Word, kept_share, words_of

__all__ = ["Classifier", "Word", "WordModel", "kept_share", "perplexity", "words_of"]
