"""Texts of one's own inputs that the rights allow, to try settings on. They are held in memory only."""

from dataclasses import dataclass, field

import polars as pl

from redaction.builds.decide import decide_inputs
from redaction.builds.inputs import Inputs, index_inputs, open_inputs
from redaction.builds.open import instant_of
from redaction.config import Config
from redaction.detection import KnownValues
from redaction.operations.check import scratch_folder
from redaction.rights import KEEP
from redaction.state.keys import checked_key
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import INDEX, QUARANTINED
from redaction.tables import LOCATOR, TABLES, RowReader, Source, TableName, read_batches

_SEED = 0


@dataclass(frozen=True, slots=True, repr=False)
class SampleText:
    """One post's text, with what detection needs of its author."""

    kind: str
    text: str
    language: str | None = None
    known: KnownValues = field(default_factory=KnownValues)


def eligible_texts(config: Config, number: int) -> list[SampleText]:
    """Read posts that the rights allow, chosen at random but the same each time.

    Args:
        config: The config of the inputs.
        number: How many texts to read at most.

    Returns:
        The texts.

    Raises:
        DiscreetError: The inputs, the rules or the key cannot be used.
    """
    inputs, master = open_inputs(config), checked_key(config)
    moment = instant_of(config.as_of.isoformat() if config.as_of else None)
    with scratch_folder(config) as temporary:
        index = index_inputs(config, inputs, temporary / INDEX.pattern)
        write_table(QUARANTINED, temporary / QUARANTINED.pattern, index.quarantined)
        records = decide_inputs(config, inputs, index.path, moment, master).records
        kept = records.lazy().filter(pl.col("source") == Source.posts.value, pl.col("decision") == KEEP)
        columns = [*LOCATOR, "post_id", "author_id", "kind"]
        posts = pl.scan_parquet(index.path, glob=False).select(columns)
        rows = posts.join(kept.select(post_id="source_id"), on="post_id", how="semi").collect()
    chosen = rows.sample(min(number, rows.height), seed=_SEED, shuffle=True)
    ordered = chosen.with_row_index("at").sort(*LOCATOR)
    reader = RowReader(TABLES[TableName.posts], inputs.files[TableName.posts])
    read = reader.rows(ordered, ["text", "language"]).sort("at")
    known = _known_values(inputs, read["author_id"])
    return [
        SampleText(row["kind"], row["text"], row["language"], known.get(row["author_id"], KnownValues()))
        for row in read.select("kind", "text", "language", "author_id").iter_rows(named=True)
    ]


def _known_values(inputs: Inputs, authors: pl.Series) -> dict[str, KnownValues]:
    wanted = authors.drop_nulls().unique().to_frame("user_id")
    batches = read_batches(TABLES[TableName.profiles], inputs.files[TableName.profiles])
    return {
        str(row["user_id"]): KnownValues.from_profile(row)
        for batch in batches
        for row in batch.rows.join(wanted, on="user_id", how="semi").iter_rows(named=True)
    }
