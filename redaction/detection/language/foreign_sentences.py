"""Texts of which a good part is in languages that are not supported: that part could not be looked at."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from redaction.detection.acceleration.language.batch_scores import BatchClassifier
from redaction.detection.acceleration.language.rivals import Rivals
from redaction.detection.language.clean import Cleaned, Ints, cleaned, count_letters
from redaction.detection.settings import DetectionSettings

Floats = npt.NDArray[np.float64]

SENTENCE: Final = re.compile(r"[^.!?\n。！？।]+(?:[.!?。！？।]+|\n|$)")
SURE: Final = 0.9
"""The probability of a sentence's language from which on it counts."""


class _Sentences(NamedTuple):
    """Sentences without noise: whose each is, its letters; and how many letters each text has that has several."""

    owners: Ints
    texts: list[str]
    letters: Ints
    whole: Floats

    def pick(self, some: Ints) -> list[str]:
        """The texts of some."""
        return [self.texts[i] for i in some.tolist()]

    def that_matter(self, some: Ints, share: float) -> Ints:
        """Those of texts of which they are a good part."""
        owners = self.owners[some]
        letters = np.bincount(owners, self.letters[some], len(self.whole))
        return some[letters[owners] / self.whole[owners] > share]


class ForeignTexts:
    """Finds them; sentences that are surely in no other language than their text's are not read for theirs."""

    def __init__(
        self, settings: DetectionSettings, classifier: BatchClassifier, rivals: Callable[[str], Rivals]
    ) -> None:
        """`rivals` gives, by supported language, those languages that are not."""
        self._rules = settings.identification
        self._supported = frozenset(settings.languages)
        self._classifier = classifier
        self._rivals = rivals

    def among(self, texts: Sequence[str], clean: Sequence[Cleaned], languages: Sequence[str]) -> frozenset[int]:
        """Which of the texts have more than `foreign_share` of their letters in such sentences.

        `clean` are the texts without noise, `languages` what each is in as a whole.
        """
        sentences = self._sentences(texts, clean)
        share = self._rules.foreign_share
        long = np.flatnonzero(sentences.letters >= max(self._rules.min_letters, 1))
        some = sentences.that_matter(long, share)
        some = sentences.that_matter(self._could_be(sentences, some, languages), share)
        guesses = self._classifier.classify(sentences.pick(some))
        foreign = [guess.language not in self._supported and guess.score >= SURE for guess in guesses]
        matter = sentences.that_matter(some[np.array(foreign, bool)], share)
        return frozenset(sentences.owners[matter].tolist())

    def _sentences(self, texts: Sequence[str], clean: Sequence[Cleaned]) -> _Sentences:
        near: list[str] = []
        far: list[str] = []
        owners: tuple[list[int], list[int]] = [], []
        for i, (text, each) in enumerate(zip(texts, clean, strict=True)):
            if each.letters >= self._rules.min_letters:
                found = SENTENCE.findall(each.text if each.apart else text)
                if len(found) > 1:
                    (near if each.apart else far).extend(found)
                    owners[not each.apart].extend([i] * len(found))
        pieces = near + [each.text for each in cleaned(far)]
        letters, whose = count_letters(pieces), np.array([*owners[0], *owners[1]], np.int64)
        return _Sentences(whose, pieces, letters, np.bincount(whose, letters, len(texts)).astype(np.float64))

    def _could_be(self, sentences: _Sentences, some: Ints, languages: Sequence[str]) -> Ints:
        """Those that could be in a language that is not supported."""
        by_language: dict[str, list[int]] = defaultdict(list)
        for number, owner in zip(some.tolist(), sentences.owners[some].tolist(), strict=True):
            by_language[languages[owner]].append(number)
        could: list[int] = []
        for language, numbers in by_language.items():
            if language in self._supported:
                may = self._rivals(language).may_win([sentences.texts[i] for i in numbers])
                could += [i for i, wins in zip(numbers, may, strict=True) if wins]
            else:
                could += numbers
        return np.array(could, np.int64)
