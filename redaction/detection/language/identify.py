"""The language of a text, told offline by py3langid (BSD, its model inside the wheel).

Measured on 2,871 pieces of posts and sentences in eight languages: py3langid over the languages that a
network is likely to hold .84 right up to four words, .97 up to eight, .99 beyond, 180,000 words/s; over all
its 140 languages .73, .94, .98; fastText's lid.176.ftz .82, .93, .98; lingua .77, .93, .98 at 2,600 words/s
and a gigabyte of memory.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from py3langid.langid import LanguageIdentifier

from redaction.detection.acceleration.language.batch_scores import BatchClassifier
from redaction.detection.acceleration.language.model import load_language_model, model_name
from redaction.detection.acceleration.language.rivals import Rivals
from redaction.detection.entities import DetectionReason, LanguageGuess
from redaction.detection.language.clean import Cleaned, cleaned
from redaction.detection.language.foreign_sentences import SENTENCE, SURE, ForeignTexts
from redaction.detection.lists import word_list
from redaction.detection.settings import DetectionSettings

_PLAUSIBLE = 0.02
_KEPT = 8
"""Of so many languages the rivals are held ready."""


class _Told(NamedTuple):
    """What the model says of a text, and how many letters it read; no letters, no language."""

    language: str
    score: float
    letters: int
    is_foreign: bool = False
    """Whether a good part of it is in languages outside the settings."""


_NOTHING = _Told("und", 0.0, 0)


def identify_languages(
    texts: Sequence[str], settings: DetectionSettings, declared: Sequence[str | None] | None = None
) -> list[LanguageGuess]:
    """For each text its language among those of the settings, or None with a reason.

    `declared` is what the source says (BCP 47); it decides where the text is too short or the guess too weak.
    A text of which a good part is in a language that is not supported has none: that part could not be
    looked at.
    """
    said = declared if declared is not None else [None] * len(texts)
    identifier, classifier, rivals = _models(frozenset(settings.languages))
    clean = cleaned(texts)
    told = _told(clean, classifier)
    found = ForeignTexts(settings, classifier, rivals)
    foreign = found.among(texts, clean, [each.language for each in told])
    return [
        _guess(text, each._replace(is_foreign=True) if i in foreign else each, settings, primary_tag(tag), identifier)
        for i, (text, each, tag) in enumerate(zip(texts, told, said, strict=True))
    ]


def primary_tag(tag: str | None) -> str | None:
    """`en` of `en-GB`; None of nothing."""
    return re.split(r"[-_]", tag.strip().lower())[0] or None if tag else None


class OtherLanguages:
    """Finds the sentences of a text that are in another supported language than the text.

    Only texts that hold function words of another language, or letters of another script, are looked at.
    """

    def __init__(self, settings: DetectionSettings, stop_words: dict[str, frozenset[str]]) -> None:
        self._settings = settings
        self._foreign = {
            own: {code: words - stop_words[own] for code, words in stop_words.items() if code != own}
            for own in stop_words
        }
        self._any = {own: frozenset().union(*others.values()) for own, others in self._foreign.items()}
        self._classifier = _models(frozenset(settings.languages)).classifier

    def sentences(self, text: str, language: str) -> Iterator[tuple[int, int, str]]:
        """`(start, end, language)` of each such sentence."""
        if not self._suspect(text, language):
            return
        sentences = list(SENTENCE.finditer(text))
        told = _told(cleaned([match.group() for match in sentences]), self._classifier)
        for match, (found, score, letters, _) in zip(sentences, told, strict=True):
            other = found != language and found in self._settings.languages
            if other and score >= SURE and letters >= self._settings.identification.min_letters:
                yield match.start(), match.end(), found

    def _suspect(self, text: str, language: str) -> bool:
        """Whether two words of one other language stand in the text."""
        any_other = self._any[language]
        words = any_other.intersection(text.lower().split()) if any_other else any_other
        return len(words) > 1 and any(len(words & others) > 1 for others in self._foreign[language].values())


def _guess(
    text: str,
    told: _Told,
    settings: DetectionSettings,
    declared: str | None,
    identifier: LanguageIdentifier,
) -> LanguageGuess:
    rules = settings.identification
    found, score, letters, is_foreign = told
    if letters < rules.min_letters:
        fallback = declared or (found if score >= SURE else rules.default)
        if fallback is None:
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        return _among(fallback, score, settings)
    if score < rules.min_score:
        if declared is None or not _plausible(text, declared, identifier):
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        found = declared
    if is_foreign and found in settings.languages:
        return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)
    return _among(found, score, settings)


def _among(language: str, score: float, settings: DetectionSettings) -> LanguageGuess:
    if language in settings.languages:
        return LanguageGuess(language, score)
    return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)


def _told(clean: Sequence[Cleaned], classifier: BatchClassifier) -> list[_Told]:
    guesses = iter(classifier.classify([each.text for each in clean if each.letters]))
    return [_Told(*next(guesses), number) if number else _NOTHING for _, number, _ in clean]


def _plausible(text: str, declared: str, identifier: LanguageIdentifier) -> bool:
    return any(language == declared and score >= _PLAUSIBLE for language, score in identifier.rank(text))


class _Models(NamedTuple):
    identifier: LanguageIdentifier
    classifier: BatchClassifier
    rivals: Callable[[str], Rivals]


@cache
def _models(supported: frozenset[str]) -> _Models:
    languages = word_list("languages") | supported
    identifier, classifier = load_language_model(languages)
    rivals = partial(Rivals, classifier, supported, model_name(languages))
    return _Models(identifier, classifier, lru_cache(_KEPT)(rivals))
