"""Code that only makes an answer faster: each part has a slow reference and an equality test.

`acceleration: false` in a detection profile turns all parts off; the results are the same. docs/acceleration.md has the
measured gain of each.
"""

from enum import StrEnum


class Accelerator(StrEnum):
    """The parts that can be turned off, and the slow reference that then runs."""

    RULE_SCAN = "rule_scan"
    """`patterns.batch_scan`; every rule searches every text."""
    RECOGNIZER_PREFILTER = "recognizer_prefilter"
    """`patterns.recognizer_prefilter`; every Presidio recognizer analyzes every text."""
    PHONE_PREFILTER = "phone_prefilter"
    """`phone_prefilter`; Presidio's PhoneRecognizer."""
    CONTEXT_WORDS = "context_words"
    """`context_words`; spaCy tags each text with a result that a context word could raise, and Presidio decides."""
    TAGGER_CONVOLUTIONS = "tagger_convolutions"
    """`convolutions`; one product for each word and its neighbors (`models.tagger.network`)."""
    NUMPY_NER = "numpy_ner"
    """`spacy_numpy`; `nlp.pipe` of spaCy."""
    LANGUAGE_BATCHES = "language_batches"
    """`language_batches`; py3langid, text by text."""
