"""Skips texts without any of the values that are searched for in every text, such as the names of objectors.

The conditions are necessary. A value is found as a word, inside a word with a capital or a digit, or in a link. So the
folded words of a text, and the letters of such words and of its links, are compared with the values, in Polars. A text
with characters or entities that may hide a value passes. The slow reference is `KnownValueSearch.find` on every text.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from redaction.detection.known_values.index import KnownIndex
from redaction.detection.text.folding import unleet

_NOT_DECOMPOSED = {
    **dict(zip("øłđðıħþæœß", ("o", "l", "d", "d", "i", "h", "th", "ae", "oe", "ss"), strict=True)),
    **dict.fromkeys("ʻʼ", ""),
}
"""Letters that no normal form decomposes → their form in `fold`."""

_LEET = {digit: letter for digit in "0123456789" if (letter := unleet(digit)) != digit}
_PLAIN = (
    r"\t\n\r -~\x{a0}-\x{a9}\x{ab}-\x{b1}\x{b4}-\x{b8}\x{bb}\x{bf}-\x{24f}\x{300}-\x{344}\x{346}-\x{36f}"
    r"\x{900}-\x{950}\x{958}-\x{961}\x{964}-\x{977}\x{200b}-\x{2027}\x{202a}-\x{205e}\x{20a0}-\x{20bf}\x{2190}-\x{23ff}"
    r"\x{2500}-\x{2775}\x{2794}-\x{27ff}\x{3001}-\x{3029}\x{3030}\x{3041}-\x{3096}\x{309b}-\x{30ff}\x{4e00}-\x{9fff}"
    r"\x{ac00}-\x{d7a3}\x{fe0e}\x{fe0f}\x{ff01}-\x{ff5e}\x{1f000}-\x{1f0ff}\x{1f200}-\x{1faff}"
)
"""Characters that this filter handles; a text with any other passes."""

_SPLITTING = (
    r"\x{ad}\x{132}\x{133}\x{13f}\x{140}\x{149}\x{1c4}-\x{1cc}\x{1f1}-\x{1f3}\x{344}\x{200b}-\x{200f}\x{202a}-\x{202e}"
)
"""Exceptions: invisible characters and digraphs, which split a word or make it camel case."""

_DISGUISED = rf"[^{_PLAIN}]|[{_SPLITTING}]|&(?:#|[A-Za-z])"
_ODD_WORD = r"\w+\p{Lu}\w*|\w*[\d_]\w*"
_LINK = r"\S*/\S*|(?i:www\.)\S*"


def may_contain(texts: pl.Series, index: KnownIndex) -> pl.Series:
    """Return for each text False if the search finds no value of the index in its normalized form."""
    if index.empty:
        return pl.Series("may", [False], dtype=pl.Boolean).new_from_index(0, texts.len())
    text = pl.col("text")
    columns = pl.DataFrame({"text": texts}).with_columns(
        _words(text).alias("words"),
        _letters(text.str.extract_all(_ODD_WORD).list.join(" ")).alias("odd"),
        _letters(text.str.extract_all(_LINK).list.join(" ")).alias("links"),
    )
    return columns.select(
        pl.any_horizontal(
            text.str.contains(_DISGUISED),
            *_as_words(index),
            *_inside(index),
            *_anywhere(text, index),
        ).alias("may")
    ).to_series()


def _as_words(index: KnownIndex) -> Iterator[pl.Expr]:
    if forms := [f" {form} " for form in _bare(index.names, index.handles, index.sequences)]:
        yield pl.col("words").str.contains_any(forms)


def _inside(index: KnownIndex) -> Iterator[pl.Expr]:
    inside, linked = _bare(index.names), _bare(index.slugs, index.family)
    if inside:
        yield pl.col("odd").str.contains_any(inside)
        yield pl.col("odd").str.contains(r"\d") & pl.col("odd").str.replace_many(_LEET).str.contains_any(inside)
    if linked:
        yield pl.col("links").str.contains_any(linked)


def _anywhere(text: pl.Expr, index: KnownIndex) -> Iterator[pl.Expr]:
    """Match values that may be inside a word, or have anything between their characters."""
    if values := _bare(index.literals, index.urls, index.phones):
        yield _letters(text).str.replace_all(" ", "", literal=True).str.contains_any(values)


def _words(text: pl.Expr) -> pl.Expr:
    """Fold the words, with a space before and after each."""
    bare = _decomposed(text).str.replace_all(r"[\p{M}\p{Cf}_]+", "").str.to_lowercase()
    return pl.format(" {} ", bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.replace_many(_NOT_DECOMPOSED))


def _letters(text: pl.Expr) -> pl.Expr:
    """Fold the letters and digits, without anything else."""
    bare = _decomposed(text).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N} ]+", "")
    return bare.str.replace_many(_NOT_DECOMPOSED)


def _decomposed(text: pl.Expr) -> pl.Expr:
    plain = text.str.len_bytes() == text.str.len_chars()
    return pl.when(plain).then(text).otherwise(text.str.normalize("NFKD"))


def _bare(*forms: Iterable[str]) -> list[str]:
    frame = pl.DataFrame({"form": sorted({f for each in forms for f in each})}, schema={"form": pl.String})
    bare = frame.select(_letters(pl.col("form")).str.replace_all(" ", "")).to_series().unique().sort()
    return bare.filter(bare != "").to_list()
