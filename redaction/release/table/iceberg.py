"""An Iceberg table without history, and without statistics of texts. Its catalog is a SQLite file in its folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import AlwaysTrue

from redaction.release.files.corpus_schema import CORPUS_SCHEMA
from redaction.release.table.output import TableFiles

_CATALOG: Final = "catalog.db"
_NAMESPACE: Final = "corpus"
_TABLE: Final = "corpus.rows"
_ROWS_AT_ONCE: Final = 100_000
_PROPERTIES: Final = {
    "write.metadata.metrics.default": "none",
    "write.metadata.previous-versions-max": "1",
    "write.metadata.delete-after-commit.enabled": "true",
}


class IcebergOutput:
    """An Iceberg table in a folder."""

    def __init__(self, path: Path) -> None:
        """Name the folder."""
        self._path = path.absolute()

    def files(self) -> TableFiles | None:
        """List the files of the newest version; None if there is no table."""
        if not (self._path / _CATALOG).is_file():
            return None
        with self._catalog() as catalog:
            if not catalog.table_exists(_TABLE):
                return None
            table = catalog.load_table(_TABLE)
            metadata, snapshot = {table.metadata_location}, table.current_snapshot()
            if snapshot is not None:
                metadata |= {snapshot.manifest_list, *(each.manifest_path for each in snapshot.manifests(table.io))}
            data = frozenset(_local(task.file.file_path) for task in table.scan().plan_files())
        return TableFiles(data, frozenset({self._path / _CATALOG, *map(_local, metadata)}))

    def columns(self) -> list[str]:
        """Name the columns of the newest version."""
        with self._catalog() as catalog:
            return [field.name for field in catalog.load_table(_TABLE).schema().fields]

    def overwrite(self, rows: Iterator[pa.RecordBatch]) -> None:
        """Replace all rows; the first time, create the table."""
        with self._catalog() as catalog:
            catalog.create_namespace_if_not_exists(_NAMESPACE)
            location = self._path.as_uri()
            table = catalog.create_table_if_not_exists(_TABLE, CORPUS_SCHEMA, location, properties=_PROPERTIES)
            with table.transaction() as transaction:
                if table.current_snapshot() is not None:
                    transaction.delete(AlwaysTrue())
                for part in _parts(rows):
                    transaction.append(part)

    def remove_history(self) -> None:
        """Remove all files that the newest version does not need."""
        with self._catalog() as catalog:
            table = catalog.load_table(_TABLE)
            current = table.current_snapshot()
            older = [each.snapshot_id for each in table.snapshots() if each != current]
            if older:
                table.maintenance.expire_snapshots().by_ids(older).commit()
        files = self.files()
        if files is not None:
            # pyiceberg removes the snapshots, not their files.
            for folder in ("data", "metadata"):
                for path in (self._path / folder).rglob("*"):
                    if path.is_file() and path not in files.data | files.metadata:
                        path.unlink()

    @contextmanager
    def _catalog(self) -> Iterator[Any]:
        properties = {"uri": f"sqlite:///{self._path / _CATALOG}", "warehouse": self._path.as_uri()}
        catalog = SqlCatalog("discreet", **properties)
        try:
            yield catalog
        finally:
            catalog.engine.dispose()


def _parts(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Join batches into tables of some rows, since each becomes a file; one empty table where there is no row."""
    waiting, height, count = list[pa.RecordBatch](), 0, 0
    for batch in rows:
        waiting.append(batch)
        height += batch.num_rows
        if height >= _ROWS_AT_ONCE:
            yield pa.Table.from_batches(waiting, CORPUS_SCHEMA)
            waiting, height, count = [], 0, count + 1
    if waiting or not count:
        yield pa.Table.from_batches(waiting, CORPUS_SCHEMA)


def _local(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))
