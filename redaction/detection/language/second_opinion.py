"""Reads a short text that seems to be in an unsupported language once more, without what misleads the classifier.

Names ("Thanks Phạm Văn Đức for the help") and codes (the address of a wallet) carry no language, but decide
for it where a text has few other words.
"""

import re
from collections.abc import Collection
from typing import Final

from py3langid.langid import LanguageIdentifier

from redaction.detection.language.clean import clean_texts

_MOST_LETTERS: Final = 120
"""A longer text has enough words beside its names."""
_FEW_LETTERS: Final = 20
"""A text with fewer letters beside its codes has no language of its own."""
_MIN_SCORE: Final = 0.5
"""The least probability of the words that are no names, where the whole text is clearly in another language."""
_WEAK: Final = 0.7
"""Below this score the guess is weak: of the text and of its words it is enough that a supported language is likely."""
_MIN_WEAK_SCORE: Final = 0.08
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def second_opinion(
    text: str, score: float, languages: Collection[str], identifier: LanguageIdentifier, default: str | None
) -> tuple[str, float] | None:
    """Return the supported language of a short text, and its probability; None if it is in none of them.

    Args:
        text: the text, whose likeliest language is not supported.
        score: the probability of that language.
        languages: the supported languages.
        identifier: ranks the languages of a text.
        default: the language of texts that have too few words without their codes.
    """
    without_codes = _CODE.sub(" ", text)
    (clean,) = clean_texts([without_codes])
    if clean.letters > _MOST_LETTERS:
        return None
    words = _WORD.findall(clean.text)
    plain = [word for word in words if not word[0].isupper()] or [word.lower() for word in words]
    if not plain or not all(map(str.isascii, plain)):
        return None
    if without_codes != text and sum(map(len, plain)) <= _FEW_LETTERS:
        return (default, 0.0) if default is not None and default in languages else None
    whole, rest = (_best(part, languages, identifier) for part in (clean.text, " ".join(plain)))
    if rest[1] >= _MIN_SCORE and len(plain) > 1:
        return rest
    is_likely = whole[0] == rest[0] and min(whole[1], rest[1]) >= _MIN_WEAK_SCORE
    return whole if score < _WEAK and is_likely else None


def _best(text: str, languages: Collection[str], identifier: LanguageIdentifier) -> tuple[str, float]:
    return max(
        ((language, float(score)) for language, score in identifier.rank(text) if language in languages),
        key=lambda each: each[1],
        default=("", 0.0),
    )
