"""Measure what known values add on the sample network: leak by entity type and by whose value it is.

    .venv/bin/python benchmarks/known_values.py
    .venv/bin/python benchmarks/known_values.py --profile configs/redaction/multilingual.yaml --languages de fr es hi

Every text of every kept post and profile is searched twice with one detection profile: without known values, and, as in
a build, with those of its author, the members it mentions, the authors above it in its thread, and the objections. Leak
is the share of labeled characters that no span covers; over-redaction is the share of the other characters, without
white space, that a span covers. `--show N` prints the N most frequent misses of each group; the people do not exist.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from redaction.detection import Detector, KnownValues, Span, read_profile

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data/samples"
PARENTS = ("in_reply_to", "repost_of", "quote_of")
_PART = r"^(\w+)(?:\[(\d+)\]\.(\w+))?$"


def records(sample: Path) -> pl.DataFrame:
    """Read the labeled texts of kept records: source, source_id, field, language, text, subjects, spans."""
    truth = pl.read_parquet(sample / "truth/spans.parquet")
    kept = pl.read_parquet(sample / "truth/decisions.parquet").filter(pl.col("decision") == "keep")
    texts = pl.concat([_posts(sample), _profiles(sample)])
    keys = ["source", "source_id", "field"]
    return (
        truth.select(*keys, "language", "spans")
        .join(kept.select("source", "source_id").unique(), on=["source", "source_id"], how="semi")
        .join(texts, on=keys, how="inner", maintain_order="left")
    )


def _posts(sample: Path) -> pl.DataFrame:
    posts = pl.read_parquet(sample / "posts/*.parquet").unique("post_id", keep="first", maintain_order=True)
    subjects = _threads(posts).rename({"post_id": "source_id"})
    fields = [
        posts.select(
            pl.lit("posts").alias("source"),
            pl.col("post_id").alias("source_id"),
            pl.lit(field).alias("field"),
            pl.col(field).alias("text"),
            pl.concat_list("author_id", pl.col("mentions").fill_null([])).alias("named"),
        )
        for field in ("text", "title")
    ]
    return (
        pl.concat(fields)
        .join(subjects, on="source_id", how="left", maintain_order="left")
        .with_columns(pl.concat_list("named", pl.col("thread").fill_null([])).alias("subjects"))
        .drop("named", "thread")
    )


def _threads(posts: pl.DataFrame) -> pl.DataFrame:
    """Return the authors of all posts that a post refers to, at any depth; cycles end."""
    edges = pl.concat(
        posts.select("post_id", pl.col(column).alias("parent")).drop_nulls() for column in PARENTS
    ).unique()
    above = edges
    while True:
        further = above.join(edges.rename({"post_id": "parent", "parent": "next"}), on="parent").select(
            "post_id", pl.col("next").alias("parent")
        )
        grown = pl.concat([above, further]).unique()
        if grown.height == above.height:
            break
        above = grown
    authors = posts.select(pl.col("post_id").alias("parent"), pl.col("author_id").alias("thread"))
    return above.join(authors, on="parent").group_by("post_id").agg(pl.col("thread").unique().sort())


def _profiles(sample: Path) -> pl.DataFrame:
    profiles = pl.read_parquet(sample / "profiles.parquet").drop_nulls("user_id").unique("user_id", keep="none")
    fields = [
        profiles.select("user_id", pl.lit(f).alias("field"), pl.col(f).alias("text")) for f in ("headline", "about")
    ]
    for listed in ("experience", "education"):
        parts = profiles.select("user_id", listed).with_columns(
            pl.int_ranges(pl.col(listed).list.len().fill_null(0)).alias("at")
        )
        fields.append(
            parts.explode(listed, "at").select(
                "user_id",
                pl.format(f"{listed}[{{}}].description", "at").alias("field"),
                pl.col(listed).struct.field("description").alias("text"),
            )
        )
    return pl.concat(fields).select(
        pl.lit("profiles").alias("source"),
        pl.col("user_id").alias("source_id"),
        "field",
        "text",
        pl.concat_list("user_id").alias("subjects"),
    )


def known_values(sample: Path) -> tuple[dict[str, KnownValues], KnownValues]:
    """Return the values of each member, and those of the objections."""
    profiles = pl.read_parquet(sample / "profiles.parquet").drop_nulls("user_id").unique("user_id", keep="none")
    objections = pl.read_parquet(sample / "objections.parquet")
    everywhere = KnownValues(
        full_names=tuple(objections["name"].drop_nulls().unique().sort()),
        handles=tuple(objections["handle"].drop_nulls().unique().sort()),
    )
    return {row["user_id"]: KnownValues.from_profile(row) for row in profiles.iter_rows(named=True)}, everywhere


def detect(
    detector: Detector, frame: pl.DataFrame, known: Mapping[str, KnownValues] | None, everywhere: KnownValues | None
) -> list[Sequence[Span]]:
    """Detect in all texts; a record that fails counts as not covered."""
    values = None
    if known is not None:
        values = [
            KnownValues.union(*(known[s] for s in dict.fromkeys(subjects) if s in known))
            for subjects in frame["subjects"]
        ]
    found = detector.detect_each(frame["text"].to_list(), frame["language"].to_list(), values, everywhere)
    return [each if isinstance(each, tuple) else () for each in found]


def count(frame: pl.DataFrame, found: Sequence[Sequence[Span]]) -> tuple[pl.DataFrame, float, Counter[tuple[str, ...]]]:
    """Return labeled and uncovered characters by group, over-redaction, and the labels that are not fully covered."""
    rows: list[tuple[str, bool, str, int, int]] = []
    misses: Counter[tuple[str, ...]] = Counter()
    other = covered = 0
    for text, labels, spans in zip(frame["text"], frame["spans"].to_list(), found, strict=True):
        hidden, free = np.zeros(len(text), bool), np.array([not c.isspace() for c in text], bool)
        for span in spans:
            hidden[span.start : span.end] = True
        for label in labels:
            start, end = label["start"], label["end"]
            free[start:end] = False
            leaked = int((~hidden[start:end]).sum())
            rows.append((label["entity_type"], label["known"], label["whose"], end - start, leaked))
            if leaked:
                key = (label["whose"], label["entity_type"], text[start:end], text[max(0, start - 30) : end + 20])
                misses[key] += leaked
        other, covered = other + int(free.sum()), covered + int((free & hidden).sum())
    table = pl.DataFrame(rows, ["entity_type", "known", "whose", "characters", "open"], orient="row")
    return table, covered / max(other, 1), misses


def main() -> None:
    """Print one table, and over-redaction without and with known values."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", type=Path, default=ROOT / "configs/redaction/social.yaml")
    parser.add_argument("--sample", type=Path, default=SAMPLE)
    parser.add_argument("--languages", nargs="+", default=["en"])
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    detector = Detector.from_settings(read_profile(arguments.profile))
    known, everywhere = known_values(arguments.sample)
    frame = records(arguments.sample).filter(pl.col("language").is_in(arguments.languages))
    groups = ["whose", "known", "entity_type"]
    tables, overs = [], []
    for values, objected in ((None, None), (known, everywhere)):
        table, over, misses = count(frame, detect(detector, frame, values, objected))
        overs.append(over)
        whole = table.with_columns(pl.lit("all").alias("whose"), pl.lit(None, pl.Boolean).alias("known"))
        table = pl.concat([table, whole])
        tables.append(
            table.group_by(groups).agg(
                pl.len().alias("spans"), (pl.col("open").sum() / pl.col("characters").sum()).alias("leak")
            )
        )
    joined = tables[0].join(tables[1].drop("spans"), on=groups, suffix=" with known", nulls_equal=True).sort(groups)
    print(f"{frame.height} texts in {', '.join(arguments.languages)}, profile {arguments.profile.stem}")
    with pl.Config(tbl_rows=-1, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True, float_precision=4):
        print(joined)
    print(f"over-redaction {overs[0]:.4f} without, {overs[1]:.4f} with known values")
    wanted = detector.settings.entities
    for whose in ("author", "mentioned", "thread", "objection", "other"):
        ours = [(key, n) for key, n in misses.most_common() if key[0] == whose and (wanted is None or key[1] in wanted)]
        for (_, kind, value, around), leaked in ours[: arguments.show]:
            print(f"{whose:10} {kind:14} {leaked:4} {value!r} in {around!r}")


if __name__ == "__main__":
    main()
