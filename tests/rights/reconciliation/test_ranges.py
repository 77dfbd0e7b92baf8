"""Ids are counted in batches and in ranges of posts: neither changes a count."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights import IdTables, RightsSettings, count_ids, reconcile
from redaction.rights.reconciliation import id_counts
from redaction.rights.reconciliation import reconcile as module
from redaction.tables import QUARANTINE, TABLES, TableName

TEXT = pl.String()
IDS = st.integers(0, 60).map(str)
POSTS = st.dictionaries(IDS, st.tuples(st.none() | IDS, st.none() | IDS, st.none() | IDS, IDS), max_size=60)


def tables(posts: dict[str, tuple[str | None, str | None, str | None, str]], members: list[str]) -> IdTables:
    names = ["post_id", "in_reply_to", "repost_of", "quote_of", "author_id"]
    index = pl.DataFrame(
        [(post, *columns) for post, columns in sorted(posts.items())], dict.fromkeys(names, TEXT), orient="row"
    )
    people = pl.Series(members, dtype=TEXT)
    events = {"event_id": ["1"], "subject_id": ["3"], "supersedes": [None]}
    signals = pl.DataFrame({"subject_id": ["7", None], "post_id": [None, "12"]})
    every = TABLES[TableName.signals_of_others].schema
    return IdTables(
        posts=index.lazy().with_columns(mentions=pl.lit([], pl.List(TEXT))),
        profiles=pl.DataFrame({"user_id": people, "handle": people}),
        rights_events=pl.DataFrame(events, dict.fromkeys(events, TEXT)),
        region_signals=count_ids([people]),
        objections=pl.DataFrame({"handle": ["5"]}),
        signals_of_others=pl.concat([pl.DataFrame(schema=every), signals.cast(pl.String)], how="diagonal"),
        quarantined=pl.DataFrame(schema=QUARANTINE),
    )


@given(POSTS, st.lists(IDS, unique=True), st.integers(1, 9), st.integers(1, 5))
def test_ranges_of_any_size_count_the_same(
    posts: dict[str, tuple[str | None, str | None, str | None, str]], members: list[str], size: int, block: int
) -> None:
    whole = reconcile(tables(posts, members), RightsSettings())
    with pytest.MonkeyPatch.context() as small:
        small.setattr(module, "_RANGE", size)
        small.setattr(id_counts, "AT_ONCE", block)
        small.setattr(id_counts, "_MERGED", block)
        assert reconcile(tables(posts, members), RightsSettings()) == whole


@given(st.lists(st.lists(st.none() | IDS)), st.integers(0, 20))
def test_ids_of_many_batches_are_counted_as_those_of_one(batches: list[list[str | None]], merged: int) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(id_counts, "_MERGED", merged)
        counted = count_ids(pl.Series("id", batch, dtype=pl.String) for batch in batches)
    every = [each for batch in batches for each in batch if each is not None]
    assert dict(counted.select("id", "rows").iter_rows()) == {each: every.count(each) for each in every}
