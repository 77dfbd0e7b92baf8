"""Finds texts of which a large part is in unsupported languages and so could not be analyzed."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from redaction.detection.acceleration.language_batches import Classifier
from redaction.detection.language.clean import CleanText, Ints, clean_texts, count_letters
from redaction.detection.settings import DetectionSettings

Floats = npt.NDArray[np.float64]

SENTENCE: Final = re.compile(r"[^.!?\n。！？।]+(?:[.!?。！？।]+|\n|$)")
MIN_SENTENCE_SCORE: Final = 0.9
"""The least probability at which the language of a sentence counts."""


class _Sentences(NamedTuple):
    """The clean sentences of all texts that have several."""

    owners: Ints
    """The index of each sentence's text."""
    texts: list[str]
    letters: Ints
    letters_of_owners: Floats
    """The letters of each text, by its index."""

    def select(self, numbers: Ints) -> list[str]:
        return [self.texts[i] for i in numbers.tolist()]

    def in_large_share(self, numbers: Ints, share: float) -> Ints:
        """Select the sentences whose text has more than `share` of its letters in the given sentences."""
        owners = self.owners[numbers]
        letters = np.bincount(owners, self.letters[numbers], len(self.letters_of_owners))
        return numbers[letters[owners] / self.letters_of_owners[owners] > share]


class ForeignTextFinder:
    """Finds texts with a large share of letters in sentences of unsupported languages."""

    def __init__(self, settings: DetectionSettings, classifier: Classifier) -> None:
        """Prepare the search; `rivals` returns, for a supported language, the test against all unsupported ones."""
        self._rules = settings.identification
        self._supported = frozenset(settings.languages)
        self._classifier = classifier

    def find(self, texts: Sequence[str], clean: Sequence[CleanText]) -> dict[int, str]:
        """Find the texts with more than `foreign_share` of their letters in unsupported languages.

        Returns:
            By index of the text, the unsupported language with the most letters.
        """
        sentences = self._sentences(texts, clean)
        share = self._rules.foreign_share
        long = np.flatnonzero(sentences.letters >= max(self._rules.min_letters, 1))
        candidates = sentences.in_large_share(long, share)
        guesses = self._classifier.classify(sentences.select(candidates))
        foreign = [g.language not in self._supported and g.score >= MIN_SENTENCE_SCORE for g in guesses]
        found = sentences.in_large_share(candidates[np.array(foreign, bool)], share)
        languages = dict(zip(candidates.tolist(), (guess.language for guess in guesses), strict=True))
        letters: dict[tuple[int, str], int] = {}
        for sentence in found.tolist():
            part = (int(sentences.owners[sentence]), languages[sentence])
            letters[part] = letters.get(part, 0) + int(sentences.letters[sentence])
        return dict(sorted(letters, key=lambda part: (letters[part], part)))

    def _sentences(self, texts: Sequence[str], clean: Sequence[CleanText]) -> _Sentences:
        # Sentences of a clean text are clean; where cleaning joined sentences, they are split first and cleaned after.
        clean_sentences: list[str] = []
        raw_sentences: list[str] = []
        clean_owners: list[int] = []
        raw_owners: list[int] = []
        for i, (text, each) in enumerate(zip(texts, clean, strict=True)):
            if each.letters >= self._rules.min_letters:
                sentences = SENTENCE.findall(each.text if each.keeps_sentences else text)
                if len(sentences) > 1:
                    (clean_sentences if each.keeps_sentences else raw_sentences).extend(sentences)
                    (clean_owners if each.keeps_sentences else raw_owners).extend([i] * len(sentences))
        all_clean = clean_sentences + [each.text for each in clean_texts(raw_sentences)]
        letters, owners = count_letters(all_clean), np.array([*clean_owners, *raw_owners], np.int64)
        letters_of_owners = np.bincount(owners, letters, len(texts)).astype(np.float64)
        return _Sentences(owners, all_clean, letters, letters_of_owners)
