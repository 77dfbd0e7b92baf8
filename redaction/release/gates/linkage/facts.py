"""The facts of the profile table, and where texts show them: names, employers, schools, towns, titles, years."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.tokens import Hashes, Integers, Words, folded

LONGEST: Final = 6
"""Facts of more words are cut to so many."""
_WINDOW: Final = 9
"""A year so many words after a title dates it."""
_LEGAL_FORMS: Final = r"(?i)[,\s]+(?:inc|llc|llp|ltd|limited|gmbh|ag|corp|plc|co|sa|srl)\.?$"
_SPANS: Final = (5, 10)


class FactKind(IntEnum):
    """The kinds of facts. The scores of each are summed by themselves."""

    NAME = 0
    PART_OF_NAME = 1
    ORGANIZATION = 2
    TOWN = 3
    TITLE = 4
    DATED_TITLE = 5
    CAREER = 6


_QUASI: Final = (FactKind.ORGANIZATION, FactKind.TOWN, FactKind.TITLE, FactKind.DATED_TITLE)


@dataclass(frozen=True, slots=True)
class Facts:
    """The distinct facts of a profile table, sorted by key, and which member has which.

    `keys` are hashes of words, or of a title with a year, or of a whole career; `length` is 0 where a key is not words.
    `is_own` says that it is in the members' own words, not a group or a span.
    """

    keys: Hashes
    kinds: npt.NDArray[np.int8]
    lengths: npt.NDArray[np.int8]
    is_own: npt.NDArray[np.bool_]
    members: sparse.csr_array

    @property
    def having(self) -> Integers:
        """How many members have each."""
        return np.bincount(self.members.indices, minlength=len(self.keys))

    @classmethod
    def of(cls, profiles: pl.DataFrame, groups: Mapping[str, str], careers: pl.DataFrame) -> "Facts":
        """Collect the facts of members.

        Args:
            profiles: One row a member: names, handle, experience, education.
            groups: The group of each title, as it is released.
            careers: `member` (row number) and `career`: generalized careers, as they may be released.

        Returns:
            The facts.
        """
        phrases = _phrases(profiles, groups)
        rows = with_keys(phrases)
        dated = rows.filter(pl.col("year").is_not_null())
        dated = dated.with_columns(
            pl.Series("key", _dated(dated["key"].to_numpy(), dated["year"].to_numpy().astype(np.int64))),
            pl.lit(0, pl.Int8).alias("length"),
            pl.lit(FactKind.DATED_TITLE.value, pl.Int8).alias("kind"),
        )
        whole = careers.select(
            "member",
            pl.Series("key", whole_texts(careers["career"])),
            pl.lit(0, pl.Int8).alias("length"),
            pl.lit(FactKind.CAREER.value, pl.Int8).alias("kind"),
            pl.lit(value=False).alias("is_own"),
        )
        columns = ["member", "key", "length", "kind", "is_own"]
        found = pl.concat([rows[columns], dated[columns], whole[columns]]).unique(["member", "key", "kind"])
        distinct = (
            found.group_by("key", "kind").agg(pl.col("length").first(), pl.col("is_own").any()).sort("key", "kind")
        )
        number = found.join(distinct.with_row_index("fact").select("key", "kind", "fact"), on=["key", "kind"])
        ones = np.ones(number.height, np.float32)
        cells = (number["member"].to_numpy(), number["fact"].to_numpy())
        return cls(
            distinct["key"].to_numpy(),
            distinct["kind"].to_numpy(),
            distinct["length"].to_numpy(),
            distinct["is_own"].to_numpy(),
            sparse.csr_array(sparse.coo_array((ones, cells), shape=(profiles.height, distinct.height))),
        )

    def shown_in(self, texts: pl.Series, words: Words) -> sparse.csr_array:
        """Return which facts each folded text shows, as ones."""
        found = [self._with_key(np.arange(len(texts)), whole_texts(texts), 0)]
        for length in range(1, LONGEST + 1):
            at, hashes = words.sequences(length)
            position, fact = self._with_key(at, hashes, length)
            found.append((words.text[position], fact))
            titles = np.flatnonzero(self.kinds[fact] == FactKind.TITLE)
            found.append(self._with_year(words, position[titles], fact[titles], length))
        numbers, facts = (np.concatenate(parts) for parts in zip(*found, strict=True))
        shown = sparse.csr_array(
            sparse.coo_array((np.ones(len(facts), np.float32), (numbers, facts)), shape=(len(texts), len(self.keys)))
        )
        shown.data[:] = 1
        return shown

    def quasi(self) -> npt.NDArray[np.bool_]:
        """Return which facts are quasi-identifiers of a career in the members' own words."""
        return self.is_own & np.isin(self.kinds, [kind.value for kind in _QUASI])

    def _with_year(self, words: Words, position: Integers, fact: Integers, length: int) -> tuple[Integers, Integers]:
        """Return the dated titles: a year of the text soon after a title."""
        numbers, facts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for distance in range(_WINDOW):
            after = position + length + distance
            inside = after < len(words.year)
            at, title, after = position[inside], fact[inside], after[inside]
            is_year = (words.year[after] > 0) & (words.text[after] == words.text[at])
            keys = _dated(self.keys[title[is_year]], words.year[after[is_year]])
            number, found = self._with_key(words.text[at[is_year]], keys, 0)
            numbers.append(number)
            facts.append(found)
        return np.concatenate(numbers), np.concatenate(facts)

    def _with_key(self, values: Integers, hashes: Hashes, length: int) -> tuple[Integers, Integers]:
        """Return the values whose hash is a fact of that many words, each with the fact; a fact of each kind."""
        values_found, facts_found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        if len(self.keys) and len(hashes):
            first = np.searchsorted(self.keys, hashes)
            for more in range(len(FactKind)):
                at = np.minimum(first + more, len(self.keys) - 1)
                same = (first + more < len(self.keys)) & (self.keys[at] == hashes) & (self.lengths[at] == length)
                if not (self.keys[at] == hashes).any():
                    break
                values_found.append(values[same])
                facts_found.append(at[same])
        return np.concatenate(values_found), np.concatenate(facts_found)


def with_keys(phrases: pl.DataFrame) -> pl.DataFrame:
    """Add the key and the number of words of each `phrase`: `key`, `length`; phrases without words are left out."""
    words = Words.of(folded(phrases["phrase"]))
    starts, lengths = _first_words(words, phrases.height)
    keys = np.zeros(phrases.height, np.uint64)
    for length in range(1, LONGEST + 1):
        at, hashes = words.sequences(length)
        chosen = np.flatnonzero(lengths == length)
        keys[chosen] = hashes[np.searchsorted(at, starts[chosen])]
    rows = phrases.with_columns(pl.Series("key", keys), pl.Series("length", lengths.astype(np.int8)))
    return rows.filter(pl.col("length") > 0)


def whole_texts(texts: pl.Series) -> Hashes:
    """Return a hash of each text as a whole, whatever its case and white space."""
    hashes: Hashes = texts.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars().hash(11).to_numpy()
    return hashes


def _dated(keys: Hashes, years: Integers) -> Hashes:
    return (keys ^ np.uint64(0x5851F42D4C957F2D)) * np.uint64(6364136223846793005) + years.astype(np.uint64)


def _first_words(words: Words, texts: int) -> tuple[Integers, Integers]:
    """Return the position of the first word of each text, and its number of words, cut to the longest."""
    number = np.bincount(words.text, minlength=texts)
    return np.cumsum(number) - number, np.minimum(number, LONGEST)


def _phrases(profiles: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """Return the facts in words: member, phrase, kind, year (of a title), is_own."""
    members = profiles.with_row_index("member")
    jobs = _exploded(members, "experience")
    schools = _exploded(members, "education")
    title, since = pl.col("title"), pl.col("start").dt.year()
    label = title.replace_strict(groups, default=None, return_dtype=pl.String)
    town = pl.col("location").str.split(",").list.first()
    parts = [
        *(_phrase(members, pl.col(name), FactKind.NAME) for name in ("full_name", "handle")),
        *(_phrase(members, pl.col(name), FactKind.PART_OF_NAME) for name in ("given_name", "family_name")),
        _phrase(jobs, pl.col("company").str.replace(_LEGAL_FORMS, ""), FactKind.ORGANIZATION),
        _phrase(schools, pl.col("school"), FactKind.ORGANIZATION),
        _phrase(jobs, town, FactKind.TOWN),
        _phrase(jobs, title, FactKind.TITLE, since),
        _phrase(jobs, title, FactKind.TITLE, pl.col("end").dt.year()),
        *(_phrase(jobs, label, FactKind.TITLE, since // span * span, is_own=False) for span in _SPANS),
    ]
    return pl.concat(parts).filter(pl.col("phrase").str.len_chars() > 1)


def _exploded(members: pl.DataFrame, column: str) -> pl.DataFrame:
    return members.select("member", column).explode(column).drop_nulls(column).unnest(column)


def _phrase(
    rows: pl.DataFrame, phrase: pl.Expr, kind: FactKind, year: Any = None, *, is_own: bool = True
) -> pl.DataFrame:
    return rows.select(
        pl.col("member").cast(pl.Int64),
        phrase.alias("phrase"),
        pl.lit(kind.value, pl.Int8).alias("kind"),
        (pl.lit(None) if year is None else year).cast(pl.Int64).alias("year"),
        pl.lit(is_own).alias("is_own"),
    ).drop_nulls("phrase")
