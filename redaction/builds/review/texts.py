"""Reads the texts of single records from the inputs, as a build reads them. They are held in memory only."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from redaction.builds.context import Build
from redaction.builds.redact.careers import Careers
from redaction.builds.redact.record_texts import TEXTS, post_texts, profile_records, profile_texts
from redaction.state.keys import review_secret
from redaction.state.private_tables import KEPT
from redaction.state.stores.review_store import text_digests
from redaction.tables import LOCATOR, TABLES, RowReader, Source, TableName


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """What a review reads.

    Attributes:
        build: The last build, with the inputs as they are now.
        index: The index of the posts of these inputs.
        eligible: The records (source, source_id) that may be used now.
    """

    build: Build
    index: Path
    eligible: pl.DataFrame

    @property
    def secret(self) -> bytes:
        """The key of the digests of texts."""
        return review_secret(self.build.config, self.build.master)


def current_texts(case: ReviewCase, records: pl.DataFrame) -> pl.DataFrame:
    """Read all texts of records that may be used.

    Args:
        case: The inputs.
        records: source, source_id. Those that may not be used now, or no longer exist, are left out.

    Returns:
        `TEXTS`, with the id of the network as `record_id`, and a keyed `digest` of each text.
    """
    wanted = records.select("source", "source_id").unique().join(case.eligible, on=["source", "source_id"], how="semi")
    parts = [
        _posts(case, wanted.filter(source=Source.posts.value)),
        _profiles(case, wanted.filter(source=Source.profiles.value)),
    ]
    texts = pl.concat([pl.DataFrame(schema=TEXTS), *(part.select(TEXTS.names()).cast(TEXTS) for part in parts)])
    return texts.with_columns(text_digests(texts["text"], case.secret))


def _posts(case: ReviewCase, wanted: pl.DataFrame) -> pl.DataFrame:
    index = pl.scan_parquet(case.index, glob=False).with_row_index("row_number")
    rows = (
        index.join(wanted.lazy(), left_on="post_id", right_on="source_id", how="semi")
        .select(
            *LOCATOR,
            "row_number",
            "kind",
            "created_at",
            "author_id",
            pl.col("post_id").alias("record_id"),
            pl.col("post_id").alias("source_id"),
        )
        .sort(*LOCATOR)
        .collect()
    )
    searched = _searched(case.build, rows["source_id"])
    subjects = pl.coalesce("subjects", pl.concat_list("author_id"))
    rows = rows.join(searched, on="source_id", how="left", maintain_order="left").with_columns(subjects)
    careers = Careers(case.build)
    released = rows.join(careers.rare_resumes(rows), on="source_id", how="anti", maintain_order="left")
    return post_texts(released, _reader(case.build, TableName.posts), careers)


def _searched(build: Build, posts: pl.Series) -> pl.DataFrame:
    """Return whose known values the last build searched in each post; nothing where a takedown removed that."""
    path = build.folder.file(KEPT)
    if not path.is_file():
        return pl.DataFrame(schema={name: KEPT.schema[name] for name in ("source_id", "subjects")})
    kept = pl.scan_parquet(path, glob=False).filter(pl.col("source_id").is_in(posts.implode()))
    return kept.select("source_id", "subjects").collect()


def _profiles(case: ReviewCase, wanted: pl.DataFrame) -> pl.DataFrame:
    build = case.build
    if wanted.is_empty():
        return pl.DataFrame(schema=TEXTS)
    # Careers are generalized among all profiles that the build kept, so that the texts are those of the build.
    careers = Careers(build)
    rows = profile_records(careers).filter(~pl.col("withheld")).drop("withheld")
    rows = rows.join(wanted, on="source_id", how="semi", maintain_order="left")
    named = rows.with_columns(pl.col("source_id").alias("record_id"))
    return profile_texts(named, _reader(build, TableName.profiles), careers)


def _reader(build: Build, name: TableName) -> RowReader:
    return RowReader(TABLES[name], build.inputs.files[name])
