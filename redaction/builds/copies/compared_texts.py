"""The texts that are compared to find copies, by number: those of posts, of profiles and of quarantined rows.

A post's text is numbered as its row in the index, its title as that row plus the number of posts. The texts of the
other rows follow, as many numbers for each. Texts are read in batches, and freed after each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.builds.copies.post_locations import located
from redaction.builds.inputs import Inputs
from redaction.execution.progress import track
from redaction.state.private_tables import QUARANTINED
from redaction.storage import row_groups
from redaction.tables import LOCATOR, TABLES, RowReader, Source, TableName

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]

_NUMBER: Final = pl.Schema({"number": pl.UInt32, "text": pl.String})
_PROFILE_FIELDS: Final = ("headline", "about", "experience", "education")
_BODY: Final = 1
_SLOTS: Final = {"headline": 0, "title": 0, "about": _BODY, "text": _BODY}
"""The numbers of a row's own fields; descriptions follow. All but the body are labels."""
_TEXTS_OF_A_ROW: Final = 16
"""The numbers of a row that is no post of the index; the descriptions beyond are compared as one text."""
_OWNERS: Final = pl.Schema([("table", pl.String), *LOCATOR.items(), ("id", pl.String), ("candidate", pl.Boolean)])


@dataclass(frozen=True, slots=True)
class ComparedTexts:
    """The texts of a comparison.

    Attributes:
        inputs: The inputs.
        index: The index of the posts.
        posts: The number of posts.
        owners: The other rows: `table`, `LOCATOR`, `id` (of a profile, or of a quarantined post), `candidate` (a kept
            profile; the others are protected), sorted by table and locator.
    """

    inputs: Inputs
    index: Path
    posts: int
    owners: pl.DataFrame

    @classmethod
    def of(cls, inputs: Inputs, index: Path, judged: rights.Judged) -> "ComparedTexts":
        """List the rows to compare with the posts of an index, whose quarantined rows are stored beside it."""
        parts = [_profiles(inputs, judged), _quarantined_posts(inputs, index, judged)]
        owners = pl.concat(parts).sort("table", *LOCATOR)
        return cls(inputs, index, judged.kept.size, owners)

    @property
    def size(self) -> int:
        """One more than the highest number."""
        return 2 * self.posts + _TEXTS_OF_A_ROW * self.owners.height

    def flags(self, posts: Flags, *, others: bool) -> Flags:
        """Flag the texts and titles of some posts, and all other texts or none, by number."""
        return np.concatenate([posts, posts, np.full(self.size - 2 * self.posts, others)])

    def of_posts(self, which: Flags) -> Iterator[pl.DataFrame]:
        """Yield batches of `number` and `text`: the texts and titles of some posts."""
        return self._of_posts(which, ["text", "title"])

    def _of_posts(self, which: Flags, fields: list[str]) -> Iterator[pl.DataFrame]:
        reader = RowReader(TABLES[TableName.posts], self.inputs.files[TableName.posts])
        batches = chain.from_iterable(reader.batches(rows, fields) for rows in located(self.index, which))
        for batch in track(batches, "texts", int(which.sum()), lambda each: each.height):
            titles = batch.select(pl.col("number") + self.posts, pl.col("title").alias("text")).drop_nulls()
            texts = [batch.select("number", "text")] if "text" in fields else []
            yield pl.concat([*texts, titles.cast(_NUMBER)])

    def of_owners(self, owners: pl.Expr) -> Iterator[pl.DataFrame]:
        """Yield batches of `number` and `text`: the texts of some of the other rows, given by a condition."""
        numbered = self.owners.with_row_index("owner").filter(owners)
        for (table,), rows in numbered.group_by("table", maintain_order=True):
            name = TableName(str(table))
            columns = ("text", "title") if name is TableName.posts else _PROFILE_FIELDS
            present = [column for column in columns if any(column in f.file_columns for f in self.inputs.files[name])]
            reader = RowReader(TABLES[name], self.inputs.files[name])
            for batch in reader.batches(rows, present) if present else ():
                number = 2 * self.posts + _TEXTS_OF_A_ROW * pl.col("owner").cast(pl.UInt32) + pl.col("slot")
                yield _fields(batch, present).select(number.cast(pl.UInt32).alias("number"), "text")

    def whole(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Join the texts of each row, since a copy may be spread over them, under the lowest number of the row.

        Args:
            texts: number and text: all of each row.

        Returns:
            number, text.
        """
        row, number = self.row_of(pl.col("number")), pl.col("number").cast(pl.Int64)

        def joined(by: pl.Expr) -> pl.Expr:
            return pl.col("text").sort_by(by).str.join("\n")

        both = pl.concat_str(joined(number), joined(-number), separator="\n")  # either field may be the first half
        rows = texts.with_columns(row.alias("row")).group_by("row", maintain_order=True)
        return rows.agg(both.alias("text")).select(pl.col("row").alias("number"), "text")

    def row_of(self, number: pl.Expr) -> pl.Expr:
        """Return the lowest number of the texts of the same row."""
        first, each = 2 * self.posts, number.cast(pl.Int64)
        owner = first + (each - first) // _TEXTS_OF_A_ROW * _TEXTS_OF_A_ROW
        return pl.when(each < first).then(each % max(self.posts, 1)).otherwise(owner).cast(pl.UInt32)

    def protected(self, posts: Flags) -> Iterator[pl.DataFrame]:
        """Yield the texts of some posts, and all protected ones of the other rows."""
        return chain(self.of_posts(posts), self.of_owners(~pl.col("candidate")))

    def named(self, pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield the texts that pairs name."""
        numbers = pl.concat([pairs["candidate"], pairs["protected"]]).unique()
        owners = pl.col("owner").is_in(self._owners(numbers.filter(numbers >= 2 * self.posts)).unique().implode())
        for batch in chain(self.of_posts(self.of_which_posts(numbers)), self.of_owners(owners)):
            yield batch.join(numbers.to_frame("number"), on="number", how="semi", maintain_order="left")

    def titles(self, posts: Flags) -> Iterator[pl.DataFrame]:
        """Yield batches of `number` and `text`: the titles of some posts, without reading their texts."""
        if any("title" in file.file_columns for file in self.inputs.files[TableName.posts]):
            yield from self._of_posts(posts, ["title"])

    def people(self, numbers: pl.Series) -> pl.Series:
        """Return the author of each text, as a number that no other author has.

        The authors of quarantined posts are not read: each such row is an author of its own.

        Args:
            numbers: The numbers of the texts.

        Returns:
            UInt32, in the order of `numbers`.
        """
        of_posts, first = self.of_which_posts(numbers), 0
        authors = [pl.DataFrame(schema={"post": pl.UInt32, "author_id": pl.String})]
        for rows in row_groups([self.index], ["author_id"]):
            posts = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("post")
            authors.append(rows.select(posts, "author_id").filter(pl.Series(of_posts[first : first + rows.height])))
            first += rows.height
        member = pl.when(pl.col("table") == TableName.profiles.value).then("id")
        owners = self.owners.select(member.alias("member"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("owner"))
        texts = numbers.alias("number").to_frame()
        is_post = pl.col("number") < 2 * self.posts
        owned = pl.when(~is_post).then((pl.col("number").cast(pl.Int64) - 2 * self.posts) // _TEXTS_OF_A_ROW)
        found = (
            texts.with_columns(
                pl.when(is_post).then(pl.col("number") % max(self.posts, 1)).cast(pl.UInt32).alias("post"),
                owned.cast(pl.UInt32).alias("owner"),
            )
            .join(pl.concat(authors), on="post", how="left", maintain_order="left")
            .join(owners, on="owner", how="left", maintain_order="left")
        )
        person = pl.struct(pl.coalesce("author_id", "member"), pl.when(pl.col("member").is_null()).then("owner"))
        return found.select(person.rank("dense").alias("person")).to_series()

    def is_label(self, number: pl.Expr) -> pl.Expr:
        """Test which numbers are those of titles, headlines and descriptions."""
        first = 2 * self.posts
        slot = (number.cast(pl.Int64) - first) % _TEXTS_OF_A_ROW
        return pl.when(number < first).then(number >= self.posts).otherwise(slot != _BODY)

    def of_which_posts(self, numbers: pl.Series) -> Flags:
        """Flag the posts that have one of some texts."""
        flags = np.zeros(self.posts, np.bool_)
        own = numbers.filter(numbers < 2 * self.posts).to_numpy()
        flags[np.where(own >= self.posts, own - self.posts, own)] = True
        return flags

    def copied_posts(self, pairs: pl.DataFrame, judged: rights.Judged) -> pl.DataFrame:
        """Return the posts among the candidates: `rights.POST_EVIDENCE` and similarity, sorted by row number."""
        own = pairs.filter(pl.col("candidate") < 2 * self.posts)
        row = pl.when(pl.col("candidate") >= self.posts).then(pl.col("candidate") - self.posts).otherwise("candidate")
        named = self._with_evidence(own.with_columns(row.cast(pl.UInt32).alias("row_number")), "row_number", judged)
        return named.sort("row_number")

    def copied_profiles(self, pairs: pl.DataFrame, judged: rights.Judged) -> pl.DataFrame:
        """Return the profiles among the candidates of pairs: source_id, evidence, similarity."""
        own = pairs.filter(pl.col("candidate") >= 2 * self.posts)
        ids = self.owners["id"].gather(self._owners(own["candidate"]))
        return self._with_evidence(own.with_columns(ids.alias("source_id")), "source_id", judged)

    def _owners(self, numbers: pl.Series) -> pl.Series:
        return ((numbers.cast(pl.Int64) - 2 * self.posts) // _TEXTS_OF_A_ROW).cast(pl.UInt32)

    def _with_evidence(self, pairs: pl.DataFrame, key: str, judged: rights.Judged) -> pl.DataFrame:
        """Return, for each `key`, the id that the lowest number of a protected text belongs to, and the similarity."""
        lowest = pairs.sort(key, "protected", "candidate").unique(key, keep="first", maintain_order=True)
        originals = self.of_which_posts(lowest["protected"])
        ids = pl.DataFrame(
            {"post": np.flatnonzero(originals), "post_id": judged.ids(originals)},
            schema_overrides={"post": pl.UInt32},
        )
        other = lowest["protected"] >= 2 * self.posts
        owner_ids = self.owners["id"].gather(self._owners(lowest["protected"].filter(other)))
        others = pl.DataFrame({key: lowest[key].filter(other), "owner_id": owner_ids})
        number = pl.col("protected")
        post = pl.when(number < self.posts).then(number).otherwise(number - self.posts).cast(pl.UInt32)
        joined = (
            lowest.with_columns(pl.when(number < 2 * self.posts).then(post).alias("post"))
            .join(ids, on="post", how="left")
            .join(others, on=key, how="left")
        )
        return joined.select(key, pl.coalesce("post_id", "owner_id", pl.lit("")).alias("evidence"), "similarity")


def _fields(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """List the texts of rows: owner, slot, text."""
    parts = [
        rows.select("owner", pl.lit(_SLOTS[column]).alias("slot"), pl.col(column).alias("text"))
        for column in columns
        if rows.schema[column] == pl.String
    ]
    first, last = len(_PROFILE_FIELDS), _TEXTS_OF_A_ROW - 1
    lists = [c for c in columns if isinstance(rows.schema[c], pl.List)]
    if lists:
        described = [pl.col(c).list.eval(pl.element().struct.field("description")).fill_null([]) for c in lists]
        texts = rows.select("owner", pl.concat_list(described).alias("text")).explode("text").drop_nulls("text")
        slot = pl.min_horizontal(pl.int_range(pl.len()).over("owner") + first, last).alias("slot")
        parts.append(
            texts.with_columns(slot)
            .group_by("owner", "slot", maintain_order=True)
            .agg(pl.col("text").str.join("\n"))
            .select("owner", pl.col("slot").cast(pl.Int32), "text")
        )
    return pl.concat([part.cast({"slot": pl.Int32}) for part in parts]).drop_nulls("text")


def _profiles(inputs: Inputs, judged: rights.Judged) -> pl.DataFrame:
    """List the kept profiles, those of protected and withdrawn subjects, and the quarantined ones."""
    kept = pl.col("decision") == rights.KEEP
    tombstoned = pl.col("reason") == rights.Reason.TOMBSTONED.value
    blocks = [
        block.select("source_id", kept.alias("kept"), tombstoned.alias("tombstoned"))
        for block in judged.profile_blocks()
    ]
    decided = pl.concat(
        [pl.DataFrame(schema={"source_id": pl.String, "kept": pl.Boolean, "tombstoned": pl.Boolean}), *blocks]
    )
    protected = pl.col("tombstoned") | ~judged.usable(decided["source_id"])
    wanted = decided.filter(pl.col("kept") | protected).select(
        pl.col("source_id").alias("id"), pl.col("kept").alias("candidate")
    )
    read = inputs.rows(TableName.profiles, ["user_id"])
    rows = read.rows.rename({"user_id": "id"}).join(wanted, on="id", how="inner")
    quarantined = read.quarantined.select(*LOCATOR, pl.col("source_id").alias("id"), pl.lit(False).alias("candidate"))
    both = pl.concat([rows.select(*LOCATOR, "id", "candidate"), quarantined])
    return both.select(pl.lit(TableName.profiles.value).alias("table"), *LOCATOR, "id", "candidate").cast(_OWNERS)


def _quarantined_posts(inputs: Inputs, index: Path, judged: rights.Judged) -> pl.DataFrame:
    """List the quarantined posts of protected authors, of unknown ones, and of kinds that the policy denies."""
    path = index.with_name(QUARANTINED.pattern)
    rows = pl.read_parquet(path, glob=False).filter(pl.col("source") == Source.posts.value).sort(list(LOCATOR))
    reader = RowReader(TABLES[TableName.posts], inputs.files[TableName.posts])
    read = [pl.DataFrame(schema={**LOCATOR, "source_id": pl.String, "author_id": pl.String, "kind": pl.String})]
    columns = ["author_id", "kind"]
    read += [batch.select(read[0].columns) for batch in reader.batches(rows, columns)] if rows.height else []
    quarantined = pl.concat(read)
    denied_kinds = list(judged.rules.policy.categories_denied)
    chosen = quarantined.filter(
        ~judged.usable(quarantined["author_id"]) | pl.col("kind").is_in(denied_kinds).fill_null(value=False)
    )
    table = pl.lit(TableName.posts.value).alias("table")
    return chosen.select(table, *LOCATOR, pl.col("source_id").alias("id"), pl.lit(False).alias("candidate")).cast(
        _OWNERS
    )
