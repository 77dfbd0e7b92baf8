"""Texts as sets of hashed word shingles, and the similarity of two such sets."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.word_hashes import Counts, Hashes, hash_words
from redaction.rights.settings import NearDuplicateSettings

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xD6E8FEB86659FD93)

STABLE: Final = (
    r"\x00-\x7fÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žЀ-џ\u{4e00}-\u{9fff}"
    r"‐‒-―‘-‟†-•€←-⇿─-➿\u{200d}\u{fe0f}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}"
)
"""Characters, as a class of Rust's regular expressions, that NFKC never changes. Few posts have others:
normalizing all texts would take as long as the rest of a comparison."""

_MARKUP: Final = r"&#?\w{1,31};|</?[A-Za-z!]|\\[nrtu]|\[/[A-Za-z]"
_INLINE_TAG: Final = r"(?i)</?(?:a|abbr|b|big|code|em|font|i|mark|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>"
_COMMENT: Final = r"(?s)<!--.*?-->"
_OTHER_TAG: Final = r"<!\[CDATA\[|\]\]>|</?[A-Za-z!][^<>]*>"
_ESCAPE: Final = r"\\(?:[nrt]|u00(?:0[9aAdD]|20|[aA]0))"
"""A line break or a blank as JSON and SQL write it, which an export may leave as it is."""
_BBCODE: Final = r"(?i)\[/?(?:b|i|u|s|em|code|quote|url|size|color|font|img|center|list)(?:=[^\[\]]*)?\]"
_LINK: Final = r"(?i)\b(?:https?://|www\.)\S+"
_LAST_TAGS: Final = r"(?:\s*[#＃]\w+)+\s*\z"
_ADDED: Final = r"://|www\.|WWW\.|[#＃]"

_HIDDEN: Final = (
    r"[\p{Cf}\u{300}-\u{36f}\u{1ab0}-\u{1aff}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}\u{fe20}-\u{fe2f}"
    r"\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The hashed words of texts, in the order of the text.

    ids: the numbers of the texts (UInt32). hashes: uint64, concatenated. lengths: how many words each text has.
    """

    ids: pl.Series
    hashes: Hashes
    lengths: Counts

    @classmethod
    def of(cls, texts: pl.DataFrame, settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Hash the words of a batch.

        Case, width, punctuation, white space, format characters, accents, look-alike letters, digits for letters, HTML
        entities and tags, links, and hashtags at the end make no difference.

        Args:
            texts: number, text.
            settings: how many words a text must have without its links and last hashtags to be compared without them.
            secret: the key of the hashes, the same for all texts that are compared.

        Returns:
            The words of each text, in another order of the texts.
        """
        bare = _without_added(_without_markup(texts["text"].fill_null("")), settings.min_words)
        texts = texts.with_columns(bare.alias("text"))
        plain = texts["text"].str.len_bytes() == texts["text"].str.len_chars()
        ascii_texts, others = texts.filter(plain)["text"], _visible(_normalize(texts.filter(~plain)["text"]))
        parts = [hash_words(part.str.to_lowercase(), secret, fold=True) for part in (ascii_texts, others)]
        ids = pl.concat([texts["number"].filter(plain), texts["number"].filter(~plain)]).cast(pl.UInt32).alias("id")
        return cls(ids, *(np.concatenate(each) for each in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Runs:
    """The hashed shingles of texts that are long enough to compare, in the order of the text, duplicates included.

    ids: the numbers of the texts (UInt32). hashes: uint64, concatenated. sizes: how many shingles each text has.
    """

    ids: pl.Series
    hashes: Hashes
    sizes: Counts

    @classmethod
    def of(cls, texts: pl.DataFrame, settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Hash the shingles of a batch of texts, as `Words.of` and `of_words`."""
        return cls.of_words(Words.of(texts, settings, secret), settings)

    @classmethod
    def of_words(cls, texts: Words, settings: NearDuplicateSettings) -> Self:
        """Return the shingles of the texts that have enough words, of the width that the settings give."""
        enough = texts.lengths >= settings.min_words
        words = texts.hashes[np.repeat(enough, texts.lengths)]
        return cls(texts.ids.filter(pl.Series(enough)), *_runs(words, texts.lengths[enough], settings.shingle_words))

    @property
    def owner(self) -> Counts:
        """For each hash the index of its text."""
        return np.repeat(np.arange(self.sizes.size), self.sizes)

    def only(self, texts: npt.NDArray[np.bool_]) -> "Runs":
        """Select some of the texts."""
        return Runs(self.ids.filter(pl.Series(texts)), self.hashes[np.repeat(texts, self.sizes)], self.sizes[texts])


@dataclass(frozen=True, slots=True)
class Shingled:
    """The sets of hashed shingles of texts. Those of text i are hashes[start[i]:start[i + 1]].

    ids: the numbers of the texts (UInt32). hashes: uint64, sorted and distinct within a text. start: int64 offsets.
    """

    ids: pl.Series
    hashes: Hashes
    start: Counts

    @classmethod
    def of(cls, texts: Runs) -> Self:
        """Remove the duplicates within each text."""
        owner = texts.owner
        order = _by_text(owner, texts.hashes, texts.sizes.size)
        owner, hashes = owner[order], texts.hashes[order]
        distinct = np.ones(hashes.size, np.bool_)
        distinct[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
        counts = np.bincount(owner[distinct], minlength=texts.sizes.size)
        return cls(texts.ids, hashes[distinct], np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]))

    @classmethod
    def concat(cls, parts: Iterable[Self]) -> Self:
        """Concatenate batches."""
        batches = list(parts)
        ids = pl.concat([pl.Series("id", [], dtype=pl.UInt32), *(batch.ids for batch in batches)])
        sizes = np.concatenate([np.zeros(0, np.int64), *(batch.sizes for batch in batches)])
        hashes = np.concatenate([np.zeros(0, np.uint64), *(batch.hashes for batch in batches)])
        return cls(ids, hashes, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]))

    @property
    def sizes(self) -> Counts:
        """How many distinct shingles each text has."""
        return np.diff(self.start)

    @property
    def contents(self) -> Hashes:
        """A hash of the whole set of each text: equal sets have equal hashes."""
        mixed = (self.hashes ^ (self.hashes >> np.uint64(32))) * _MIXER
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed ^ (mixed >> np.uint64(29)))])
        numbers: Hashes = sums[self.start[1:]] - sums[self.start[:-1]]
        return numbers

    def only(self, texts: Counts) -> "Shingled":
        """Select texts by index."""
        hashes, _ = self.take(texts)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.sizes[texts])])
        return Shingled(self.ids.gather(texts), hashes, start)

    def take(self, texts: Counts) -> tuple[Hashes, Counts]:
        """Return the hashes of some texts, concatenated, and for each hash the index of its text in `texts`."""
        sizes = self.sizes[texts]
        owner = np.repeat(np.arange(texts.size), sizes)
        before = np.repeat(self.start[texts] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
        return self.hashes[before + np.arange(owner.size)], owner


def _without_markup(texts: pl.Series) -> pl.Series:
    """Decode HTML entities, also those encoded twice, and remove tags and escapes; a tag in a word joins its parts."""
    marked = texts.str.contains(_MARKUP)
    if not marked.any():
        return texts
    decoded = pl.Series([html.unescape(html.unescape(text)) for text in texts.filter(marked)], dtype=pl.String)
    joined = decoded.str.replace_all(_COMMENT, "").str.replace_all(_INLINE_TAG, "").str.replace_all(_BBCODE, "")
    bare = joined.str.replace_all(_OTHER_TAG, " ").str.replace_all(_ESCAPE, " ")
    return texts.scatter(marked.arg_true(), bare)


def _without_added(texts: pl.Series, min_words: int) -> pl.Series:
    """Remove links, and hashtags at the end, from the texts that have `min_words` without them."""
    having = texts.str.contains(_ADDED)
    if not having.any():
        return texts
    found = texts.filter(having)
    bare = found.str.replace_all(_LINK, " ").str.replace(_LAST_TAGS, "")
    enough = bare.str.count_matches(r"\w+") >= min_words
    return texts.scatter(having.arg_true(), bare.zip_with(enough, found))


def _normalize(texts: pl.Series) -> pl.Series:
    """Normalize to NFKC; texts of `STABLE` characters only are unchanged."""
    unstable = texts.str.contains(f"[^{STABLE}]")
    return texts.scatter(unstable.arg_true(), texts.filter(unstable).str.normalize("NFKC"))


def _visible(texts: pl.Series) -> pl.Series:
    """Remove format characters (soft hyphens, zero width), variation selectors, fillers and loose accents."""
    hidden = texts.str.contains(_HIDDEN)
    return texts.scatter(hidden.arg_true(), texts.filter(hidden).str.replace_all(_HIDDEN, ""))


def plain_letters(texts: pl.Series) -> pl.Series:
    """Normalize texts as those whose words are hashed."""
    return _visible(_normalize(texts)).str.to_lowercase()


def _runs(words: Hashes, lengths: Counts, width: int) -> tuple[Hashes, Counts]:
    """Hash each shingle of `width` words; a shorter text is one. Return the hashes, and how many each text has."""
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(words.size)
    hashes = np.zeros(words.size, np.uint64)
    padded = np.concatenate([words, np.zeros(width, np.uint64)])
    for offset in range(width):
        within = left > offset
        step = np.where(within, padded[offset : offset + words.size], np.uint64(0))
        hashes = hashes * _FACTOR + step
    hashes ^= hashes >> np.uint64(29)
    first = np.zeros(words.size, np.bool_)
    first[ends - lengths] = True
    return hashes[(left >= width) | first], np.where(lengths < width, np.minimum(lengths, 1), lengths - width + 1)


def _by_text(text: Counts, hashes: Hashes, texts: int) -> Counts:
    """Return the order by text, then hash; 16-bit numbers are radix-sorted, in one pass."""
    order = np.argsort(hashes)
    kind = np.uint16 if texts <= np.iinfo(np.uint16).max else np.uint64
    return order[np.argsort(text[order].astype(kind), kind="stable")]


def add_contents(before: Hashes, contents: Hashes) -> tuple[Hashes, Counts]:
    """Return all contents so far, sorted, and the indices of the new ones, each once."""
    distinct, first = np.unique(contents, return_index=True)
    at = np.searchsorted(before, distinct)
    new = np.ones(distinct.size, np.bool_)
    new[at < before.size] = before[at[at < before.size]] != distinct[at < before.size]
    return np.insert(before, at[new], distinct[new]), np.sort(first[new])


def lowest_numbers(numbers: npt.NDArray[np.uint32], contents: Hashes) -> npt.NDArray[np.uint32]:
    """Return the lowest number of each content, in the order in which contents first appear."""
    _, first, which = np.unique(contents, return_index=True, return_inverse=True)
    lowest = np.full(first.size, np.iinfo(np.uint32).max, np.uint32)
    np.minimum.at(lowest, which, numbers)
    return lowest[which[np.sort(first)]]


def similarities(one: Shingled, ones: Counts, other: Shingled, others: Counts) -> npt.NDArray[np.float64]:
    """Return the Jaccard similarity of each pair (ones[i], others[i])."""
    common = common_shingles(one, ones, other, others)
    similarity: npt.NDArray[np.float64] = common / np.maximum(one.sizes[ones] + other.sizes[others] - common, 1)
    return similarity


def common_shingles(one: Shingled, ones: Counts, other: Shingled, others: Counts) -> Counts:
    """Return how many shingles each pair (ones[i], others[i]) has in common."""
    left, left_pair = one.take(ones)
    right, right_pair = other.take(others)
    hashes, pair = np.concatenate([left, right]), np.concatenate([left_pair, right_pair])
    order = np.lexsort((hashes, pair))
    hashes, pair = hashes[order], pair[order]
    shared = (hashes[1:] == hashes[:-1]) & (pair[1:] == pair[:-1])
    return np.bincount(pair[1:][shared], minlength=ones.size)
