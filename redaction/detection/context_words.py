"""Whether a context word could stand among a text's lemmas, told without tagging it.

Which lemma a rule-based lemmatizer takes depends on the tags, but it takes one of few: the token, what a rule of
any part of speech makes of it, or what a table of exceptions or a rule for that word holds. If none of these contains
a context word, none of the lemmas does, and no score can rise.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Token

_PASSED_OVER = ("-PRON-", "be")


class PossibleLemmas:
    """The lemmas that a pipeline could give a token, whatever its tags."""

    def __init__(self, nlp: Language) -> None:
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        self._nlp = nlp
        self._rules = {pair for rules in _table(lemmatizer, "lemma_rules") for pair in map(tuple, rules)}
        self._exceptions = _table(lemmatizer, "lemma_exc")
        self._ruled = _ruled(nlp) or []

    @staticmethod
    def understands(nlp: Language) -> bool:
        """Whether the pipeline's lemmas are those of a rule-based lemmatizer, and of rules for single words."""
        known = {"tok2vec", "tagger", "morphologizer", "attribute_ruler", "lemmatizer"}
        if "lemmatizer" not in nlp.pipe_names or set(nlp.pipe_names) - known:
            return False
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        rules = type(lemmatizer) in (Lemmatizer, EnglishLemmatizer) and lemmatizer.mode == "rule"
        return rules and _ruled(nlp) is not None

    def could_hold(self, text: str, findings: Iterable[tuple[int, list[str]]], reach: tuple[int, int]) -> bool:
        """Whether a lemma around one of the findings could contain a context word.

        Args:
            text: the text.
            findings: where each begins, and its recogniser's context words.
            reach: how many keywords before it and behind it are looked at, beside its own token.
        """
        tokens = list(self._nlp.make_doc(text))
        ends = [token.idx + len(token) for token in tokens]
        for start, words in findings:
            at = bisect_right(ends, start)
            if at == len(tokens):  # Presidio refuses it: it is to do so here as well
                return True
            wanted = re.compile("|".join(re.escape(word.lower()) for word in words))
            before, behind = reach
            around = *self._around(tokens[at::-1], before + 1), *self._around(tokens[at:], behind + 1)
            if any(wanted.search(form.lower()) for token in around for form in self._forms(token.text)):
                return True
        return False

    def _around(self, tokens: list[Token], keywords: int) -> list[Token]:
        """The tokens up to where as many are keywords whatever their lemma."""
        for i, token in enumerate(tokens):
            keywords -= all(map(self._is_keyword, self._forms(token.text)))
            if not keywords:
                return tokens[: i + 1]
        return tokens

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
