"""Put placeholders into texts whose spans already have their numbers, for a whole column at once."""

import numpy as np
import polars as pl
import pyarrow as pa

from redaction.replacement.lookalikes import rewrite_column


def apply_placeholders(texts: pl.Series, spans: pl.Series) -> pl.Series:
    """Redact texts as `Replacer` does where every span has the operator `placeholder`.

    Args:
        texts: The original texts.
        spans: For each text a list of structs with `start`, `end`, `entity_type` and `number`: sorted, not overlapping,
            with character offsets `[start, end)`.

    Returns:
        The redacted texts, under the name of `texts`.
    """
    flat = spans.explode(empty_as_null=False).struct.unnest()
    counts = spans.list.len().to_numpy().astype(np.int64)
    firsts = np.cumsum(counts) - counts
    nonempty = counts > 0
    ends = flat["end"].to_numpy()
    previous = np.roll(ends, 1)
    previous[firsts[nonempty]] = 0
    last = np.zeros(len(counts), ends.dtype)
    last[nonempty] = ends[(firsts + counts)[nonempty] - 1]
    rows = flat.select("start", "entity_type", "number").with_columns(
        previous=previous, text=texts.gather(np.repeat(np.arange(len(counts)), counts))
    )
    before = rewrite_column(pl.col("text").str.slice("previous", pl.col("start") - pl.col("previous")))
    segments = rows.select(pl.concat_str(before, pl.format("[{}_{}]", "entity_type", "number"))).to_series()
    offsets = pl.Series(np.append(firsts, flat.height)).to_arrow()
    redacted = pl.Series("segments", pl.from_arrow(pa.LargeListArray.from_arrays(offsets, segments.to_arrow())))
    parts = pl.DataFrame({"redacted": redacted.list.join(""), "text": texts, "last": last})
    return (
        parts.select(pl.concat_str("redacted", rewrite_column(pl.col("text").str.slice("last"))))
        .to_series()
        .alias(texts.name)
    )
