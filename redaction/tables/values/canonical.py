"""The form in which ids and words are compared, and what counts as blank."""

from collections.abc import Mapping, Set

import numpy as np
import polars as pl

_INVISIBLE = (
    r"\p{Z}\p{Cc}\p{Cf}\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2800}\x{3164}\x{fe00}-\x{fe0f}"
    r"\x{ffa0}\x{e0100}-\x{e01ef}"
)
"""White space, control and format characters, and others without a shape: fillers, blanks, variation selectors."""

_VISIBLE = rf"[^{_INVISIBLE}]"
_ENDS = rf"^[{_INVISIBLE}]+|[{_INVISIBLE}]+$"
_NOT_CANONICAL = r"^$|[^!-~]"
_NOT_A_WORD = r"[^a-z0-9_]"


def canonical_ids(ids: pl.Series) -> pl.Series:
    """Return ids in the form in which they are compared.

    White space and invisible characters at the ends are removed, and the rest is in Unicode's form NFC. Nothing else
    changes: `1001.0` is not `1001`, and `M1` is not `m1`.

    Args:
        ids: Strings, or lists of strings.

    Returns:
        The same with null for what is empty; empty and null items of lists are left out.
    """
    if isinstance(ids.dtype, pl.List):
        if _is_canonical(ids.explode().drop_nulls()):
            return ids
        canonical = ids.to_frame().select(pl.all().list.eval(_canonical(pl.element())).list.drop_nulls())
        return canonical.to_series()
    if _is_canonical(ids):
        return ids
    odd = ids.str.contains(_NOT_CANONICAL).arg_true()
    return ids.clone().scatter(odd, ids.gather(odd).to_frame().select(_canonical(pl.all())).to_series())


def canonical_id(text: str) -> str:
    """Return one id as `canonical_ids` does, empty if nothing is left."""
    return canonical_ids(pl.Series([text], dtype=pl.String))[0] or ""


def canonical_words(words: pl.Series, known: Set[str]) -> pl.Series:
    """Return words, the known ones as the list has them: in lower case and usual width, trimmed, `_` between words."""
    if not words.unique().str.contains(_NOT_A_WORD).any():
        return words
    plain = _word_forms(words)
    return plain.zip_with(plain.is_in(["", *known]).fill_null(value=False), words)


def replace_words(words: pl.Series, meanings: Mapping[str, str]) -> pl.Series:
    """Return words with the meanings of those that have one; its keys are in the form of `word_form`."""
    meant = _word_forms(words).replace_strict(meanings, default=None, return_dtype=pl.String)
    return meant.zip_with(meant.is_not_null(), words)


def word_form(word: str) -> str:
    """Return the form in which words are compared: in lower case and usual width, trimmed, `_` between words."""
    return str(_word_forms(pl.Series([word], dtype=pl.String))[0])


def _word_forms(words: pl.Series) -> pl.Series:
    trimmed = words.str.normalize("NFKC").str.replace_all(_ENDS, "")
    return trimmed.str.to_lowercase().str.replace_all(r"[\s\p{Pd}]+", "_")


def blank_to_null(texts: pl.Series) -> pl.Series:
    """Return texts with null for those without a visible character."""
    if ((texts >= "!") & (texts < "\x7f")).all():  # each begins with a visible character of ASCII
        return texts
    return texts.to_frame().select(pl.when(has_text(pl.all())).then(pl.all())).to_series()


def has_text(column: pl.Expr) -> pl.Expr:
    """Return whether a text has a visible character; null where it is null."""
    return column.str.contains(_VISIBLE)


def _is_canonical(ids: pl.Series) -> bool:
    """Return whether all ids are printable ASCII without spaces, as most are: the bytes show it."""
    content = ids.to_arrow().buffers()[2]
    if content is None or not content.size:
        return not (ids == "").any()
    characters = np.frombuffer(content, np.uint8)
    return bool(characters.min() > ord(" ") and characters.max() <= ord("~")) and not (ids == "").any()


def _canonical(ids: pl.Expr) -> pl.Expr:
    canonical = ids.str.replace_all(_ENDS, "").str.normalize("NFC")
    return pl.when(canonical != "").then(canonical)
