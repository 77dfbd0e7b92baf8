"""The language of a text, told offline by py3langid (BSD, its model inside the wheel).

Measured on 2,871 pieces of posts and sentences in eight languages: py3langid over the languages that a
network is likely to hold .84 right up to four words, .97 up to eight, .99 beyond, 180,000 words/s; over all
its 140 languages .73, .94, .98; fastText's lid.176.ftz .82, .93, .98; lingua .77, .93, .98 at 2,600 words/s
and a gigabyte of memory.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from redaction.detection.lists import word_list
from redaction.detection.settings import DetectionSettings
from redaction.detection.vocabulary import DetectionReason, LanguageGuess

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+|&[a-z]+;|\brt\b|[\d_]+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"[^.!?\n。！？।]+(?:[.!?。！？।]+|\n|$)")
_PLAUSIBLE = 0.02
_SURE = 0.9


def identify_languages(
    texts: Sequence[str], settings: DetectionSettings, declared: Sequence[str | None] | None = None
) -> list[LanguageGuess]:
    """For each text its language among those of the settings, or None with a reason.

    `declared` is what the source says (BCP 47); it decides where the text is too short or the guess too weak.
    A text of which a good part is in a language that is not supported has none: that part could not be
    looked at.
    """
    said = declared if declared is not None else [None] * len(texts)
    identifier = _identifier(frozenset(settings.languages))
    return [_guess(text, settings, primary_tag(tag), identifier) for text, tag in zip(texts, said, strict=True)]


def primary_tag(tag: str | None) -> str | None:
    """`en` of `en-GB`; None of nothing."""
    return re.split(r"[-_]", tag.strip().lower())[0] or None if tag else None


class OtherLanguages:
    """Finds the sentences of a text that are in another supported language than the text.

    Only texts that hold function words of another language, or letters of another script, are looked at.
    """

    def __init__(self, settings: DetectionSettings, stop_words: dict[str, frozenset[str]]) -> None:
        self._settings = settings
        self._stop_words = stop_words
        self._identifier = _identifier(frozenset(settings.languages))

    def sentences(self, text: str, language: str) -> Iterator[tuple[int, int, str]]:
        """`(start, end, language)` of each such sentence."""
        if len(self._stop_words) < 2 or not self._suspect(text, language):
            return
        for match in _SENTENCE.finditer(text):
            found, score, letters = _classify(match.group(), self._identifier)
            other = found != language and found in self._settings.languages
            if other and score >= _SURE and letters >= self._settings.identification.min_letters:
                yield match.start(), match.end(), found

    def _suspect(self, text: str, language: str) -> bool:
        words = set(text.lower().split())
        own = self._stop_words[language]
        return any(
            len((words & stop_words) - own) >= 2 for code, stop_words in self._stop_words.items() if code != language
        )


def _guess(
    text: str, settings: DetectionSettings, declared: str | None, identifier: LanguageIdentifier
) -> LanguageGuess:
    rules = settings.identification
    found, score, letters = _classify(text, identifier)
    if letters < rules.min_letters:
        fallback = declared or (found if score >= _SURE else rules.default)
        if fallback is None:
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        return _among(fallback, score, settings)
    if score < rules.min_score:
        if declared is None or not _plausible(text, declared, identifier):
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        found = declared
    if found in settings.languages and _foreign_share(text, settings, identifier) > rules.foreign_share:
        return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)
    return _among(found, score, settings)


def _among(language: str, score: float, settings: DetectionSettings) -> LanguageGuess:
    if language in settings.languages:
        return LanguageGuess(language, score)
    return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)


def _classify(text: str, identifier: LanguageIdentifier) -> tuple[str, float, int]:
    words = _NOISE.sub(" ", text)
    letters = len(_LETTER.findall(words))
    if not letters:
        return "und", 0.0, 0
    language, score = identifier.classify(words)
    return language, float(score), letters


def _plausible(text: str, declared: str, identifier: LanguageIdentifier) -> bool:
    return any(language == declared and score >= _PLAUSIBLE for language, score in identifier.rank(text))


def _foreign_share(text: str, settings: DetectionSettings, identifier: LanguageIdentifier) -> float:
    """The share of letters that stand in sentences of languages outside the settings."""
    sentences = [match.group() for match in _SENTENCE.finditer(text)]
    if len(sentences) < 2:
        return 0.0
    foreign = whole = 0
    for sentence in sentences:
        found, score, letters = _classify(sentence, identifier)
        whole += letters
        if found not in settings.languages and score >= _SURE and letters >= settings.identification.min_letters:
            foreign += letters
    return foreign / whole if whole else 0.0


@cache
def _identifier(supported: frozenset[str]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    identifier.set_languages((word_list("languages") | supported) & known)
    return identifier
