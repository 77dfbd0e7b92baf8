"""A Delta table without history, and without statistics of texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from redaction.release.files.corpus_schema import CORPUS_SCHEMA
from redaction.release.table.output import TableFiles

_LOG: Final = "_delta_log"
_PROPERTIES: Final[dict[str, str | None]] = {
    "delta.logRetentionDuration": "interval 0 days",
    "delta.deletedFileRetentionDuration": "interval 0 days",
    "delta.dataSkippingStatsColumns": "source",
}


class DeltaOutput:
    """A Delta table in a folder."""

    def __init__(self, path: Path) -> None:
        """Name the folder."""
        self._path = path

    def files(self) -> TableFiles | None:
        """List the files of the newest version; None if there is no table."""
        if not DeltaTable.is_deltatable(str(self._path)):
            return None
        table = DeltaTable(str(self._path))
        actions = pa.table(table.get_add_actions(flatten=True))
        data = frozenset(self._path / unquote(path) for path in actions["path"].to_pylist())
        first = table.version()
        log = [each for each in (self._path / _LOG).iterdir() if _is_of_version(each.name, first)]
        return TableFiles(data, frozenset(log))

    def columns(self) -> list[str]:
        """Name the columns of the newest version."""
        return [field.name for field in DeltaTable(str(self._path)).schema().fields]

    def overwrite(self, rows: Iterator[pa.RecordBatch]) -> None:
        """Replace all rows; the first time, create the table."""
        reader = pa.RecordBatchReader.from_batches(CORPUS_SCHEMA, rows)
        write_deltalake(str(self._path), reader, mode="overwrite", configuration=_PROPERTIES)

    def remove_history(self) -> None:
        """Remove all files that the newest version does not need."""
        table = DeltaTable(str(self._path))
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
        table = DeltaTable(str(self._path))
        table.create_checkpoint()
        table.cleanup_metadata()


def _is_of_version(name: str, version: int) -> bool:
    """Whether a file of the log is its last entry, its checkpoint, or the name of the checkpoint."""
    return name in (f"{version:020}.json", f"{version:020}.checkpoint.parquet", "_last_checkpoint")
