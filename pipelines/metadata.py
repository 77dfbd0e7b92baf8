"""How reports become Dagster metadata: counts, tables of reasons, schemas. Never a value from a row."""

import dagster as dg
import polars as pl


def reasons_table(counts: pl.DataFrame) -> dg.TableMetadataValue:
    """A frame of counts by reason (strings and integers only) as a table in the UI."""
    columns = [dg.TableColumn(name, "int" if dtype.is_integer() else "string") for name, dtype in counts.schema.items()]
    records = [dg.TableRecord(dict(row)) for row in counts.iter_rows(named=True)]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def schema_metadata(schema: pl.Schema) -> dg.TableSchemaMetadataValue:
    """The columns of what an asset writes."""
    columns = [dg.TableColumn(name, str(dtype)) for name, dtype in schema.items()]
    return dg.MetadataValue.table_schema(dg.TableSchema(columns))
