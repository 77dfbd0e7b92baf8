"""The generator with `--habits`: members with lasting habits, colleagues and stories, and the truth about them."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from redaction.release.gates.linkage.joined import joined_figures
from redaction.release.report import JoinedFigures
from tests.network import ROOT

GENERATOR = ROOT / "data" / "samples" / "generate"


def written(out: Path, *options: str) -> Path:
    command = [sys.executable, str(GENERATOR), "--out", str(out), "--members", "300", "--posts", "2400", *options]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("people"), "--habits")


@pytest.fixture(scope="module")
def habits(people: Path) -> pl.DataFrame:
    return pl.read_parquet(people / "truth" / "habits.parquet")


def posts(network: Path) -> pl.DataFrame:
    rows = pl.read_parquet(network / "posts" / "*.parquet").filter(kind="post").drop_nulls(["author_id", "text"])
    return rows.unique("post_id", keep="first", maintain_order=True).with_columns(author="author_id")


def joined(network: Path) -> JoinedFigures:
    figures = joined_figures(posts(network), 1)
    assert figures is not None
    return figures


def test_habits_join_posts_of_one_author(people: Path, tmp_path: Path) -> None:
    plain, lasting = joined(written(tmp_path)), joined(people)
    assert lasting.auc.low > plain.auc.high
    assert lasting.nearest.low > plain.nearest.high


def test_the_truth_tells_the_habits_of_every_member(people: Path, habits: pl.DataFrame) -> None:
    assert habits["user_id"].to_list() == pl.read_parquet(people / "profiles.parquet")["user_id"].to_list()
    assert habits["colleagues"].list.len().is_between(2, 6).all()
    assert (habits["colleagues"].list.n_unique() == habits["colleagues"].list.len()).all()
    assert habits["stories"].list.len().is_between(1, 3).all()
    written = posts(people).filter(language="en").join(habits, left_on="author", right_on="user_id")
    closed = pl.col("text").str.to_lowercase()
    own = written.select(closed.str.contains(pl.col("closing").str.to_lowercase(), literal=True)).to_series().mean()
    others = (
        written.select(closed.str.contains(pl.col("closing").shift(1).str.to_lowercase(), literal=True))
        .to_series()
        .mean()
    )
    assert own > 3 * others  # type: ignore[operator]


def test_mentions_are_mostly_of_colleagues(people: Path, habits: pl.DataFrame) -> None:
    mentions = posts(people).explode("mentions").drop_nulls("mentions")
    known = mentions.join(habits.select("user_id", "colleagues"), left_on="author", right_on="user_id")
    assert known.height > 50
    assert known.select(pl.col("mentions").is_in(pl.col("colleagues"))).to_series().mean() > 0.9  # type: ignore[operator]


def test_stories_return_in_several_posts(people: Path, habits: pl.DataFrame) -> None:
    stories = habits.select("user_id", line=pl.col("stories").list.eval(pl.element().explode())).explode("line")
    spots = stories.select("user_id", spot=pl.col("line").str.extract(r"What (\w+) taught")).drop_nulls()
    listed = posts(people).join(spots, left_on="author", right_on="user_id")
    listed = listed.filter(
        pl.col("text").str.to_lowercase().str.contains(pl.col("spot").str.to_lowercase(), literal=True)
    )
    assert listed.group_by("author", "spot").len().filter(pl.col("len") > 1).height > 20


def test_employers_are_of_zipf_like_size_and_titles_many(people: Path) -> None:
    jobs = pl.read_parquet(people / "profiles.parquet").explode("experience").unnest("experience")
    sizes = jobs["company"].value_counts(sort=True)["count"]
    assert sizes[0] > 2 * sizes[3] > 0
    assert sizes[0] > 20 * sizes.median()  # type: ignore[operator]
    assert jobs["title"].n_unique() > 150


def test_spans_cover_what_was_written(people: Path) -> None:
    truth = pl.read_parquet(people / "truth" / "spans.parquet").filter(source="posts", field="text")
    texts = posts(people).select("post_id", "text")
    flat = (
        truth.join(texts, left_on="source_id", right_on="post_id").explode("spans").drop_nulls("spans").unnest("spans")
    )
    covered = flat.with_columns(covered=pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
    mails = covered.filter(entity_type="PROFILE_URL")["covered"].str.to_lowercase()
    assert mails.len() > 10
    assert mails.str.contains(r"^(https://)?(harbour\.example/in/|meet\.example/)").all()
    people_named = covered.filter(entity_type="HANDLE")["covered"]
    assert people_named.len() > 50
    assert not people_named.str.contains(r"\s").any()
