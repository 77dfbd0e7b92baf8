"""Whether a context word could stand among a text's lemmas, told without tagging it.

Which lemma a rule-based lemmatizer takes depends on the tags, but it takes one of few: the token, what a rule of
any part of speech makes of it, or what a table of exceptions or a rule for that word holds. If none of these contains
a context word, none of the lemmas does, and no score can rise. If each of them is a context word, the score rises.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Token

_PASSED_OVER = ("-PRON-", "be")


_CACHED = 1 << 16


class Around(Enum):
    """What the lemmas around some findings can do."""

    NOTHING = "nothing"
    """None is a context word."""
    CERTAIN = "certain"
    """Beside each finding stands a context word, or none, whatever the tags: tokens will do for lemmas."""
    OPEN = "open"
    """The tags decide."""


class _Word(NamedTuple):
    """What a token's lemma could be, and whether Presidio counts it as a keyword: each of them, any of them."""

    forms: frozenset[str]
    surely: bool
    maybe: bool


class PossibleLemmas:
    """The lemmas that a pipeline could give a token, whatever its tags."""

    def __init__(self, nlp: Language) -> None:
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        self._nlp = nlp
        self._rules = {pair for rules in _table(lemmatizer, "lemma_rules") for pair in map(tuple, rules)}
        self._exceptions = _table(lemmatizer, "lemma_exc")
        self._ruled = _ruled(nlp) or []
        self._word = lru_cache(_CACHED)(self._word_of)

    @staticmethod
    def understands(nlp: Language) -> bool:
        """Whether the pipeline's lemmas are those of a rule-based lemmatizer, and of rules for single words."""
        known = {"tok2vec", "tagger", "morphologizer", "attribute_ruler", "lemmatizer"}
        if "lemmatizer" not in nlp.pipe_names or set(nlp.pipe_names) - known:
            return False
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        rules = type(lemmatizer) in (Lemmatizer, EnglishLemmatizer) and lemmatizer.mode == "rule"
        return rules and _ruled(nlp) is not None

    def around(self, text: str, findings: Iterable[tuple[int, list[str]]], reach: tuple[int, int]) -> Around:
        """What the lemmas around the findings of a text can do.

        Args:
            text: the text.
            findings: where each begins, and its recogniser's context words.
            reach: how many keywords before it and behind it are looked at, beside its own token.
        """
        tokens = list(self._nlp.make_doc(text))
        ends = [token.idx + len(token) for token in tokens]
        found = Around.NOTHING
        for start, context in findings:
            at = bisect_right(ends, start)
            if at == len(tokens):  # Presidio refuses it: it is to do so here as well
                return Around.OPEN
            wanted = frozenset(word.lower() for word in context)
            sides = (
                self._at_most(reversed(tokens[: at + 1]), reach[0] + 1),
                self._at_most(iter(tokens[at:]), reach[1] + 1),
            )
            if any(_contains(word, wanted) for side in sides for word in side):
                surely = (*_at_least(sides[0], reach[0] + 1), *_at_least(sides[1], reach[1] + 1))
                if not any(_is_one(word, wanted) for word in surely):
                    return Around.OPEN
                found = Around.CERTAIN
        return found

    def _at_most(self, tokens: Iterator[Token], keywords: int) -> list[_Word]:
        """The words up to where as many are keywords whatever their lemma."""
        words = []
        for token in tokens:
            word = self._word(token.text)
            words.append(word)
            keywords -= word.surely
            if not keywords:
                break
        return words

    def _word_of(self, token: str) -> _Word:
        forms = frozenset(self._forms(token))
        sure = [self._is_keyword(form) for form in forms]
        return _Word(frozenset(map(str.lower, forms)), all(sure), any(sure) or any(":" in form for form in forms))

    def _is_keyword(self, lemma: str) -> bool:
        """As Presidio tells keywords (`NlpArtifacts.set_keywords`); one with a colon is taken apart there."""
        lexeme = self._nlp.vocab[lemma] if lemma else None
        return lexeme is not None and not (lexeme.is_stop or lexeme.is_punct or ":" in lemma or lemma in _PASSED_OVER)

    def _forms(self, token: str) -> Iterator[str]:
        """What the lemma could be."""
        lower = token.lower()
        yield from (token, lower)
        for old, new in self._rules:
            if lower.endswith(old):
                yield lower[: len(lower) - len(old)] + new
        for exceptions in self._exceptions:
            yield from exceptions.get(lower, ())
        for tokens, lemma in self._ruled:
            if tokens.search(lower):
                yield lemma


def _at_least(words: list[_Word], keywords: int) -> list[_Word]:
    """The words that are reached even if every one that may be a keyword is one."""
    for i, word in enumerate(words):
        keywords -= word.maybe
        if not keywords:
            return words[: i + 1]
    return words


def _contains(word: _Word, wanted: frozenset[str]) -> bool:
    return any(context in form for form in word.forms for context in wanted)


def _is_one(word: _Word, wanted: frozenset[str]) -> bool:
    """Whether the lemma is a context word and a keyword, whichever it is."""
    return word.surely and word.forms <= wanted


def _table(lemmatizer: Any, name: str) -> list[Any]:
    return list(lemmatizer.lookups.get_table(name, {}).values())


def _ruled(nlp: Language) -> list[tuple[re.Pattern[str], str]] | None:
    """Lemmas that an attribute ruler gives, and to which lower-cased tokens; None where a rule is for any token."""
    given: dict[str, list[str]] = defaultdict(list)
    ruler: Any = nlp.get_pipe("attribute_ruler") if "attribute_ruler" in nlp.pipe_names else None
    for rule in ruler.patterns if ruler is not None else ():
        if "LEMMA" in rule["attrs"]:
            given[rule["attrs"]["LEMMA"]] += [_lower_of(pattern[rule["index"]]) for pattern in rule["patterns"]]
    if not all(all(alternatives) for alternatives in given.values()):
        return None
    try:
        return [(re.compile("|".join(alternatives)), lemma) for lemma, alternatives in given.items()]
    except re.error:
        return None


def _lower_of(pattern: dict[str, Any]) -> str:
    """What the lower-cased token must hold, as a regular expression; empty where that is not told so."""
    match pattern.get("LOWER"):
        case str(word):
            return rf"\A{re.escape(word)}\Z"
        case {"IN": words}:
            return "|".join(rf"\A{re.escape(word)}\Z" for word in words)
        case {"REGEX": str(expression)}:
            return f"(?:{expression})"
    return ""
