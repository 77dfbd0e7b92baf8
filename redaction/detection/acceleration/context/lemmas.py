"""Whether a context word could stand among a text's lemmas, told without tagging it.

Which lemma a rule-based lemmatizer takes depends on the tags, but it takes one of few: the token, what a rule of
any part of speech makes of it, or what a table of exceptions or a rule for that word holds. If none of these contains
a context word, none of the lemmas does, and no score can rise. If each of them is a context word, the score rises.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Token

_PASSED_OVER = ("-PRON-", "be")
_CACHED = 1 << 16
_CONTEXTS = 1 << 10
"""Of so many recognisers' words, and of so many signs of them, is remembered where to look."""


class Around(Enum):
    """What the lemmas around a finding can do."""

    NOTHING = "nothing"
    """None is a context word."""
    CERTAIN = "certain"
    """One is, whatever the tags."""
    OPEN = "open"
    """The tags decide."""


class Finding(NamedTuple):
    """Where one begins, and its recogniser's context words in lower case."""

    start: int
    context: frozenset[str]


class Reach(NamedTuple):
    """How many keywords before a finding and behind it are looked at, beside its own token, and how."""

    before: int
    behind: int
    whole_words: bool


class Reading(NamedTuple):
    """A text's tokens, and the keywords that it may have beside its lemmas.

    Presidio takes lemmas apart at colons, and passes over "be" but not over "BE", which it then makes lower.
    """

    tokens: list[Token]
    strays: frozenset[str]


class Surrounding(NamedTuple):
    """What the lemmas around a finding can do."""

    around: Around
    at: int
    """Its token."""
    first: int
    last: int
    """The tokens that may be looked at."""
    strays: bool
    """Whether keywords from elsewhere in the text may make keywords of them."""


class _Word(NamedTuple):
    """What a token's lemma could be, and whether Presidio counts it as a keyword: each of them, any of them."""

    forms: frozenset[str]
    surely: bool
    maybe: bool

    def may_be_keyword(self, strays: frozenset[str]) -> bool:
        """Whether it may, where those are keywords as well."""
        return self.maybe or not self.forms.isdisjoint(strays)


class PossibleLemmas:
    """The lemmas that a pipeline could give a token, whatever its tags."""

    def __init__(self, nlp: Language) -> None:
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        self._nlp = nlp
        self._rules = {pair for rules in _table(lemmatizer, "lemma_rules") for pair in map(tuple, rules)}
        self._exceptions = _table(lemmatizer, "lemma_exc")
        self._ruled = _ruled(nlp) or []
        self._word = lru_cache(_CACHED)(self._word_of)
        self._signs = lru_cache(_CONTEXTS)(self._signs_of)
        self._alone = lru_cache(_CONTEXTS)(self._alone_of)

    @staticmethod
    def understands(nlp: Language) -> bool:
        """Whether the pipeline's lemmas are those of a rule-based lemmatizer, and of rules for single words."""
        known = {"tok2vec", "tagger", "morphologizer", "attribute_ruler", "lemmatizer"}
        if "lemmatizer" not in nlp.pipe_names or set(nlp.pipe_names) - known:
            return False
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        rules = type(lemmatizer) in (Lemmatizer, EnglishLemmatizer) and lemmatizer.mode == "rule"
        return rules and _ruled(nlp) is not None

    def could_stand_in(self, text: str, context: frozenset[str]) -> bool:
        """Whether a lemma of the text could hold one of the words, told without tokens; never wrong when it says no."""
        signs = self._signs(context)
        if signs is None:
            return True
        lower = text.lower()
        return any(sign in lower and not self._stands_alone(sign, text, lower) for sign in signs)

    def read(self, text: str) -> Reading:
        """The text's tokens."""
        tokens = list(self._nlp.make_doc(text))
        strays: set[str] = set()
        for token in tokens if ":" in text else ():
            if ":" in token.text and len(token) > 1:
                strays.update(part for form in self._word(token.text).forms for part in form.split(":"))
        lower = text.lower()
        for lemma in _PASSED_OVER:
            if lemma.lower() in lower and any(t.lower_ == lemma.lower() and t.text != lemma for t in tokens):
                strays.add(lemma.lower())
        return Reading(tokens, frozenset(strays))

    def around(self, reading: Reading, finding: Finding, reach: Reach) -> Surrounding | None:
        """What the lemmas around a finding can do; None where it begins behind all tokens, which Presidio refuses."""
        tokens, strays = reading
        at = bisect_right(tokens, finding.start, key=_end)
        if at == len(tokens):
            return None
        before = self._at_most(tokens[at::-1], reach.before + 1)
        behind = self._at_most(tokens[at:], reach.behind + 1)
        found = Around.NOTHING
        if any(word.may_be_keyword(strays) and _could_be(word, finding, reach) for word in (*before, *behind)):
            surely = (*_at_least(before, reach.before + 1, strays), *_at_least(behind, reach.behind + 1, strays))
            found = Around.CERTAIN if any(_is_one(word, finding, reach) for word in surely) else Around.OPEN
        astray = any(not word.forms.isdisjoint(strays) for word in (*before, *behind))
        return Surrounding(found, at, at - len(before) + 1, at + len(behind) - 1, astray)

    def _at_most(self, tokens: Sequence[Token], keywords: int) -> list[_Word]:
        """The words up to where as many are keywords whatever their lemma."""
        words = []
        for token in tokens:
            word = self._word(token.text)
            words.append(word)
            keywords -= word.surely
            if not keywords:
                break
        return words

    def _signs_of(self, context: frozenset[str]) -> tuple[str, ...] | None:
        """Of which a text holds one, in lower case, if one of its lemmas holds one of the words; None if unknown."""
        signs = {*context, *(old for old, new in self._rules for word in context if word in new)}
        for old, new in self._rules:
            for start in (new[:length] for length in range(1, len(new) + 1)):
                signs |= {word.removesuffix(start) + old for word in context if word.endswith(start)}
        for exceptions in self._exceptions:
            signs |= {token for token, lemmas in exceptions.items() if any(map(_holds(context), lemmas))}
        if "" in signs or any(map(_holds(context), (lemma for _, lemma in self._ruled))):
            return None
        return tuple(sign for sign in sorted(signs) if not any(other in sign for other in signs - {sign}))

    def _stands_alone(self, sign: str, text: str, lower: str) -> bool:
        """Whether it stands in the text only as a word of its own that is no keyword ("call" is a stop word)."""
        alone = self._alone(sign)
        return alone is not None and lower.count(sign) == len(alone.findall(text))

    def _alone_of(self, sign: str) -> re.Pattern[str] | None:
        ways = (sign, sign.title(), sign.upper())
        if any([t.text for t in self._nlp.make_doc(way)] != [way] or self._word(way).maybe for way in ways):
            return None
        return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, ways))})(?!\S)")

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


def _at_least(words: list[_Word], keywords: int, strays: frozenset[str]) -> list[_Word]:
    """The words that are reached even if every one that may be a keyword is one."""
    for i, word in enumerate(words):
        keywords -= word.may_be_keyword(strays)
        if not keywords:
            return words[: i + 1]
    return words


def _could_be(word: _Word, finding: Finding, reach: Reach) -> bool:
    """Whether the lemma could be a context word."""
    return any(_matches(form, finding.context, reach) for form in word.forms)


def _is_one(word: _Word, finding: Finding, reach: Reach) -> bool:
    """Whether the lemma is a context word and a keyword, whichever it is."""
    return word.surely and all(_matches(form, finding.context, reach) for form in word.forms)


def _matches(form: str, context: frozenset[str], reach: Reach) -> bool:
    return form in context if reach.whole_words else any(word in form for word in context)


def _holds(context: frozenset[str]) -> Callable[[str], bool]:
    return lambda lemma: any(word in lemma.lower() for word in context)


def _end(token: Token) -> int:
    return token.idx + len(token)


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
