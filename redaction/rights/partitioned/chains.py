"""The tasks over references: which posts are missing, and what spreads from denied and missing ones, range by range."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.partitioned.closure import NO_KEY, Flags, Range, Sent
from redaction.rights.partitioned.work import JUDGED, MISSING, MISSING_IDS, REFERENCES, THREADS, Task, Work, merged
from redaction.rights.records.references import Rows
from redaction.storage.exchange import Numbers, Stream

DENIED, ABSENT = "denied", "absent"
"""What spreads: the nearest denied post, and the nearest missing one."""
_KINDS: Final = (DENIED, ABSENT)


def turn_of(number: int) -> Stream:
    """Return the stream of what was sent in one turn of the spreading."""
    return Stream(f"turn-{number:07}", pl.Schema({"row": pl.UInt32, "kind": pl.UInt8, "key": pl.UInt64}))


def resolve(task: Task) -> int:
    """Find the posts of a range that are referred to, and the ids in it that no post has.

    The references to posts that are there are stored with the range; the authors of these posts, and which ids are
    missing, are handed on to the ranges of the referring posts.

    Args:
        task: The work, and the number of the range.

    Returns:
        The number of missing ids.
    """
    work, part = task
    exchange, file = work.exchange, f"{part:05}"
    first, end = work.ranges.starts[part : part + 2]
    posts = work.posts(part).select(pl.col("post_id").alias("referred"), pl.col("author_id").alias("thread")).collect()
    posts = posts.with_columns(pl.int_range(first, end, dtype=pl.UInt32).alias("parent"))
    parents, children = [np.zeros(0, np.uint32)], [np.zeros(0, np.uint32)]
    lost = [REFERENCES.empty()]
    for number, batch in enumerate(merged(exchange.batches(REFERENCES, part))):
        joined = batch.join(posts, on="referred", how="left")
        found = joined.filter(pl.col("parent").is_not_null())
        parents.append(found["parent"].to_numpy())
        children.append(found["row"].to_numpy())
        lost.append(joined.filter(pl.col("parent").is_null()).select(REFERENCES.schema.names()))
        exchange.give(THREADS, f"{file}-{number:05}", found, work.ranges.of_rows(found["row"]))
    range_ = Range.of(first, end - first, np.concatenate(parents), np.concatenate(children))
    _save(work.file("start", part), range_.start)
    _save(work.file("children", part), range_.children)
    absent = pl.concat(lost)
    ids = absent["referred"].unique().sort().alias("referred").to_frame().with_row_index("label")
    exchange.give(MISSING_IDS, file, ids.select(pl.col("referred").alias("id")), _all_to(part, ids.height))
    labeled = absent.join(ids, on="referred", how="left").with_columns(pl.lit(part, pl.UInt32).alias("origin"))
    exchange.give(MISSING, file, labeled, work.ranges.of_rows(labeled["row"]))
    return ids.height


def start_spreading(task: Task) -> Numbers:
    """Send the labels of the denied posts of a range, and of those that refer to missing ones, to what refers to them.

    Args:
        task: The work, and the number of the range.

    Returns:
        How many labels were sent to each range.
    """
    work, part = task
    first, end = work.ranges.starts[part : part + 2]
    judged = work.exchange.take(JUDGED, part).filter(pl.col("code").is_not_null())
    sources = {DENIED: Sent(rows := np.sort(judged["row"].to_numpy()), rows.astype(np.uint64))}
    absent = work.exchange.take(MISSING, part)
    labels = np.array(work.missing, np.uint64)[absent["origin"].to_numpy()] + absent["label"].to_numpy()
    sources[ABSENT] = Sent.merge([Sent(absent["row"].to_numpy(), labels.astype(np.uint64))])
    range_ = _range(work, part)
    for kind, sent in sources.items():
        closed, known = np.zeros(end - first, np.bool_), np.full(end - first, NO_KEY, np.uint64)
        closed[sent.rows - np.uint32(first)] = True
        if kind == ABSENT:
            known[sent.rows - np.uint32(first)] = sent.keys
        _save(work.file(f"closed-{kind}", part), closed)
        _save(work.file(f"known-{kind}", part), known)
    return _send(work, part, 0, [range_.below(sources[kind].rows, sources[kind].keys) for kind in _KINDS])


def spread(task: tuple[Work, int, int]) -> Numbers:
    """Spread in a range what a turn sent to it, and send what leaves it.

    What changes is stored before it is applied: a task that is repeated finds it, and applies the same.

    Args:
        task: The work, the number of the range, and the turn.

    Returns:
        How many labels were sent to each range.
    """
    work, part, turn = task
    changes = work.file(f"changes-{turn:07}", part)
    if not changes.is_file():
        received, range_ = work.exchange.take(turn_of(turn), part), _range(work, part)
        stored, sent = dict[str, npt.NDArray[Any]](), list[Sent]()
        for number, kind in enumerate(_KINDS):
            own = received.filter(pl.col("kind") == number)
            known = np.load(work.file(f"known-{kind}", part), mmap_mode="c")
            closed = np.load(work.file(f"closed-{kind}", part), mmap_mode="r")
            merged_sent = Sent.merge([Sent(own["row"].to_numpy(), own["key"].to_numpy())])
            rows, outside = range_.spread(known, closed, merged_sent)
            stored |= {f"rows-{kind}": rows, f"keys-{kind}": known[rows]}
            sent.append(outside)
        stored["counts"] = _send(work, part, turn + 1, sent)
        draft = changes.with_suffix(".draft")
        with draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **stored)
        draft.replace(changes)
    with np.load(changes) as stored_changes:
        for kind in _KINDS:
            known = np.load(work.file(f"known-{kind}", part), mmap_mode="r+")
            known[stored_changes[f"rows-{kind}"]] = stored_changes[f"keys-{kind}"]
        counts: Numbers = stored_changes["counts"]
    return counts


def known_keys(work: Work, part: int, kind: str) -> npt.NDArray[np.uint64]:
    """Return the key of each post of a range, once nothing is sent any more."""
    keys: npt.NDArray[np.uint64] = np.load(work.file(f"known-{kind}", part))
    return keys


def _send(work: Work, part: int, turn: int, sent: list[Sent]) -> Numbers:
    rows: Rows = np.concatenate([each.rows for each in sent])
    kinds = np.repeat(np.arange(len(sent), dtype=np.uint8), [each.rows.size for each in sent])
    frame = pl.DataFrame({"row": rows, "kind": kinds, "key": np.concatenate([each.keys for each in sent])})
    if not rows.size:
        return np.zeros(work.exchange.parts, np.uint32)
    return work.exchange.give(turn_of(turn), f"{part:05}", frame, work.ranges.of_rows(rows))


def _range(work: Work, part: int) -> Range:
    start, children = (np.load(work.file(name, part), mmap_mode="r") for name in ("start", "children"))
    return Range(work.ranges.starts[part], start, children)


def _save(path: Path, values: npt.NDArray[np.int64] | npt.NDArray[np.uint64] | Rows | Flags) -> None:
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        np.save(file, values)
    draft.replace(path)


def _all_to(part: int, rows: int) -> Numbers:
    return np.full(rows, part, np.uint32)
