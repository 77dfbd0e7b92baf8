"""Decides whether a context word is near a result without tagging the text.

Presidio's `LemmaContextAwareEnhancer` raises a score if a context word is among the lemmas near a result. Which lemma
a rule-based lemmatizer gives depends on the tags, but it is one of few: the token, the token changed by a rule of any
part of speech, or an entry of a table of exceptions. If none of these contains a context word, no score can rise. If
all of them are context words, the score rises. Where the tags decide, `ContextWords` leaves the text to the slow
reference: spaCy tags it and Presidio's enhancer decides.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Token

_NEVER_KEYWORDS = ("-PRON-", "be")
"""Lemmas that `NlpArtifacts.set_keywords` skips; it compares them before it lowers their case."""
_CACHED_WORDS = 1 << 16
_CACHED_CONTEXTS = 1 << 10


class Verdict(Enum):
    """What the lemmas near a result can do to its score."""

    NOTHING = "nothing"
    """None is a context word."""
    RAISE = "raise"
    """One is a context word, whatever the tags."""
    DEPENDS_ON_TAGS = "depends_on_tags"


class Finding(NamedTuple):
    """The start of a result, and the context words of its recognizer in lower case."""

    start: int
    context: frozenset[str]


class Reach(NamedTuple):
    """How many keywords around the token of a result count, and whether context words match whole lemmas."""

    before: int
    after: int
    whole_words: bool


class _Tokens(NamedTuple):
    tokens: list[Token]
    strays: frozenset[str]
    """Keywords that a text may have besides its lemmas: Presidio splits lemmas at colons, and skips "be" but not
    "BE", which it then makes lower.
    """


class _Word(NamedTuple):
    """The possible lemmas of a token, and whether Presidio counts all of them, or any, as a keyword."""

    forms: frozenset[str]
    is_keyword: bool
    may_be_keyword: bool

    def could_be_keyword(self, strays: frozenset[str]) -> bool:
        return self.may_be_keyword or not self.forms.isdisjoint(strays)


class ContextWords:
    """Decides for the results of one language's texts whether a context word is near."""

    def __init__(self, nlp: Language) -> None:
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        self._nlp = nlp
        self._rules = {pair for rules in _table(lemmatizer, "lemma_rules") for pair in map(tuple, rules)}
        self._exceptions = _table(lemmatizer, "lemma_exc")
        self._ruler_lemmas = _ruler_lemmas(nlp) or []
        self._word = lru_cache(_CACHED_WORDS)(self._make_word)
        self._needed = lru_cache(_CACHED_CONTEXTS)(self._find_needed)
        self._lone = lru_cache(_CACHED_CONTEXTS)(self._compile_lone)

    @staticmethod
    def supports(nlp: Language) -> bool:
        """Whether the pipeline's lemmas come from a rule-based lemmatizer and from rules for single words alone."""
        known = {"tok2vec", "tagger", "morphologizer", "attribute_ruler", "lemmatizer"}
        if "lemmatizer" not in nlp.pipe_names or set(nlp.pipe_names) - known:
            return False
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        by_rule = type(lemmatizer) in (Lemmatizer, EnglishLemmatizer) and lemmatizer.mode == "rule"
        return by_rule and _ruler_lemmas(nlp) is not None

    def near(self, text: str, findings: Sequence[Finding], enhancer: LemmaContextAwareEnhancer) -> list[bool] | None:
        """Return for each finding whether a context word is near; None where Presidio has to decide on tags."""
        # Tokens cover a text except for single blanks, so only at the very end may a finding begin after all tokens.
        if all(finding.start < len(text) - 1 for finding in findings) and not any(
            self.could_contain(text, context) for context in {finding.context for finding in findings}
        ):
            return [False] * len(findings)
        whole_words = enhancer.context_matching_mode == "whole_word"
        reach = Reach(enhancer.context_prefix_count, enhancer.context_suffix_count, whole_words)
        tokens = self._tokenize(text)
        verdicts = [self._decide(tokens, finding, reach) for finding in findings]
        if Verdict.DEPENDS_ON_TAGS in verdicts:
            return None
        return [verdict is Verdict.RAISE for verdict in verdicts]

    def could_contain(self, text: str, context: frozenset[str]) -> bool:
        """Whether a lemma of the text could contain a context word; False is certain, and needs no tokens."""
        needed = self._needed(context)
        if needed is None:
            return True
        lower = text.lower()
        return any(part in lower and not self._only_lone(part, text, lower) for part in needed)

    def decide(self, text: str, finding: Finding, reach: Reach) -> Verdict:
        """Decide for one finding."""
        return self._decide(self._tokenize(text), finding, reach)

    def _tokenize(self, text: str) -> _Tokens:
        tokens = list(self._nlp.make_doc(text))
        strays: set[str] = set()
        for token in tokens if ":" in text else ():
            if ":" in token.text and len(token) > 1:
                strays.update(part for form in self._word(token.text).forms for part in form.split(":"))
        lower = text.lower()
        for lemma in _NEVER_KEYWORDS:
            if lemma.lower() in lower and any(t.lower_ == lemma.lower() and t.text != lemma for t in tokens):
                strays.add(lemma.lower())
        return _Tokens(tokens, frozenset(strays))

    def _decide(self, text: _Tokens, finding: Finding, reach: Reach) -> Verdict:
        tokens, strays = text
        own = bisect_right(tokens, finding.start, key=_end)
        if own == len(tokens):  # the finding begins after all tokens, which Presidio refuses
            return Verdict.DEPENDS_ON_TAGS
        before = self._up_to_keywords(tokens[own::-1], reach.before + 1)
        after = self._up_to_keywords(tokens[own:], reach.after + 1)
        if not any(w.could_be_keyword(strays) and _could_match(w, finding, reach) for w in (*before, *after)):
            return Verdict.NOTHING
        reached = (
            *_reached_for_certain(before, reach.before + 1, strays),
            *_reached_for_certain(after, reach.after + 1, strays),
        )
        if any(_matches_for_certain(word, finding, reach) for word in reached):
            return Verdict.RAISE
        return Verdict.DEPENDS_ON_TAGS

    def _up_to_keywords(self, tokens: Sequence[Token], keywords: int) -> list[_Word]:
        """Return the words up to the one by which so many are keywords whatever their lemma."""
        words = []
        for token in tokens:
            word = self._word(token.text)
            words.append(word)
            keywords -= word.is_keyword
            if not keywords:
                break
        return words

    def _find_needed(self, context: frozenset[str]) -> tuple[str, ...] | None:
        """Return strings of which a lower-cased text contains one if a lemma contains a context word; None: unknown."""
        needed = {*context, *(old for old, new in self._rules for word in context if word in new)}
        for old, new in self._rules:
            for start in (new[:length] for length in range(1, len(new) + 1)):
                needed |= {word.removesuffix(start) + old for word in context if word.endswith(start)}
        for exceptions in self._exceptions:
            needed |= {token for token, lemmas in exceptions.items() if any(map(_contains_any(context), lemmas))}
        if "" in needed or any(map(_contains_any(context), (lemma for _, lemma in self._ruler_lemmas))):
            return None
        return tuple(part for part in sorted(needed) if not any(other in part for other in needed - {part}))

    def _only_lone(self, part: str, text: str, lower: str) -> bool:
        """Whether the string is in the text only as a whole word that is no keyword ("call" is a stop word)."""
        lone = self._lone(part)
        return lone is not None and lower.count(part) == len(lone.findall(text))

    def _compile_lone(self, part: str) -> re.Pattern[str] | None:
        cases = (part, part.title(), part.upper())
        if any(
            [t.text for t in self._nlp.make_doc(case)] != [case] or self._word(case).may_be_keyword for case in cases
        ):
            return None
        return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, cases))})(?!\S)")

    def _make_word(self, token: str) -> _Word:
        forms = frozenset(self._possible_lemmas(token))
        are_keywords = [self._is_keyword(form) for form in forms]
        may_be_keyword = any(are_keywords) or any(":" in form for form in forms)
        return _Word(frozenset(map(str.lower, forms)), all(are_keywords), may_be_keyword)

    def _is_keyword(self, lemma: str) -> bool:
        """Decide as `NlpArtifacts.set_keywords` does; a lemma with a colon is split there, so it is none itself."""
        lexeme = self._nlp.vocab[lemma] if lemma else None
        return lexeme is not None and not (
            lexeme.is_stop or lexeme.is_punct or ":" in lemma or lemma in _NEVER_KEYWORDS
        )

    def _possible_lemmas(self, token: str) -> Iterator[str]:
        lower = token.lower()
        yield from (token, lower)
        for old, new in self._rules:
            if lower.endswith(old):
                yield lower[: len(lower) - len(old)] + new
        for exceptions in self._exceptions:
            yield from exceptions.get(lower, ())
        for tokens, lemma in self._ruler_lemmas:
            if tokens.search(lower):
                yield lemma


def _reached_for_certain(words: list[_Word], keywords: int, strays: frozenset[str]) -> list[_Word]:
    """Return the words that are within reach even if every word that may be a keyword is one."""
    for i, word in enumerate(words):
        keywords -= word.could_be_keyword(strays)
        if not keywords:
            return words[: i + 1]
    return words


def _could_match(word: _Word, finding: Finding, reach: Reach) -> bool:
    return any(_matches(form, finding.context, reach) for form in word.forms)


def _matches_for_certain(word: _Word, finding: Finding, reach: Reach) -> bool:
    return word.is_keyword and all(_matches(form, finding.context, reach) for form in word.forms)


def _matches(form: str, context: frozenset[str], reach: Reach) -> bool:
    return form in context if reach.whole_words else any(word in form for word in context)


def _contains_any(context: frozenset[str]) -> Callable[[str], bool]:
    return lambda lemma: any(word in lemma.lower() for word in context)


def _end(token: Token) -> int:
    return token.idx + len(token)


def _table(lemmatizer: Any, name: str) -> list[Any]:
    return list(lemmatizer.lookups.get_table(name, {}).values())


def _ruler_lemmas(nlp: Language) -> list[tuple[re.Pattern[str], str]] | None:
    """Return the lemmas of an attribute ruler by lower-cased token; None where a rule is for any token."""
    patterns: dict[str, list[str]] = defaultdict(list)
    ruler: Any = nlp.get_pipe("attribute_ruler") if "attribute_ruler" in nlp.pipe_names else None
    for rule in ruler.patterns if ruler is not None else ():
        if "LEMMA" in rule["attrs"]:
            patterns[rule["attrs"]["LEMMA"]] += [_lower_pattern(pattern[rule["index"]]) for pattern in rule["patterns"]]
    if not all(all(alternatives) for alternatives in patterns.values()):
        return None
    try:
        return [(re.compile("|".join(alternatives)), lemma) for lemma, alternatives in patterns.items()]
    except re.error:
        return None


def _lower_pattern(pattern: dict[str, Any]) -> str:
    """Return a regular expression for the lower-cased token; empty where the pattern does not constrain it."""
    match pattern.get("LOWER"):
        case str(word):
            return rf"\A{re.escape(word)}\Z"
        case {"IN": words}:
            return "|".join(rf"\A{re.escape(word)}\Z" for word in words)
        case {"REGEX": str(expression)}:
            return f"(?:{expression})"
    return ""
