"""Identifies the language of texts offline, with py3langid (BSD, its model inside the wheel).

Measured on 2,871 parts of posts and sentences in eight languages, as share correct up to four words, up to eight, and
beyond: py3langid over the languages that a network is likely to have .84, .97, .99 at 180,000 words/s; over all its 140
languages .73, .94, .98; fastText's lid.176.ftz .82, .93, .98; lingua .77, .93, .98 at 2,600 words/s and a gigabyte of
memory.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from py3langid.langid import LanguageIdentifier

from redaction.detection.acceleration import Accelerator
from redaction.detection.acceleration.language_batches import Classifier
from redaction.detection.acceleration.language_model import load_batch_classifier, load_reference
from redaction.detection.entities import DetectionReason, LanguageGuess
from redaction.detection.language.clean import CleanText, clean_texts
from redaction.detection.language.foreign_sentences import MIN_SENTENCE_SCORE, SENTENCE, ForeignTextFinder
from redaction.detection.language.second_opinion import second_opinion
from redaction.detection.lists import word_list
from redaction.detection.settings import DetectionSettings

_MIN_PLAUSIBLE = 0.02
"""The least probability of a declared language, for a text whose guess is too weak."""


class Classified(NamedTuple):
    """The classifier's guess for a text and the letters it is based on; `und` for a text without letters."""

    language: str
    score: float
    letters: int
    foreign: str | None = None
    """The unsupported language of a large part of the text."""


_NO_LETTERS = Classified("und", 0.0, 0)


def identify_languages(
    texts: Sequence[str], settings: DetectionSettings, declared: Sequence[str | None] | None = None
) -> list[LanguageGuess]:
    """Identify the language of each text among those of the profile.

    Args:
        texts: the texts.
        settings: the profile.
        declared: the language (BCP 47) that the source gives for each text; it is used where the text is too short or
            the guess too weak.

    Returns:
        For each text its language, or None with a reason. A text with a large part in unsupported languages has none,
        as that part could not be analyzed.
    """
    tags = declared if declared is not None else [None] * len(texts)
    identifier, classifier = load_models(settings)
    clean = clean_texts(texts)
    classified = classify(clean, classifier)
    foreign = ForeignTextFinder(settings, classifier).find(texts, clean)
    return [
        _checked(text, each._replace(foreign=foreign.get(i)), settings, primary_tag(tag), identifier)
        for i, (text, each, tag) in enumerate(zip(texts, classified, tags, strict=True))
    ]


def primary_tag(tag: str | None) -> str | None:
    """Return the primary tag: `en` of `en-GB`."""
    return re.split(r"[-_]", tag.strip().lower())[0] or None if tag else None


class OtherLanguages:
    """Finds sentences that are in another supported language than their text.

    Only texts with two stop words of one other language are searched.
    """

    def __init__(self, settings: DetectionSettings, stop_words: dict[str, frozenset[str]]) -> None:
        """Prepare the search, with the stop words of each language of the profile."""
        self._settings = settings
        self._foreign = {
            own: {code: words - stop_words[own] for code, words in stop_words.items() if code != own}
            for own in stop_words
        }
        self._any_foreign = {own: frozenset().union(*others.values()) for own, others in self._foreign.items()}
        _, self._classifier = load_models(settings)

    def sentences(self, text: str, language: str) -> Iterator[tuple[int, int, str]]:
        """Yield `(start, end, language)` of each sentence of a text in `language` that is in another language."""
        if not self._has_foreign_words(text, language):
            return
        sentences = list(SENTENCE.finditer(text))
        classified = classify(clean_texts([match.group() for match in sentences]), self._classifier)
        for match, (found, score, letters, _) in zip(sentences, classified, strict=True):
            is_other = found != language and found in self._settings.languages
            if is_other and score >= MIN_SENTENCE_SCORE and letters >= self._settings.identification.min_letters:
                yield match.start(), match.end(), found

    def _has_foreign_words(self, text: str, language: str) -> bool:
        any_foreign = self._any_foreign[language]
        words = any_foreign.intersection(text.lower().split()) if any_foreign else any_foreign
        return len(words) > 1 and any(len(words & others) > 1 for others in self._foreign[language].values())


def _checked(
    text: str,
    classified: Classified,
    settings: DetectionSettings,
    declared: str | None,
    identifier: LanguageIdentifier,
) -> LanguageGuess:
    """Guess the language of a text; one that is in no supported language is read a second time without its names."""
    guess = _guess(text, classified, settings, declared, identifier)
    if guess.language is None and classified.foreign is None and (declared is None or declared in settings.languages):
        return reconsider(text, guess, settings, identifier)
    return guess


def reconsider(
    text: str, guess: LanguageGuess, settings: DetectionSettings, identifier: LanguageIdentifier
) -> LanguageGuess:
    """Return the second opinion on a text that seems to be in no supported language, or the guess itself."""
    if not text:
        return guess
    opinion = second_opinion(text, guess.score, settings.languages, identifier, settings.identification.default)
    return LanguageGuess(*opinion) if opinion is not None else guess


def _guess(
    text: str,
    classified: Classified,
    settings: DetectionSettings,
    declared: str | None,
    identifier: LanguageIdentifier,
) -> LanguageGuess:
    rules = settings.identification
    language, score, letters, foreign = classified
    if letters < rules.min_letters:
        fallback = declared or (language if score >= MIN_SENTENCE_SCORE else rules.default)
        if fallback is None:
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        return _if_supported(fallback, score, settings)
    weak = score < (rules.min_score if language in settings.languages else MIN_SENTENCE_SCORE)
    if weak and declared is not None and _is_plausible(text, declared, identifier):
        language = declared
    elif score < rules.min_score:
        return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
    if foreign is not None and language in settings.languages:
        return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED, foreign)
    return _if_supported(language, score, settings)


def _if_supported(language: str, score: float, settings: DetectionSettings) -> LanguageGuess:
    if language in settings.languages:
        return LanguageGuess(language, score)
    return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED, language)


def classify(clean: Sequence[CleanText], classifier: Classifier) -> list[Classified]:
    """Return the classifier's guess for each text; `und` for one without letters."""
    guesses = iter(classifier.classify([each.text for each in clean if each.letters]))
    return [Classified(*next(guesses), letters) if letters else _NO_LETTERS for _, letters, _ in clean]


def _is_plausible(text: str, declared: str, identifier: LanguageIdentifier) -> bool:
    return any(language == declared and score >= _MIN_PLAUSIBLE for language, score in identifier.rank(text))


def load_models(settings: DetectionSettings) -> tuple[LanguageIdentifier, Classifier]:
    """Return the identifier and the classifier of a profile's languages, loaded once per process."""
    return _load(frozenset(settings.languages), Accelerator.LANGUAGE_BATCHES in settings.accelerators)


@cache
def _load(supported: frozenset[str], in_batches: bool) -> tuple[LanguageIdentifier, Classifier]:
    """Load the model once per process and set of languages; it holds nothing of any text."""
    languages = word_list("languages") | supported
    return load_batch_classifier(languages) if in_batches else load_reference(languages)
