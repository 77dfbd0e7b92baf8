"""Labeled posts of a network, as JSON Lines, to measure a detector on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

_KINDS = ["post", "article", "comment"]
_KNOWN = {"full_name": "full_names", "given_name": "given_names", "family_name": "family_names", "handle": "handles"}


def write_labeled(network: Path, file: Path, texts: int) -> int:
    """Write English posts of a network with their true spans and the names that their authors' profiles hold.

    Args:
        network: The folder of a network, with its truth.
        file: The JSON Lines file to write.
        texts: How many texts to write, evenly spread over the network.

    Returns:
        The number of texts.
    """
    truth = pl.read_parquet(network / "truth" / "spans.parquet")
    truth = truth.filter(
        (pl.col("source") == "posts")
        & (pl.col("field") == "text")
        & (pl.col("language") == "en")
        & pl.col("kind").is_in(_KINDS)
    )
    posts = pl.read_parquet(network / "posts").select("post_id", "author_id", "text").unique("post_id", keep="none")
    profiles = pl.read_parquet(network / "profiles.parquet").select("user_id", *_KNOWN, "emails", "phones")
    rows = (
        truth.join(posts, left_on="source_id", right_on="post_id")
        .join(profiles, left_on="author_id", right_on="user_id")
        .unique("text", maintain_order=True)
        .sort("source_id")
        .with_row_index("number")
    )
    chosen = rows.gather_every(max(1, rows.height // texts)).head(texts)
    lines = [json.dumps(_labeled(row), ensure_ascii=False) for row in chosen.iter_rows(named=True)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return len(lines)


def _labeled(row: dict[str, Any]) -> dict[str, Any]:
    known = {kind: [row[column]] for column, kind in _KNOWN.items() if row[column]}
    known |= {kind: row[kind] for kind in ("emails", "phones") if row[kind]}
    spans = [{"start": s["start"], "end": s["end"], "label": s["entity_type"]} for s in row["spans"]]
    return {"id": f"made-up-{row['number']}", "text": row["text"], "language": "en", "spans": spans, "known": known}
