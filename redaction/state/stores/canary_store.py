"""The private lists of canaries, one file for each release."""

from collections.abc import Sequence

import polars as pl

from redaction.release.canaries import Canary
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import CANARIES
from redaction.state.scratch import scratch


def store_canaries(paths: CorpusPaths, version: str, canaries: Sequence[Canary]) -> None:
    """Store the list of a release; an empty one removes what an unpublished build left."""
    path = paths.file(CANARIES, version=version)
    if not canaries:
        path.unlink(missing_ok=True)
        return
    private_folder(path.parent)
    rows = [[getattr(each, name) for name in CANARIES.schema] for each in canaries]
    with scratch(paths.state) as temporary:
        draft = temporary / path.name
        write_table(CANARIES, draft, pl.DataFrame(rows, schema=CANARIES.schema, orient="row"))
        draft.replace(path)


def stored_canaries(paths: CorpusPaths, version: str) -> tuple[Canary, ...]:
    """Return the list of a release; empty if there is none."""
    path = paths.file(CANARIES, version=version)
    if not path.is_file():
        return ()
    return tuple(Canary(**row) for row in pl.read_parquet(path, glob=False).iter_rows(named=True))
