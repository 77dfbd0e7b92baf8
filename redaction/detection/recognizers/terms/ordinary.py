"""English words that are no names, however the model reads them: stretched, lower case, titles, peoples, storms."""

import re

from redaction.detection.lists import word_list
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES

_PEOPLES = word_list("peoples")
_WORDS = (
    {word.casefold() for word in word_list("ordinary_words")}
    - {word.casefold() for word in word_list("name_words") | word_list("nicknames")}
    - GIVEN_NAMES
)
_SPOKEN, _EXCLAMATIONS = word_list("words_of_chat"), word_list("exclamations")
_SPOKEN_OR_WRITTEN = _WORDS | _SPOKEN
_TITLES = word_list("titles")
_DIRECTIONS = word_list("directions")
_STRETCHED, _ALL_STRETCHED = re.compile(r"([a-z])\1\1"), re.compile(r"([a-z])\1+")
_RUNS = re.compile(r"([a-z])\1{2,}")
_LAUGH = re.compile(r"h*(?:[aeio]+h+){2,}[aeio]*|(?:h+[aeio]+){2,}h*")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{3,}")
_INITIALS = word_list("initials_of_people")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAME_BEHIND = re.compile(r"\.?[ ]?[A-ZÀ-Þ]")
_STORM = re.compile(r"(?<!\w)(?:hurricane|typhoon|cyclone|(?:tropical|winter) storm)[ ]$", re.IGNORECASE)
_DOMAIN = re.compile(r"\.(?:com|org|net|gov|edu|io)(?!\w)")
_FUNCTION_WORDS = re.compile(r"(?:[ ](?:for|via|per|into|the|and|or|is|was|with|from|to|on|at|has|will))+$")


def is_no_name(text: str, start: int, end: int, is_person: bool) -> bool:
    """Whether characters `[start, end)` of an English text, a person or a location by the model, are ordinary words."""
    name = text[start:end]
    words = [word.casefold().replace("’", "'") for word in _LETTERS.findall(name)]
    if not words or text[max(0, start - 1) : start] in ("#", "@"):
        return False
    if len(words) == 1 and (_is_sound(words[0]) or (name.islower() and words[0] in _SPOKEN_OR_WRITTEN)):
        return True
    if is_person:
        return _is_no_person(text, start, name, words)
    if all(word in _DIRECTIONS or word in _WORDS for word in words) and name.islower():
        return True
    return len(words) == 1 and _DOMAIN.match(text, end) is not None


def _is_sound(word: str) -> bool:
    """Whether it is an exclamation, a laugh, or an ordinary word that is stretched: "Pleaseee"."""
    if word in _EXCLAMATIONS or _LAUGH.fullmatch(word):
        return True
    if _STRETCHED.search(word) is None:
        return False
    forms = {_ALL_STRETCHED.sub(r"\1", word), _RUNS.sub(r"\1\1", word), _RUNS.sub(r"\1", word)}
    return any(form in _WORDS or form in _SPOKEN for form in forms)


def _is_no_person(text: str, start: int, name: str, words: list[str]) -> bool:
    is_title = _TITLES.issuperset(words) and _NAME_BEHIND.match(text, start + len(name)) is None
    if is_title or (words[0] in _PEOPLES and len(words) == 1 and words[0].endswith("s")):
        return True
    if words[0] == "hurricane" or _STORM.search(text, max(0, start - 16), start):
        return True
    return name.islower() and _NO_VOWEL.fullmatch(name) is not None and name not in _INITIALS


def without_function_words(text: str, start: int, end: int) -> int:
    """Return the end of a location without the function words behind it: "Santa Fe into"."""
    words = _FUNCTION_WORDS.search(text, start, end)
    return words.start() if words and words.start() > start else end
