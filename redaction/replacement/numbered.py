"""Placeholders put back where they stood before: for texts whose spans have kept the numbers that they were given."""

from collections.abc import Sequence

import polars as pl


def with_placeholders(texts: Sequence[str], spans: pl.Series) -> list[str]:
    """What `Replacer` makes of texts all of whose spans have the operator `placeholder`.

    Args:
        texts: the original texts.
        spans: for each text a list of structs with `start`, `end`, `entity_type` and `number`, sorted, none over
            another.
    """
    flat = spans.explode(empty_as_null=False).struct.unnest()
    starts, ends = flat["start"].to_list(), flat["end"].to_list()
    marks = flat.select(pl.format("[{}_{}]", "entity_type", "number")).to_series().to_list()
    out: list[str] = []
    at = 0
    for text, number in zip(texts, spans.list.len().to_list(), strict=True):
        parts: list[str] = []
        done = 0
        for i in range(at, at + number):
            parts += (text[done : starts[i]], marks[i])
            done = ends[i]
        out.append("".join((*parts, text[done:])) if parts else text)
        at += number
    return out
