"""Identifies the language of the lines of a stream: a line that is unclear takes that of the lines before it."""

from collections import Counter, deque
from collections.abc import Sequence
from typing import Final

from redaction.detection.entities import DetectionReason, LanguageGuess
from redaction.detection.language.clean import clean_texts
from redaction.detection.language.foreign_sentences import MIN_SENTENCE_SCORE, ForeignTextFinder
from redaction.detection.language.identify import Classified, classify, load_models, primary_tag, reconsider
from redaction.detection.settings import DetectionSettings

_RECENT_LETTERS: Final = 400
"""Lines with so many letters together are the surroundings of the next one."""
_MIN_SHORT_SCORE: Final = 0.5
"""The least score of a short line that is clear, in a language of the profile."""
_MIN_SHARE: Final = 0.5
"""The least share of the recent letters, weighted by the score of their line, that decides for an unclear line."""


class LineLanguages:
    """Identifies the language of each line of a stream.

    A line is clear if its guess is almost certain, or if its guess is a language of the profile and good enough for the
    length of the line. Any other line takes the declared language, else that of the lines before it, else the
    profile's default. It keeps guesses and no text, and the guess of a line depends on no later line.
    """

    def __init__(self, settings: DetectionSettings, declared: str | None = None) -> None:
        """Begin a stream; `declared` is the language (BCP 47) of unclear lines."""
        self._settings = settings
        self._rules = settings.identification
        self._declared = primary_tag(declared)
        self._identifier, self._classifier = load_models(settings)
        self._foreign = ForeignTextFinder(settings, self._classifier)
        self._recent: deque[Classified] = deque()

    def identify(self, lines: Sequence[str]) -> list[LanguageGuess]:
        """Return the language of each of the next lines, or None with a reason."""
        clean = clean_texts(lines)
        foreign = self._foreign.find(lines, clean)
        guesses = []
        for i, line in enumerate(classify(clean, self._classifier)):
            self._remember(line)
            guess = self._guess(line, i in foreign)
            if guess.language is None and i not in foreign and self._may_reconsider:
                guess = reconsider(lines[i], guess, self._settings, self._identifier)
            guesses.append(guess)
        return guesses

    @property
    def _may_reconsider(self) -> bool:
        return self._declared is None or self._declared in self._settings.languages

    def _guess(self, line: Classified, is_foreign: bool) -> LanguageGuess:
        language = line.language
        if not self._is_clear(line):
            fallback = self._declared or self._surroundings()
            is_weak = line.letters < self._rules.min_letters or line.score < self._rules.min_score
            if fallback is None and is_weak:
                fallback = self._rules.default
                if fallback is None:
                    return LanguageGuess(None, line.score, DetectionReason.LANGUAGE_UNKNOWN)
            language = fallback or language
        if language not in self._settings.languages or is_foreign:
            return LanguageGuess(None, line.score, DetectionReason.LANGUAGE_UNSUPPORTED)
        return LanguageGuess(language, line.score)

    def _is_clear(self, line: Classified) -> bool:
        if line.score >= MIN_SENTENCE_SCORE:
            return True
        is_long = line.letters >= self._rules.min_letters
        least = self._rules.min_score if is_long else max(self._rules.min_score, _MIN_SHORT_SCORE)
        return line.score >= least and line.language in self._settings.languages

    def _remember(self, line: Classified) -> None:
        if line.letters:
            self._recent.append(line._replace(letters=min(line.letters, _RECENT_LETTERS)))
        while sum(each.letters for each in self._recent) > _RECENT_LETTERS and len(self._recent) > 1:
            self._recent.popleft()

    def _surroundings(self) -> str | None:
        """Return the language of most of the recent letters."""
        weights: Counter[str] = Counter()
        for line in self._recent:
            weights[line.language] += line.letters * line.score  # type: ignore[assignment]
        letters = sum(line.letters for line in self._recent)
        language, weight = max(weights.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        is_enough = letters >= self._rules.min_letters and weight >= _MIN_SHARE * letters
        return language if is_enough else None
