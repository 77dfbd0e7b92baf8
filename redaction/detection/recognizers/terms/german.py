"""German nouns, which have capitals like names: what a model calls a person or a location but is a listed noun."""

import re

from redaction.detection.lists import word_list

_NOUNS, _AFTER_ARTICLE = word_list("nouns_de"), word_list("nouns_after_article_de")
_ARTICLE = re.compile(
    r"(?<!\w)(?:der|die|das|dem|den|des|(?:k|m|d|s)?ein(?:e|en|em|er|es)?|unser[en]?[mns]?|ihr(?:e|en|em|er|es)?|dies(?:e|en|em|er|es)"
    r"|jed(?:e|en|em|er|es)|im|am|zum|zur|beim|vom|ins|ans|als)[ ]$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(?:Der|Die|Das|Den|Dem|Des|Ein|Eine|Einen|Im|Am|Zum|Zur)[ ]")
_FAMILY_NAME_AFTER = re.compile(r"[ ][A-ZÄÖÜ][a-zäöüß]+")


def is_german_noun(text: str, start: int, end: int) -> bool:
    """Whether characters `[start, end)` are a noun of the list, or after an article one that is a family name too."""
    if leading := _LEADING.match(text, start, end):
        start = leading.end()
    name = text[start:end].strip(" .,:;!?")
    if name in _NOUNS:
        return text[max(0, start - 1) : start] != "#"
    if name not in _AFTER_ARTICLE or _FAMILY_NAME_AFTER.match(text, end):
        return False
    return _ARTICLE.search(text, max(0, start - 12), start) is not None


def without_verb(text: str, start: int, end: int) -> int:
    """Return the end of a name without the words in lower case behind it: "Berg singen"."""
    words = re.search(r"(?:[ ][a-zäöüß]+)+$", text[start:end])
    if words is None or not text[start].isupper():
        return end
    return start + words.start()
