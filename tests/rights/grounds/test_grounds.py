"""The first ground of a record, compared with a loop over all grounds."""

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS, RankedGrounds

TIMES = st.one_of(st.none(), st.integers(0, 4))
GROUND = st.tuples(st.integers(0, 3), st.sampled_from([ANY_KIND, 0, 1]), st.sampled_from([1, 2, 3]), TIMES, TIMES)
RECORD = st.tuples(st.integers(0, 6), st.sampled_from([ANY_KIND, 0, 1]), st.integers(0, 4))

Ground = tuple[int, int, int, int | None, int | None]
Record = tuple[int, int, int]


def _holds(ground: Ground, record: Record) -> bool:
    subject, kind, _, since, until = ground
    author, record_kind, created = record
    same = subject == author and (kind == record_kind or ANY_KIND in {kind, record_kind})
    return same and (since is None or created >= since) and (until is None or created < until)


@given(st.lists(GROUND, max_size=8), st.lists(RECORD, max_size=8))
@example([(2, ANY_KIND, 1, None, None)], [(1, 0, 0), (2, 0, 0), (3, 0, 0), (6, 0, 0)])
@example([], [(0, 0, 0)])
def test_the_first_ground_that_holds_counts(grounds: list[Ground], records: list[Record]) -> None:
    frame = pl.DataFrame([(*each[:3], *each[3:], "rule", None) for each in grounds], schema=GROUNDS, orient="row")
    ranked_grounds = RankedGrounds.of([frame])
    authored = pl.DataFrame(records, schema={"subject": pl.UInt32, "kind": pl.Int16, "created": pl.Int64}, orient="row")
    ranked = ranked_grounds.ranked.select("subject", "kind", "code", "since", "until").rows()
    expected = [next((rank for rank, g in enumerate(ranked) if _holds(g, r)), None) for r in records]
    assert ranked_grounds.first_for(authored).to_list() == expected
