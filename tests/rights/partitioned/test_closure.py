"""Labels spread over ranges of posts are those that today's function finds in one graph."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.partitioned.closure import NO_KEY, Range, Sent, labels
from redaction.rights.records.references import NO_ROW, inherit

Edges = list[tuple[int, int]]


def in_one_graph(posts: int, edges: Edges, denied: list[bool]) -> list[int]:
    """The nearest denied post above each post, from `inherit`."""
    ids = pl.Series("post_id", [f"{n:06}" for n in range(posts)], pl.String)
    references = pl.DataFrame(
        {"row_number": [child for child, _ in edges], "referred": [f"{parent:06}" for _, parent in edges]},
        schema={"row_number": pl.UInt32, "referred": pl.String},
    )
    return list(inherit(references, [ids], np.array(denied, np.bool_)).denied.tolist())


def in_ranges(posts: int, edges: Edges, denied: list[bool], bounds: list[int]) -> list[int]:
    """The same, each range spread by itself, and what leaves it handed on until nothing is."""
    starts = [0, *sorted(bounds), posts]
    children, parents = (np.array([edge[side] for edge in edges], np.uint32) for side in (0, 1))
    closed = np.array(denied, np.bool_)
    known = np.full(posts, NO_KEY, np.uint64)
    ranges = []
    for first, end in pairwise(starts):
        own = (parents >= first) & (parents < end)
        ranges.append(Range.of(first, end - first, parents[own], children[own]))
    sources = np.flatnonzero(closed).astype(np.uint32)
    waiting = [
        each.below(
            these := sources[(sources >= each.first) & (sources < each.first + each.size)], these.astype(np.uint64)
        )
        for each in ranges
    ]
    while any(sent.rows.size for sent in waiting):
        rows, keys = (np.concatenate([getattr(sent, name) for sent in waiting]) for name in ("rows", "keys"))
        waiting = []
        for each in ranges:
            own = (rows >= each.first) & (rows < each.first + each.size)
            part = slice(each.first, each.first + each.size)
            before = known[part].copy()
            changed, sent = each.spread(known[part], closed[part], Sent.merge([Sent(rows[own], keys[own])]))
            assert changed.tolist() == np.flatnonzero(known[part] != before).tolist()
            waiting.append(sent)
    return list(labels(known).tolist())


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges, list[bool], list[int]]:
    """Posts with up to three parents each, also themselves and one another, and bounds of ranges; some are empty."""
    posts = draw(st.integers(1, 24))
    row = st.integers(0, posts - 1)
    near = st.builds(lambda child, back: (child, max(child - back, 0)), row, st.integers(1, 2))
    edges = draw(st.lists(st.tuples(row, row) | near, max_size=3 * posts, unique=True))
    denied = draw(st.lists(st.sampled_from([True, False, False, False]), min_size=posts, max_size=posts))
    return posts, edges, denied, draw(st.lists(st.integers(0, posts), max_size=6))


@given(graphs())
def test_any_graph_in_any_ranges_has_the_labels_of_one_graph(graph: tuple[int, Edges, list[bool], list[int]]) -> None:
    posts, edges, denied, bounds = graph
    assert in_ranges(posts, edges, denied, bounds) == in_one_graph(posts, edges, denied)


@pytest.mark.parametrize("parts", [1, 7, 64])
def test_a_deep_chain_a_viral_post_and_a_cycle(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redaction.rights.partitioned.closure._EDGES_AT_ONCE", 100)
    chance = np.random.default_rng(3)
    posts = 1200
    mixed = chance.permutation(posts).tolist()
    chain = [(mixed[n + 1], mixed[n]) for n in range(299)]
    viral = [(mixed[n], mixed[300]) for n in range(301, 900)]
    cycle = [(mixed[900 + (n + 1) % 200], mixed[900 + n]) for n in range(200)]
    denied = [False] * posts
    for n in (0, 300, 900, 1000):
        denied[mixed[n]] = True
    edges = chain + viral + cycle + [(mixed[1150], mixed[5])]
    found = in_ranges(posts, edges, denied, [posts * k // parts for k in range(1, parts)])
    assert found == in_one_graph(posts, edges, denied)
    assert sum(label != NO_ROW for label in found) > 1000
