"""Find text that is not valid UTF-8, such as Latin-1 or half a surrogate pair, and the rows that have it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redaction.tables.values.column_types import is_list

_Rows = np.ndarray[tuple[int], np.dtype[np.bool_]]


def without_invalid_text(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, dict[str, list[int]]]:
    """Make values with invalid text null.

    Args:
        batch: Columns of plain types; see `column_types.plain_type`.

    Returns:
        The batch, and for each column with invalid text the rows that have it.

    Raises:
        ArrowInvalid: Something else is wrong with the batch.
    """
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return batch, {}
    rows = [_invalid(column) for column in batch.columns]
    columns = [  # all of them: this also drops the content that null lists and structs may have
        pc.if_else(pa.array(~wrong), column, pa.nulls(len(column), column.type))
        for column, wrong in zip(batch.columns, rows, strict=True)
    ]
    valid = pa.RecordBatch.from_arrays(columns, batch.schema.names)
    valid.validate(full=True)
    named = zip(batch.schema.names, rows, strict=True)
    return valid, {name: np.flatnonzero(wrong).tolist() for name, wrong in named if wrong.any()}


def _invalid(column: pa.Array) -> _Rows:
    """Return for each row whether it has invalid text, at any depth."""
    wrong = np.zeros(len(column), np.bool_)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        for row, content in enumerate(column.cast(pa.large_binary()).to_pylist()):
            try:
                _ = content and content.decode()
            except UnicodeDecodeError:
                wrong[row] = True
    elif is_list(column.type):
        # Unlike list_parent_indices, list_flatten leaves out what null lists hold.
        lengths = pc.if_else(column.is_valid(), pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        parents = np.repeat(np.arange(len(column)), lengths)
        wrong[parents[_invalid(pc.list_flatten(column))]] = True
    elif pa.types.is_struct(column.type):
        for field in column.flatten():
            wrong |= _invalid(field)
    return wrong
