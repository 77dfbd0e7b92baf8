"""Counts the people of whom a direct identifier can be read, by their role in the record and its kind."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from redaction.release.gates.linkage.phrases import Phrases, with_keys
from redaction.release.gates.linkage.tokens import Words, folded
from redaction.release.report import SubjectLeak

ROLES: Final = pl.Schema(dict.fromkeys(("record_id", "subject", "role"), pl.String()))
"""Who has which role in a record: `author`, `mentioned`, `thread`."""
ANYWHERE: Final = pl.Schema(dict.fromkeys(("subject", "role"), pl.String()))
"""People who are searched for in every record: `objector`, `protected`."""

_ANY_KIND: Final = "any"
_PHONE: Final = r"\+?\d(?:[ ()./\u2010-\u2015-]{0,3}\d){7,16}"
_DIGITS: Final = 8
_SHORTEST: Final = 5


@dataclass(slots=True)
class SubjectLeaks:
    """Searches blocks of records for the identifiers of the people they concern.

    Attributes:
        identifiers: `subject`, `key`, `length` (0 for a phone number), `is_name`: one row a value.
        anywhere: The people to search for in every record (`ANYWHERE`). A value that somebody else has, too, is not
            searched for.
    """

    identifiers: pl.DataFrame
    anywhere: pl.DataFrame
    _values: pl.DataFrame
    _phrases: Phrases
    _concerned: list[pl.DataFrame] = field(default_factory=list)
    _found: list[pl.DataFrame] = field(default_factory=list)

    @classmethod
    def of(cls, people: pl.DataFrame, anywhere: pl.DataFrame) -> "SubjectLeaks":
        """Prepare a search.

        Args:
            people: `subject`, full_name, handle, vanity_url, emails, phones; of members and of objectors.
            anywhere: `ANYWHERE`.

        Returns:
            The search.
        """
        handle = pl.when(pl.col("handle").str.len_chars() >= _SHORTEST).then("handle")
        parts = [
            _values(people, pl.col("full_name"), is_name=True),
            _values(people, handle),
            _values(people, pl.col("vanity_url").str.replace(r"(?i)^(?:https?://)?(?:www\.)?", "")),
            _values(people.explode("emails"), pl.col("emails")),
        ]
        words = with_keys(pl.concat(parts)).filter(~pl.col("is_name") | (pl.col("length") > 1))
        digits = people.explode("phones").select("subject", pl.col("phones").str.replace_all(r"\D", "").alias("phrase"))
        digits = digits.filter(pl.col("phrase").str.len_chars() >= _DIGITS)
        phones = digits.select(
            "subject",
            pl.col("phrase").str.tail(_DIGITS).hash(5).alias("key"),
            pl.lit(0, pl.Int8).alias("length"),
            pl.lit(value=False).alias("is_name"),
        )
        columns = ["subject", "key", "length", "is_name"]
        identifiers = pl.concat([words[columns], phones[columns]]).unique(maintain_order=True)
        values = identifiers.select("key", "length").unique().sort("key", "length")
        first_words = words.filter(pl.col("length") > 1)["first"].unique().to_numpy()
        phrases = Phrases(values["key"].to_numpy(), values["length"].to_numpy(), first_words)
        return cls(identifiers, anywhere, values, phrases)

    def add(self, records: pl.DataFrame, roles: pl.DataFrame) -> None:
        """Search the next records (`record_id`, `kind`, `text`), whose people are `roles` (`ROLES`)."""
        concerned = records.select("record_id", "kind").join(roles, on="record_id")
        self._concerned.append(concerned.select("role", "kind", "subject").unique())
        shown = self._shown(records)
        own = shown.join(self.identifiers, on=["key", "length"]).join(concerned, on=["record_id", "subject"])
        unique = self.identifiers.filter(pl.col("subject").n_unique().over("key", "length") == 1)
        others = shown.join(unique.join(self.anywhere, on="subject"), on=["key", "length"])
        others = others.join(records.select("record_id", "kind"), on="record_id")
        self._found += [each.select("role", "kind", "subject", "is_name").unique() for each in (own, others)]

    def counts(self) -> tuple[SubjectLeak, ...]:
        """Count people by role and kind of record, and over all kinds."""
        people = _with_total(pl.concat([pl.DataFrame(schema=_CONCERNED), *self._concerned]))
        always = self.anywhere.select("role", pl.lit(_ANY_KIND).alias("kind"), "subject")
        found = _with_total(pl.concat([pl.DataFrame(schema=_CONCERNED | {"is_name": pl.Boolean}), *self._found]))
        sums = pl.concat([people, always]).group_by("role", "kind").agg(pl.col("subject").n_unique().alias("people"))
        hits = found.group_by("role", "kind").agg(
            pl.col("subject").n_unique().alias("identified"),
            pl.col("subject").filter("is_name").n_unique().alias("named"),
        )
        rows = sums.join(hits, on=["role", "kind"], how="left").fill_null(0).sort("role", "kind")
        return tuple(SubjectLeak(**row) for row in rows.iter_rows(named=True))

    def _shown(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the identifiers that can be read in records: record_id, key, length."""
        plain = folded(records["text"])
        words = Words.of(plain)
        parts = [
            _occurrences(records["record_id"][words.text[at]], self._values["key"][value], length)
            for length, at, value in self._phrases.find(words)
        ]
        phones = pl.DataFrame({"record_id": records["record_id"], "phone": plain.str.extract_all(_PHONE)})
        phones = phones.explode("phone").drop_nulls("phone")
        ends = phones["phone"].str.replace_all(r"\D", "").str.tail(_DIGITS).hash(5)
        parts.append(_occurrences(phones["record_id"], ends, 0))
        return pl.concat(parts).unique()


_CONCERNED: Final = pl.Schema(dict.fromkeys(("role", "kind", "subject"), pl.String()))


def _values(people: pl.DataFrame, value: pl.Expr, *, is_name: bool = False) -> pl.DataFrame:
    rows = people.select("subject", value.alias("phrase"), pl.lit(is_name).alias("is_name"))
    return rows.drop_nulls("phrase")


def _occurrences(record_ids: pl.Series, keys: pl.Series, length: int) -> pl.DataFrame:
    return pl.DataFrame({"record_id": record_ids, "key": keys.cast(pl.UInt64)}).with_columns(
        pl.lit(length, pl.Int8).alias("length")
    )


def _with_total(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.with_columns(pl.lit(_ANY_KIND).alias("kind"))]).unique()
