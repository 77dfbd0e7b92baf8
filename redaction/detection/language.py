"""The language of a text, told offline by py3langid (BSD, its model inside the wheel).

Measured on 2,871 pieces of posts and sentences in eight languages: py3langid over the languages that a
network is likely to hold .84 right up to four words, .97 up to eight, .99 beyond, 180,000 words/s; over all
its 140 languages .73, .94, .98; fastText's lid.176.ftz .82, .93, .98; lingua .77, .93, .98 at 2,600 words/s
and a gigabyte of memory.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from redaction.detection.language_model import BatchClassifier, Guess
from redaction.detection.lists import word_list
from redaction.detection.settings import DetectionSettings
from redaction.detection.vocabulary import DetectionReason, LanguageGuess

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+|&[a-z]+;|\brt\b|[\d_]+", re.IGNORECASE)
_NOISE_WITHOUT_AT = re.compile(
    r"[#&_\dhHwWrR](?:(?<=[hH])[tT][tT][pP][sSſ]?://\S+|(?<=[wW])[wW][wW]\.\S+|(?<=#)\w+|(?<=&)[a-zA-Zıİſ\u212a]+;"
    r"|(?<=[rR])(?<!\w[rR])[tT]\b|(?<=[\d_])[\d_]*)"
)
"""The same for texts without @, found faster: what it may start with is plain."""
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SENTENCE = re.compile(r"[^.!?\n。！？।]+(?:[.!?。！？।]+|\n|$)")
_BETWEEN = "\x1f"
"""A blank of no text, between texts that are cleaned in one go."""
_PLAUSIBLE = 0.02
_SURE = 0.9


class _Told(NamedTuple):
    """What the model says of a text, and how many letters it read; no letters, no language."""

    language: str
    score: float
    letters: int
    foreign_share: float = 0.0
    """The share of its letters that stand in sentences of languages outside the settings."""


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
    identifier, classifier = _models(frozenset(settings.languages))
    told = _classify(texts, classifier)
    shares = _foreign_shares(texts, told, settings, classifier)
    return [
        _guess(text, each._replace(foreign_share=share), settings, primary_tag(tag), identifier)
        for text, each, share, tag in zip(texts, told, shares, said, strict=True)
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
        _, self._classifier = _models(frozenset(settings.languages))

    def sentences(self, text: str, language: str) -> Iterator[tuple[int, int, str]]:
        """`(start, end, language)` of each such sentence."""
        if not self._suspect(text, language):
            return
        sentences = list(_SENTENCE.finditer(text))
        told = _classify([match.group() for match in sentences], self._classifier)
        for match, (found, score, letters, _) in zip(sentences, told, strict=True):
            other = found != language and found in self._settings.languages
            if other and score >= _SURE and letters >= self._settings.identification.min_letters:
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
    found, score, letters, foreign_share = told
    if letters < rules.min_letters:
        fallback = declared or (found if score >= _SURE else rules.default)
        if fallback is None:
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        return _among(fallback, score, settings)
    if score < rules.min_score:
        if declared is None or not _plausible(text, declared, identifier):
            return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNKNOWN)
        found = declared
    if found in settings.languages and foreign_share > rules.foreign_share:
        return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)
    return _among(found, score, settings)


def _among(language: str, score: float, settings: DetectionSettings) -> LanguageGuess:
    if language in settings.languages:
        return LanguageGuess(language, score)
    return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)


def _classify(texts: Sequence[str], classifier: BatchClassifier) -> list[_Told]:
    cleaned = _cleaned(texts)
    letters = [_letters(text) for text in cleaned]
    guesses = iter(classifier.classify([text for text, number in zip(cleaned, letters, strict=True) if number]))
    return [_told(next(guesses), number) if number else _NOTHING for number in letters]


def _told(guess: Guess, letters: int) -> _Told:
    return _Told(guess.language, guess.score, letters)


def _letters(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(map(len, _LETTERS.findall(text)))


def _cleaned(texts: Sequence[str]) -> list[str]:
    """Without what says nothing of the language. No noise reaches over a blank, so texts are cleaned in one go."""
    cleaned = list(texts)
    for noise, some in (
        (_NOISE_WITHOUT_AT, [i for i, text in enumerate(texts) if "@" not in text]),
        (_NOISE, [i for i, text in enumerate(texts) if "@" in text]),
    ):
        whole = [i for i in some if _BETWEEN not in texts[i]]
        pieces = noise.sub(" ", _BETWEEN.join(texts[i] for i in whole)).split(_BETWEEN)
        for i, piece in zip(whole, pieces, strict=False):
            cleaned[i] = piece
        for i in set(some).difference(whole):
            cleaned[i] = noise.sub(" ", texts[i])
    return cleaned


def _plausible(text: str, declared: str, identifier: LanguageIdentifier) -> bool:
    return any(language == declared and score >= _PLAUSIBLE for language, score in identifier.rank(text))


def _foreign_shares(
    texts: Sequence[str], told: Sequence[_Told], settings: DetectionSettings, classifier: BatchClassifier
) -> list[float]:
    """For each text the share of letters that stand in sentences of languages outside the settings.

    Only sentences that could count are read: long enough, and together long enough to matter.
    """
    rules = settings.identification
    sentences: list[tuple[int, str]] = []
    whole = [0] * len(texts)
    long: list[tuple[int, str, int]] = []
    for i, (text, each) in enumerate(zip(texts, told, strict=True)):
        found = _SENTENCE.findall(text) if each.letters >= rules.min_letters else []
        if len(found) > 1:
            sentences.extend((i, sentence) for sentence in found)
    for (i, _), cleaned in zip(sentences, _cleaned([sentence for _, sentence in sentences]), strict=True):
        letters = _letters(cleaned)
        whole[i] += letters
        if letters and letters >= rules.min_letters:
            long.append((i, cleaned, letters))
    could = [0] * len(texts)
    for i, _, letters in long:
        could[i] += letters
    long = [each for each in long if could[each[0]] / whole[each[0]] > rules.foreign_share]
    foreign = [0] * len(texts)
    for (i, _, letters), guess in zip(long, classifier.classify([text for _, text, _ in long]), strict=True):
        if guess.language not in settings.languages and guess.score >= _SURE:
            foreign[i] += letters
    return [part / all_ if all_ else 0.0 for part, all_ in zip(foreign, whole, strict=True)]


@cache
def _models(supported: frozenset[str]) -> tuple[LanguageIdentifier, BatchClassifier]:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages((word_list("languages") | supported) & set(identifier.labels))
    return identifier, BatchClassifier(identifier)
