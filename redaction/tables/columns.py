"""Match the columns of a file with those of its canonical table."""

import pyarrow as pa

from redaction.tables.column_types import accepts, describe
from redaction.tables.errors import TablesError
from redaction.tables.schemas import ID_COLUMNS, Table
from redaction.tables.settings import TableSettings


def match_columns(table: Table, settings: TableSettings, file: str, schema: pa.Schema) -> dict[str, str]:
    """Return the file's own name of each canonical column that it has.

    Args:
        table: The canonical table.
        settings: The mapping.
        file: The name of the file, for errors.
        schema: The columns of the file.

    Returns:
        Canonical column to the file's column.

    Raises:
        TablesError: A required or mapped column is missing, or one has a wrong type.
    """
    unknown = sorted(set(settings.columns) - set(table.schema))
    if unknown:
        raise TablesError(
            f"inputs.{table.name}.columns: {unknown[0]}: not a canonical column; choose from {', '.join(table.schema)}"
        )
    names = {c: settings.columns.get(c, c) for c in table.schema}
    present = {c: name for c, name in names.items() if name in schema.names}
    for column in table.required:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}: {file}: column {names[column]!r} is missing; "
                f"map it with inputs.{table.name}.columns.{column}"
            )
    for column in settings.columns:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}.columns.{column}: {file} has no column {names[column]!r}; correct the mapping"
            )
    for column, name in present.items():
        found = schema.field(name).type
        if not accepts(found, table.schema[column], is_id=column in ID_COLUMNS):
            raise TablesError(
                f"inputs.{table.name}: {file}: column {name!r} is {found}, {column} needs "
                f"{describe(table.schema[column])}; convert it or map another column"
            )
    return present
