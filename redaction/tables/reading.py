"""Reads a table's files as a stream of typed batches, with the rows that are not well formed set aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.storage import open_parquet
from redaction.tables.files import TableFile, TablesError
from redaction.tables.quarantine import QuarantineReason
from redaction.tables.schemas import Dtype, Table, TableName

_PLACE: dict[str, Dtype] = {"file": pl.UInt32, "row_group": pl.UInt32, "row": pl.UInt32}
LOCATOR = pl.Schema(_PLACE)
"""Where a row stands: the file's number in the table's order, the row group, the row within the group."""

QUARANTINE = pl.Schema({"source": pl.String, **_PLACE, "source_id": pl.String, "reason": pl.String})
"""A row that was set aside: its place, its id if it has one, and why. Never its text."""

BATCH_ROWS = 16_384
_HELD_BYTES = 32 * 1024 * 1024
"""As many bytes of a row group are held."""
_EARLIEST = pl.datetime(1970, 1, 1, time_zone="UTC")
_LATEST = pl.datetime(9999, 12, 31, time_zone="UTC")


@dataclass(frozen=True, slots=True)
class TypedBatch:
    """Rows of one row group: `rows` (the columns asked for and the locator) and `quarantined` (the rest).

    Together they hold each row that was read exactly once. Duplicate ids across batches are not seen here.
    """

    rows: pl.DataFrame
    quarantined: pl.DataFrame


def read_batches(
    table: Table, files: Sequence[TableFile], columns: Sequence[str] | None = None
) -> Iterator[TypedBatch]:
    """Streams the files in order, a batch of at most `BATCH_ROWS` rows at a time.

    `columns` limits what the batches hold; the columns that decide whether a row is well formed are read
    all the same.

    Raises:
        TablesError: a file whose pages cannot be read.
    """
    wanted = list(columns) if columns is not None else list(table.schema)
    needed = list(dict.fromkeys([*wanted, *table.required]))
    for number, file in enumerate(files):
        names = [file.file_columns[c] for c in needed if c in file.file_columns]
        try:
            with open_parquet(file.path) as parquet:
                for group in range(file.row_groups):
                    start = 0
                    for batch in parquet.iter_batches(BATCH_ROWS, [group], columns=names, use_threads=False):
                        frame = _typed(table, file, needed, batch)
                        frame = frame.with_columns(
                            pl.lit(number, pl.UInt32).alias("file"),
                            pl.lit(group, pl.UInt32).alias("row_group"),
                            (pl.int_range(pl.len(), dtype=pl.UInt32) + start).alias("row"),
                        )
                        start += batch.num_rows
                        yield _split(table, frame, wanted)
        except (pa.ArrowException, OSError) as error:
            raise TablesError(
                f"inputs.{table.name}: {file.path.name}: cannot be read to its end ({type(error).__name__}); "
                "write it again or take it out of the path"
            ) from None


class RowReader:
    """Reads rows of a table's files by where they stand.

    A row group of few bytes is read whole, and the last one is held for the next question: of files in the order of
    time, what is asked for month by month stands in each of them several times. Not for several threads at once.
    """

    def __init__(self, table: Table, files: Sequence[TableFile]) -> None:
        """Nothing is read yet."""
        self._table, self._files = table, files
        self._held: tuple[tuple[int, int, list[str]], list[pa.RecordBatch]] | None = None

    def rows(self, at: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        """The rows at the places that `at` (with the locator's columns) names, in the order of `at`.

        Only the row groups named are read, large ones a batch at a time.

        Returns:
            `at` with the canonical `columns` beside it.

        Raises:
            TablesError: there is no such place.
        """
        parts = [part[[*LOCATOR, *columns]] for part in self.batches(at, columns)]
        if sum(part.height for part in parts) != at.height:
            name = self._table.name
            raise TablesError(f"inputs.{name}: rows are not where they were; the files have changed, so build again")
        if not parts:
            return at.hstack(pl.DataFrame(schema={c: self._table.schema[c] for c in columns}))
        found = pl.concat(parts)
        if found[LOCATOR.names()].equals(at[LOCATOR.names()]):
            return at.hstack(found[list(columns)])
        return at.join(found, on=list(LOCATOR), how="left", maintain_order="left")

    def batches(self, at: pl.DataFrame, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """As `rows`, a batch at a time, in the order in which they stand where `at` is sorted by the locator."""
        for (number,), there in at.group_by("file", maintain_order=True):
            file = self._files[int(str(number))]
            with open_parquet(file.path) as parquet:
                for (group,), places in there.group_by("row_group", maintain_order=True):
                    names = [file.file_columns[c] for c in columns if c in file.file_columns]
                    start, last = 0, places["row"].max()
                    for batch in self._group(parquet, (int(str(number)), int(str(group)), names)):
                        whole = not start and last < batch.num_rows
                        within = pl.col("row").is_between(start, start + batch.num_rows - 1)
                        inside = places if whole else places.filter(within)
                        if inside.height:
                            taken = batch.take((inside["row"] - start).to_arrow())
                            yield inside.hstack(_typed(self._table, file, columns, taken)[list(columns)])
                        start += batch.num_rows
                        if start > last:
                            break

    def _group(self, parquet: pq.ParquetFile, which: tuple[int, int, list[str]]) -> Iterator[pa.RecordBatch]:
        if self._held and self._held[0] == which:
            yield from self._held[1]
            return
        self._held = None
        _, group, names = which
        batches = parquet.iter_batches(BATCH_ROWS, [group], columns=names, use_threads=False)
        if parquet.metadata.row_group(group).total_byte_size > _HELD_BYTES:
            yield from batches
            return
        gathered, size = list[pa.RecordBatch](), 0
        for batch in batches:
            gathered.append(batch)
            size += batch.nbytes
            if size > _HELD_BYTES:  # many times what it is in the file
                yield from gathered
                yield from batches
                return
        self._held = which, gathered
        yield from gathered


def _typed(table: Table, file: TableFile, columns: Sequence[str], batch: pa.RecordBatch) -> pl.DataFrame:
    batch.validate(full=True)
    raw = pl.DataFrame(pl.from_arrow(batch))
    return raw.select(
        _cast(pl.col(file.file_columns[c]), raw.schema[file.file_columns[c]], table.schema[c]).alias(c)
        if c in file.file_columns
        else pl.lit(None, table.schema[c]).alias(c)
        for c in columns
    )


def _cast(column: pl.Expr, found: Dtype, wanted: Dtype) -> pl.Expr:
    if isinstance(wanted, pl.Datetime) and isinstance(found, pl.Datetime):
        zoned = column.dt.convert_time_zone("UTC") if found.time_zone else column.dt.replace_time_zone("UTC")
        return zoned.cast(wanted, strict=False)
    if isinstance(wanted, pl.Datetime):
        return column.cast(pl.Datetime("us"), strict=False).dt.replace_time_zone("UTC")
    if isinstance(wanted, pl.List) and isinstance(wanted.inner, pl.Struct) and isinstance(found, pl.List):
        inner = found.inner
        have = {f.name: f.dtype for f in inner.fields} if isinstance(inner, pl.Struct) else {}
        fields = [
            _cast(pl.element().struct.field(f.name), have[f.name], f.dtype).alias(f.name)
            if f.name in have
            else pl.lit(None, f.dtype).alias(f.name)
            for f in wanted.inner.fields
        ]
        return column.list.eval(pl.struct(fields)).cast(wanted)
    return column.cast(wanted, strict=False)


def _split(table: Table, frame: pl.DataFrame, wanted: Sequence[str]) -> TypedBatch:
    reason = _reason(table)
    judged = frame.with_columns(reason.alias("reason"))
    good = judged.filter(pl.col("reason").is_null())[[*wanted, *LOCATOR]]
    key = pl.col(table.key) if table.key else pl.lit(None, pl.String)
    bad = judged.filter(pl.col("reason").is_not_null()).select(
        pl.lit(table.name.value).alias("source"), *LOCATOR, key.alias("source_id"), "reason"
    )
    return TypedBatch(good, bad.cast(QUARANTINE))


def _reason(table: Table) -> pl.Expr:
    def absent(column: str) -> pl.Expr:
        return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")

    time = pl.col("created_at")
    rules: dict[TableName, list[tuple[pl.Expr, QuarantineReason]]] = {
        TableName.posts: [
            (absent("post_id"), QuarantineReason.missing_id),
            (absent("author_id"), QuarantineReason.missing_author),
            (time.is_null() | ~time.is_between(_EARLIEST, _LATEST), QuarantineReason.missing_time),
            (absent("kind"), QuarantineReason.missing_kind),
            (pl.col("text").is_null(), QuarantineReason.missing_text),
            (absent("text"), QuarantineReason.blank_text),
        ],
        TableName.profiles: [(absent("user_id"), QuarantineReason.missing_id)],
    }
    expression = pl.lit(None, pl.String)
    for test, reason in reversed(rules.get(table.name, [])):
        expression = pl.when(test).then(pl.lit(reason.value)).otherwise(expression)
    return expression
