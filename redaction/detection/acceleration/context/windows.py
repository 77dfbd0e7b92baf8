"""Whether a context word stands near a finding, as Presidio's enhancer tells it, for many texts at once.

Most findings need no tags for it (`context_words`). For the others a few tokens around the finding are tagged in
place of the text: a tag is told from the tokens that the network reaches, a lemma from tags and tokens side by side.
All windows are tagged in one batch.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.language import Language
from spacy.tokens import Doc, Token

from redaction.detection.acceleration.context.lemmas import Around, Finding, PossibleLemmas, Reach, Surrounding

_RULES: Final = 1
"""As many tokens beside its own a rule for a lemma looks at, at the most."""

_ENCODERS: Final = ("spacy.MaxoutWindowEncoder.v2", "spacy.MishWindowEncoder.v2")


class _Open(NamedTuple):
    """A finding that the tags decide: whose it is, the piece of text to tag, and its token there."""

    text: int
    finding: int
    piece: str
    at: int
    tokens: list[Token] | None
    """Those that the piece should have; None of a whole text."""


class _Tagged(NamedTuple):
    """A piece's tokens, their lemmas, and which of these Presidio counts as context."""

    tokens: list[str]
    lemmas: list[str]
    keywords: frozenset[str]


class ContextWords:
    """Looks for the context words of a language whose lemmas are understood."""

    def __init__(self, nlp: Language, engine: NlpEngine, language: str) -> None:
        self._nlp = nlp
        self._engine = engine
        self._language = language
        self._possible = PossibleLemmas(nlp)
        self._reach = reach_of(nlp)

    def near(
        self, texts: Sequence[str], findings: Sequence[Sequence[Finding]], enhancer: LemmaContextAwareEnhancer
    ) -> list[list[bool] | None]:
        """For each finding whether one of its words stands near; None for a text of which Presidio refuses one."""
        whole_words = enhancer.context_matching_mode == "whole_word"
        reach = Reach(enhancer.context_prefix_count, enhancer.context_suffix_count, whole_words)
        near: list[list[bool] | None] = []
        open_: list[_Open] = []
        for number, (text, some) in enumerate(zip(texts, findings, strict=True)):
            near.append(self._told(number, text, some, reach, open_))
        pieces = dict.fromkeys(each.piece for each in open_)
        tagged = {
            piece: self._tagged(doc) for piece, doc in zip(pieces, self._nlp.pipe(pieces, batch_size=64), strict=True)
        }
        for each in open_:
            told, finding, piece, at = near[each.text], findings[each.text][each.finding], tagged[each.piece], each.at
            if told is not None:
                if each.tokens is not None and piece.tokens != [token.text for token in each.tokens]:
                    piece, at = self._tagged(self._nlp(texts[each.text])), each.tokens[at].i
                told[each.finding] = _stands(piece, at, finding, enhancer)
        return near

    def _told(
        self, number: int, text: str, findings: Sequence[Finding], reach: Reach, open_: list[_Open]
    ) -> list[bool] | None:
        """What can be told of a text without tags; what cannot goes to `open_`, and counts as not near till then."""
        told = [False] * len(findings)
        could = any(self._possible.could_stand_in(text, words) for words in {each.context for each in findings})
        # Tokens cover a text but for single blanks, so only at the very end may a finding begin behind them.
        if not could and all(finding.start < len(text) - 1 for finding in findings):
            return told
        reading = self._possible.read(text)
        windows: list[_Open] = []
        tagged, tokens = 0, reading.tokens
        for i, finding in enumerate(findings):
            surrounding = self._possible.around(reading, finding, reach)
            if surrounding is None:
                return None
            told[i] = surrounding.around is Around.CERTAIN
            if surrounding.around is Around.OPEN and tagged <= len(tokens):
                first, last = self._window(tokens, surrounding)
                some = tokens[first : last + 1]
                piece = "".join(token.text_with_ws for token in some)
                windows.append(_Open(number, i, piece, surrounding.at - first, some))
                tagged += len(some)
            elif surrounding.around is Around.OPEN:
                windows.append(_Open(number, i, text, surrounding.at, None))
        if tagged > len(tokens):  # to tag the text once is less
            windows = [
                each if each.tokens is None else each._replace(piece=text, at=each.tokens[each.at].i, tokens=None)
                for each in windows
            ]
        open_ += windows
        return told

    def _window(self, tokens: Sequence[Token], surrounding: Surrounding) -> tuple[int, int]:
        """The first and the last token to tag, so that lemmas in between are as they are in the whole text.

        It begins and ends at a blank: what stands between blanks makes the same tokens anywhere.
        """
        if self._reach is None or surrounding.strays:
            return 0, len(tokens) - 1
        beside = self._reach + _RULES
        first, last = max(surrounding.first - beside, 0), min(surrounding.last + beside, len(tokens) - 1)
        while first > 0 and not _is_parted(tokens, first):
            first -= 1
        while last < len(tokens) - 1 and not _is_parted(tokens, last + 1):
            last += 1
        return first, last

    def _tagged(self, doc: Doc) -> _Tagged:
        lemmas = [token.lemma_ or token.lower_ for token in doc]
        keywords = NlpArtifacts.set_keywords(self._engine, lemmas, self._language)
        return _Tagged([token.text for token in doc], lemmas, frozenset(keywords))


def _stands(tagged: _Tagged, at: int, finding: Finding, enhancer: Any) -> bool:
    """As `LemmaContextAwareEnhancer.enhance_using_context`."""
    lemmas, keywords = tagged.lemmas, tagged.keywords
    words = [
        *enhancer._add_n_words_backward(at, enhancer.context_prefix_count, lemmas, keywords),
        *enhancer._add_n_words_forward(at, enhancer.context_suffix_count, lemmas, keywords),
    ]
    mode = enhancer.context_matching_mode
    return any(enhancer._find_supportive_word_in_context(words, [word], mode) for word in finding.context)


def reach_of(nlp: Language) -> int | None:
    """How many tokens on either side a tag depends on, at the most; None where that is not told by the settings."""
    reaches = [
        _reach_of_model(nlp.config["components"][name].get("model"))
        for name in nlp.pipe_names
        if name in ("tok2vec", "tagger", "morphologizer")
    ]
    known = [reach for reach in reaches if reach is not None]
    return max(known, default=None) if len(known) == len(reaches) else None


def _reach_of_model(model: Mapping[str, Any] | None) -> int | None:
    model = model or {}
    inner = model.get("tok2vec")
    if inner is not None:  # a layer over single tokens
        return 0 if "Listener" in str(inner.get("@architectures")) else _reach_of_model(inner)
    encoder = model.get("encode") or {}
    if encoder.get("@architectures") not in _ENCODERS:
        return None
    return int(encoder["depth"]) * int(encoder["window_size"])


def _is_parted(tokens: Sequence[Token], place: int) -> bool:
    """Whether one blank and no more stands before a token."""
    before = tokens[place - 1]
    return bool(before.whitespace_) and not before.is_space and not tokens[place].is_space
