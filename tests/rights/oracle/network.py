"""A made-up network for the oracle: ids, times and codes, with every form that the rules tell apart; no text."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

AS_OF: Final = datetime(2025, 6, 30, tzinfo=UTC)
READINGS: Final = {
    "US": ["US"], "Brazil": ["BR"], "São Paulo, Brazil": ["BR"], "Deutschland": ["DE"], "UK": ["GB"],
    "CA": ["CA", "US"], "Canada": ["CA"], "Georgia": ["GE", "US"], "HR": ["HR"], "+44": ["GB", "GG", "IM", "JE"],
    "GP": ["GP"], "Suisse": ["CH"], "San Francisco, CA, USA": ["US"], "?": [],
}  # fmt: skip
"""What each value of a signal may mean, written by hand."""
_VALUE_SHARES: Final = [0.5, 0.15, 0.1, 0.04, 0.03, 0.02, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01, 0.06, 0.01]
SCHOOLS: Final = ["Riverbend High School", "Gymnasium am See"]
CONTEXTS: Final = ["group:health:run", "Gewerkschaft"]
_KINDS: Final = ["post", "comment", "article", "feedback", "ai_prompt", "resume", "message", "salary", "poem"]
_KIND_SHARES: Final = [0.45, 0.3, 0.06, 0.03, 0.02, 0.03, 0.06, 0.03, 0.02]
_ACTIONS: Final = [
    "opt_out", "opt_in", "object", "erase", "withdraw", "close", "hibernate", "reopen", "deceased", "age_update",
    "gpc_on", "gpc_off", "vanish",
]  # fmt: skip
_ACTION_SHARES: Final = [0.2, 0.2, 0.08, 0.08, 0.06, 0.06, 0.06, 0.1, 0.02, 0.04, 0.04, 0.04, 0.02]
_START: Final = 1_420_070_400_000_000  # 2015
_END: Final = int(AS_OF.timestamp()) * 1_000_000
_FILE_ROWS: Final = 1_000_000
_Random = np.random.Generator


def write_network(folder: Path, posts: int, seed: int = 20250630) -> None:
    """Write posts-*.parquet, profiles.parquet, events.parquet and signals.parquet; a tenth as many members as posts.

    Args:
        folder: An existing folder.
        posts: How many posts.
        seed: The same seed gives the same rows.
    """
    random, members = np.random.default_rng(seed), max(posts // 10, 20)
    for first in range(0, posts, _FILE_ROWS):
        rows = min(_FILE_ROWS, posts - first)
        _posts(random, first, rows, posts, members).write_parquet(folder / f"posts-{first // _FILE_ROWS:03}.parquet")
    _profiles(random, members).write_parquet(folder / "profiles.parquet")
    _events(random, members).write_parquet(folder / "events.parquet")
    _signals(random, members).write_parquet(folder / "signals.parquet")


def _times(values: np.ndarray[Any, Any], absent: np.ndarray[Any, Any] | None = None) -> pl.Series:
    series = pl.Series(values.astype(np.int64))
    if absent is not None:
        series = series.set(pl.Series(absent), None)
    return series.cast(pl.Datetime("us", "UTC"))


def _ids(prefix: str, numbers: np.ndarray[Any, Any]) -> pl.Series:
    """Return ids that do not sort in the order of their numbers."""
    mixed = (numbers.astype(np.uint64) * np.uint64(2_654_435_761)) % np.uint64(2**32)
    return pl.select(pl.lit(prefix) + pl.Series(mixed).cast(pl.String)).to_series()


def _posts(random: _Random, first: int, rows: int, posts: int, members: int) -> pl.DataFrame:
    own = np.arange(first, first + rows)
    columns: dict[str, Any] = {
        "post_id": _ids("p", own),
        # One in a hundred authors has no profile.
        "author_id": _ids("m", (random.random(rows) ** 2 * members * 1.01).astype(np.int64)),
        "created_at": _times(random.integers(_START, _END + 10**12, rows), random.random(rows) < 0.001),
        "kind": pl.Series(random.choice(_KINDS, rows, p=_KIND_SHARES)).set(
            pl.Series(random.random(rows) < 0.001), None
        ),
        "context": pl.Series(
            random.choice(["", "group:music:jazz", *CONTEXTS], rows, p=[0.94, 0.04, 0.01, 0.01])
        ).replace("", None),
    }
    for name, share in (("in_reply_to", 0.2), ("repost_of", 0.08), ("quote_of", 0.05)):
        near = own + random.integers(-50, 6, rows)  # a few refer forward, which makes cycles
        target = np.where(random.random(rows) < 0.5, near, random.integers(0, posts, rows))
        lost = random.random(rows) < 0.002
        referred = _ids("p", np.where(lost, posts + own, np.clip(target, 0, posts - 1)))
        columns[name] = referred.set(pl.Series(random.random(rows) >= share), None)
    mentioned = (_ids("m", random.integers(0, int(members * 1.01) + 1, rows)) for _ in range(2))
    count = pl.lit(pl.Series(random.choice(3, rows, p=[0.85, 0.1, 0.05]).astype(np.int64)))
    columns["mentions"] = pl.select(pl.when(count > 0).then(pl.concat_list(*mentioned).list.head(count))).to_series()
    return pl.DataFrame(columns)


def _profiles(random: _Random, members: int) -> pl.DataFrame:
    born = pl.Series(random.integers(-12_000, 13_000, members), dtype=pl.Int32).cast(pl.Date)
    odd = random.choice(4, members, p=[0.97, 0.01, 0.01, 0.01])
    leap, ancient = pl.date(2004, 2, 29), pl.date(1790, 1, 1)
    number = pl.Series(odd)
    birth = pl.when(number == 1).then(None).when(number == 2).then(leap).when(number == 3).then(ancient).otherwise(born)
    names = random.choice(["University of Somewhere", *SCHOOLS], members, p=[0.96, 0.02, 0.02])
    ended = pl.Series(random.integers(12_000, 20_500, members), dtype=pl.Int32).cast(pl.Date)
    entry = pl.struct(
        school=pl.Series(names), degree=pl.lit("BSc"), end=ended.set(pl.Series(random.random(members) < 0.02), None)
    )
    statuses = ["active", "closed", "hibernated", "memorialised", "limbo"]
    return pl.DataFrame(
        {
            "user_id": _ids("m", np.arange(members)),
            "birth_date": pl.select(birth).to_series(),
            "account_status": random.choice(statuses, members, p=[0.96, 0.01, 0.01, 0.01, 0.01]),
            "updated_at": _times(random.integers(_START, _END, members), random.random(members) < 0.05),
            "education": pl.select(pl.concat_list(entry)).to_series(),
        }
    )


def _events(random: _Random, members: int) -> pl.DataFrame:
    """Make events, many of them at a few common instants, so that opposite ones meet."""
    rows = members
    instants = random.integers(_START + 9 * (_END - _START) // 10, _END + 10**12, 40)
    at = np.where(random.random(rows) < 0.3, random.choice(instants, rows), random.integers(_START, _END, rows))
    at = np.where(random.random(rows) < 0.005, 0, at)  # 1970, for a time that is not known
    received = at + np.where(random.random(rows) < 0.01, -(10**10), random.integers(0, 10**9, rows))
    listed = [None, [], ["comment"], ["post", "Ai-Prompt"], ["screening answer"], ["telepathy"]]
    kinds = random.choice(len(listed), rows, p=[0.8, 0.05, 0.05, 0.05, 0.03, 0.02])
    to = [None, ["self"], ["affiliate", "third party"], ["everyone"]]
    recipients = random.choice(len(to), rows, p=[0.85, 0.05, 0.05, 0.05])
    purposes = random.choice(["", "AI training", "research", "mischief"], rows, p=[0.8, 0.1, 0.05, 0.05])
    events = pl.DataFrame(
        {
            "event_id": pl.Series(np.arange(rows)).cast(pl.String),
            "subject_id": _ids("m", random.integers(0, members, rows)),
            "action": random.choice(_ACTIONS, rows, p=_ACTION_SHARES),
            "event_time": _times(at, random.random(rows) < 0.002),
            "received_at": _times(received, random.random(rows) < 0.002),
            "purpose": pl.Series(purposes).replace("", None),
            "categories": pl.Series([listed[kind] for kind in kinds], dtype=pl.List(pl.String)),
            "recipients": pl.Series([to[recipient] for recipient in recipients], dtype=pl.List(pl.String)),
        }
    )
    revokes = pl.lit(pl.Series(random.random(rows) < 0.3))
    earlier = pl.col("event_id").shift().over("subject_id")
    return events.with_columns(pl.when(revokes).then(earlier).alias("supersedes"))


def _signals(random: _Random, members: int) -> pl.DataFrame:
    rows = 2 * members
    subject, value = np.arange(rows) % members, random.choice(list(READINGS), rows, p=_VALUE_SHARES)
    since = np.where(random.random(rows) < 0.9, _START, random.integers(_START, _END, rows))
    length = np.where(random.random(rows) < 0.01, -1, random.integers(1, _END - _START, rows))
    return pl.DataFrame(
        {
            "subject_id": _ids("m", subject),
            "signal": random.choice(["profile", "signup", "residence", "billing", "ip", "phone"], rows),
            "value": pl.Series(value).set(pl.Series(random.random(rows) < 0.002), None),
            "valid_from": _times(since, random.random(rows) < 0.3),
            "valid_to": _times(since + length, random.random(rows) < 0.85),
            "observed_at": _times(since, random.random(rows) < 0.5),
        }
    )
