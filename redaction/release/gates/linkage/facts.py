"""The facts of the profile table, and where texts show them: names, employers, schools, towns, titles, years."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.phrases import Phrases, with_keys
from redaction.release.gates.linkage.tokens import Hashes, Integers, Words, folded

_WINDOW: Final = 9
"""A year so many words after a title dates it."""
_LEGAL_FORMS: Final = r"(?i)[,\s]+(?:inc|llc|llp|ltd|limited|gmbh|ag|corp|plc|co|sa|srl)\.?$"
_SPANS: Final = (5, 10)
_LONG: Final = 8
"""Names of employers of so many letters are also searched for as one word, as in hashtags and addresses."""


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

    `keys` are hashes of words, or of a title with a year, or of a whole career, as `phrases` finds them. `is_own` says
    that a fact is in the members' own words, not a group or a span.
    """

    keys: Hashes
    kinds: npt.NDArray[np.int8]
    is_own: npt.NDArray[np.bool_]
    members: sparse.csr_array
    phrases: Phrases

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
        rows = with_keys(_phrases(profiles, groups))
        dated = rows.filter(pl.col("year").is_not_null())
        dated = dated.with_columns(
            pl.Series("key", _dated(dated["key"].to_numpy(), dated["year"].to_numpy().astype(np.int64))),
            pl.lit(0, pl.Int8).alias("length"),
            pl.lit(FactKind.DATED_TITLE.value, pl.Int8).alias("kind"),
        )
        whole = careers.select(
            "member",
            pl.Series("key", _whole(Words.of(folded(careers["career"])), careers.height)),
            pl.lit(0, pl.Int8).alias("length"),
            pl.lit(FactKind.CAREER.value, pl.Int8).alias("kind"),
            pl.lit(value=False).alias("is_own"),
        )
        columns = ["member", "key", "length", "kind", "is_own"]
        found = pl.concat([rows[columns], dated[columns], whole[columns]])
        distinct = (
            found.group_by("key", "kind").agg(pl.col("length").first(), pl.col("is_own").any()).sort("key", "kind")
        )
        number = found.join(distinct.with_row_index("fact").select("key", "kind", "fact"), on=["key", "kind"])
        members = as_ones(number["member"].to_numpy(), number["fact"].to_numpy(), (profiles.height, distinct.height))
        keys, lengths = distinct["key"].to_numpy(), distinct["length"].to_numpy()
        first_words = rows.filter(pl.col("length") > 1)["first"].unique().to_numpy()
        return cls(
            keys,
            distinct["kind"].to_numpy(),
            distinct["is_own"].to_numpy(),
            members,
            Phrases(keys, lengths, first_words),
        )

    def shown_in(self, texts: int, words: Words) -> sparse.csr_array:
        """Return which facts each of some texts shows, as ones."""
        found = [self.phrases.match(np.arange(texts), _whole(words, texts), 0)]
        for length, position, fact in self.phrases.find(words):
            found.append((words.text[position], fact))
            titles = np.flatnonzero(self.kinds[fact] == FactKind.TITLE)
            found.append(self._with_year(words, position[titles], fact[titles], length))
        numbers, facts = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return as_ones(numbers, facts, (texts, len(self.keys)))

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
            number, found = self.phrases.match(words.text[at[is_year]], keys, 0)
            numbers.append(number)
            facts.append(found)
        return np.concatenate(numbers), np.concatenate(facts)


def as_ones(rows: Integers, columns: Integers, shape: tuple[int, int]) -> sparse.csr_array:
    """Return a matrix with a one in each of some cells, however often a cell is named."""
    matrix = sparse.csr_array(sparse.coo_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape))
    matrix.data[:] = 1
    return matrix


def _whole(words: Words, texts: int) -> Hashes:
    """Return a hash of all words of each text; of a text without words, one that is no key."""
    number = np.bincount(words.text, minlength=texts)
    starts = np.cumsum(number) - number
    powers = np.cumprod(np.full(int(number.max(initial=0)) + 1, 0x9E3779B97F4A7C15, np.uint64))
    parts = (words.hashes ^ (words.hashes >> np.uint64(31))) * powers[np.arange(len(words.text)) - starts[words.text]]
    whole = np.zeros(texts, np.uint64)
    has_words = number > 0
    if len(parts):
        whole[has_words] = np.add.reduceat(parts, starts[has_words])
    return whole ^ number.astype(np.uint64)


def _dated(keys: Hashes, years: Integers) -> Hashes:
    return (keys ^ np.uint64(0x5851F42D4C957F2D)) * np.uint64(6364136223846793005) + years.astype(np.uint64)


def _phrases(profiles: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """Return the facts in words: member, phrase, kind, year (of a title), is_own."""
    members = profiles.with_row_index("member")
    jobs = _exploded(members, "experience")
    schools = _exploded(members, "education")
    title, since = pl.col("title"), pl.col("start").dt.year()
    label = title.replace_strict(groups, default=None, return_dtype=pl.String)
    joined = pl.col("company").str.replace(_LEGAL_FORMS, "").str.replace_all(r"[^\p{L}\p{N}]", "")
    town = pl.col("location").str.split(",").list.first()
    parts = [
        *(_phrase(members, pl.col(name), FactKind.NAME) for name in ("full_name", "handle")),
        *(_phrase(members, pl.col(name), FactKind.PART_OF_NAME) for name in ("given_name", "family_name")),
        _phrase(jobs, pl.col("company").str.replace(_LEGAL_FORMS, ""), FactKind.ORGANIZATION),
        _phrase(jobs, pl.when(joined.str.len_chars() >= _LONG).then(joined), FactKind.ORGANIZATION),
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
