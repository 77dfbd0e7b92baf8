"""Placeholders put back where they stood before: for texts whose spans have kept the numbers that they were given."""

import numpy as np
import polars as pl
import pyarrow as pa


def apply_placeholders(texts: pl.Series, spans: pl.Series) -> pl.Series:
    """What `Replacer` makes of texts all of whose spans have the operator `placeholder`.

    Args:
        texts: the original texts.
        spans: for each text a list of structs with `start`, `end`, `entity_type` and `number`, sorted, none over
            another.
    """
    flat = spans.explode(empty_as_null=False).struct.unnest()
    numbers = spans.list.len().to_numpy().astype(np.int64)
    firsts = np.cumsum(numbers) - numbers
    some = numbers > 0
    ends = flat["end"].to_numpy()
    done = np.roll(ends, 1)
    done[firsts[some]] = 0
    left = np.zeros(len(numbers), ends.dtype)
    left[some] = ends[(firsts + numbers)[some] - 1]
    told = flat.select("start", "entity_type", "number").with_columns(
        done=done, text=texts.gather(np.repeat(np.arange(len(numbers)), numbers))
    )
    before = pl.col("text").str.slice("done", pl.col("start") - pl.col("done"))
    pieces = told.select(pl.concat_str(before, pl.format("[{}_{}]", "entity_type", "number"))).to_series()
    offsets = pl.Series(np.append(firsts, flat.height)).to_arrow()
    redacted = pl.Series("pieces", pl.from_arrow(pa.LargeListArray.from_arrays(offsets, pieces.to_arrow())))
    parts = pl.DataFrame({"redacted": redacted.list.join(""), "text": texts, "left": left})
    return parts.select(pl.concat_str("redacted", pl.col("text").str.slice("left"))).to_series().alias(texts.name)
