"""Compare ids without regard to how a tool spelled them.

The rules compare ids exactly, since a guess could give one member the rights of another. Here an id that no table knows
is compared loosely, only to notice that it was probably meant for one that is known.
"""

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

PAIRS: Final = pl.Schema({"id": pl.String, "known": pl.String})
"""An unknown id, and one known id that differs from it only in spelling."""

Change = Callable[[pl.Expr], pl.Expr]

# Format and control characters, and those that are shown as nothing or as a blank.
_INVISIBLE: Final = (
    r"[\p{Cf}\p{Cc}\x{34F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{2800}\x{3164}\x{FFA0}"
    r"\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]+"
)
_QUOTES: Final = r"^[+#@]+|[\"'`´‘’‚‛“”„‟«»‹›ʼ=<>\[\]{}()]+"
_BYTES: Final = r"(^|[^0-9a-z]|0)b(['\"].)"
_UUID: Final = r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$"
_WORDS: Final = (
    "u|usr|users?|uid|userid|id|m|mem|mbr|members?|acct|account|profile|p|pers|person|people|a|author|customer|posts?"
    "|subject|s|t[0-9]"
)
_NUMBER: Final = r"^[1-9][0-9]*$"
_PLAIN: Final = r"^[0-9A-Za-z_-]*$"
_ENCODED: Final = {
    **{
        "%3a": ":",
        "%2f": "/",
        "%7c": "|",
        "%20": "",
        "%40": "@",
        "%22": "",
        "%27": "",
        "%00": "",
        "%0a": "",
        "%0d": "",
    },
    **{"&quot;": "", "&#34;": "", "&#39;": "", "&apos;": "", "&nbsp;": "", "&lt;": "", "&gt;": "", "&amp;": "&"},
    **{"\\n": "", "\\r": "", "\\t": ""},
}
_DASHES: Final = r"[\p{Pd}\x{2212}]"
_QUERY: Final = r"([:/][^?#]+)[?#].*$"


def _lower(ids: pl.Expr) -> pl.Expr:
    lowered = ids.str.to_lowercase().str.replace_many(["ß", "ς", "ı", "\u0307"], ["ss", "σ", "i", ""])
    return lowered.str.normalize("NFC")


def _whole_number(ids: pl.Expr) -> pl.Expr:
    """Drop `.0`, the separators of thousands, and an exponent. `1,000` is a thousand, `1.000` is one."""
    thousands = ids.str.contains(r"^\d{1,3}(?:(?:[,_]\d{3})+|(?:\.\d{3}){2,})$")
    whole = pl.when(thousands).then(ids).otherwise(ids.str.replace(r"^(.*\d)[.,]0*$", "$1"))
    grouped = whole.str.contains(r"^\d{1,3}(?:[.,_]\d{3})+$")
    plain = pl.when(grouped).then(whole.str.replace_all(r"[.,_]", "")).otherwise(whole)
    exponent = pl.when(plain.str.contains(r"^\d(?:\.\d+)?e\+?[01]?\d$")).then(plain)
    return pl.coalesce(exponent.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).cast(pl.String), plain)


CHANGES: Final[dict[str, Change]] = {
    "white space": lambda ids: ids.str.replace_all(r"[\s\p{Z}]+", ""),
    "width or Unicode form": lambda ids: ids.str.normalize("NFKC"),
    "invisible characters": lambda ids: ids.str.replace_all(_INVISIBLE, ""),
    "letter case": _lower,
    "quotes or brackets": lambda ids: ids.str.replace_all(_BYTES, "$1$2").str.replace_all(_QUOTES, ""),
    "the hyphens of a UUID": lambda ids: ids.str.replace(_UUID, "$1$2$3$4$5"),
    "ends in .0": _whole_number,
    "leading zeros": lambda ids: ids.str.replace(r"^0+(.)", "$1"),
}
"""The changes of spelling that tools make to a whole id, by name."""


def name_changes(pairs: pl.DataFrame) -> pl.Series:
    """Name the change of spelling that makes each of `PAIRS` equal.

    Returns:
        For each pair a key of `CHANGES`, `a prefix`, or `several`: changes together, words around an id, encodings.
    """
    if pairs.is_empty():
        return pl.Series("change", [], pl.String)
    same = [
        pl.when(change(pl.col("id")) == change(pl.col("known"))).then(pl.lit(name)) for name, change in CHANGES.items()
    ]
    prefixed = pl.col("id").str.ends_with(pl.col("known")) | pl.col("known").str.ends_with(pl.col("id"))
    prefix = pl.when(prefixed).then(pl.lit("a prefix"))
    return pairs.select(pl.coalesce(*same, prefix, pl.lit("several")).alias("change"))["change"]


def near_misses(unknown: pl.Series, known: Iterable[pl.Series]) -> pl.DataFrame:
    """Find the unknown ids that would be known but for a difference in spelling.

    Args:
        unknown: distinct ids that are in none of the blocks.
        known: blocks of ids. Only one is in memory at a time.

    Returns:
        `PAIRS`, one row for each such id, sorted by id.
    """
    pairs = [pl.DataFrame(schema=PAIRS)]
    if unknown.len():
        whole, parts = _keys(unknown, "id")
        every = pl.concat([whole, parts])
        for block in known:
            known_whole, known_parts = _keys(block, "known")
            pairs += [
                left.join(right.unique("key"), on="key").select(PAIRS.names())
                for left, right in ((every, known_whole), (whole, known_parts))
            ]
    return pl.concat(pairs).unique("id", keep="first", maintain_order=True).sort("id")


def _keys(ids: pl.Series, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the key of each whole id, and the keys of the id without its prefix, or all but the last word of it."""
    if ids.str.contains(_NUMBER).all():  # such an id is its own key, and has no parts
        return pl.DataFrame({name: ids, "key": ids}), pl.DataFrame(schema={name: pl.String, "key": pl.String})
    plain = ids.str.contains(_PLAIN).all()
    text = pl.col(name).str.to_lowercase() if plain else _undo_encoding(pl.col(name))
    path = text.str.extract(r"^(.*[:/|])").fill_null("")
    rest = CHANGES["leading zeros"](text.str.strip_prefix(path))
    word = rest.str.extract(rf"^((?:(?:{_WORDS})[_.~-])+).").fill_null("")
    number = CHANGES["leading zeros"](rest.str.strip_prefix(word))
    letters = number.str.extract(r"^([a-z]+[_.~-]?)\d[\d.,_]*$").fill_null("")
    split = (
        ids.alias(name)
        .to_frame()
        .select(name, (path + word).alias("before"), number.alias("number"), letters.alias("letters"))
    )
    tail = CHANGES["leading zeros"](_whole_number(pl.col("number").str.strip_prefix(pl.col("letters"))))
    prefix = pl.concat_str(
        "before", pl.when(pl.col("letters") != "").then(pl.col("letters") + ":").otherwise(pl.lit(""))
    )
    prefix = prefix.str.replace_all(r"[:/|_.~-]+", ":")
    keys = split.select(name, prefix.alias("prefix"), CHANGES["the hyphens of a UUID"](tail).alias("tail"))
    keys = keys.filter(pl.col("tail") != "")
    whole = keys.select(name, (pl.col("prefix") + pl.col("tail")).alias("key"))
    prefixed = keys.filter(pl.col("prefix") != "")
    last_word = prefixed["prefix"].str.extract(r"([^:]*:)$") + prefixed["tail"]
    parts = [prefixed.select(name, pl.col("tail").alias("key")), prefixed.select(name, last_word.alias("key"))]
    return whole, pl.concat(parts)


def _undo_encoding(ids: pl.Expr) -> pl.Expr:
    text = ids
    for change in ("width or Unicode form", "white space", "invisible characters", "letter case"):
        text = CHANGES[change](text)
    text = text.str.replace_many(list(_ENCODED), list(_ENCODED.values())).str.replace_all(_DASHES, "-")
    text = CHANGES["quotes or brackets"](text).str.replace(_QUERY, "$1")
    return text.str.strip_chars_end(":/|;,#\\")
