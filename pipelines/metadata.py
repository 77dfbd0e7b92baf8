"""How reports become Dagster metadata: counts, tables of reasons, schemas. Never a value from a row."""

from collections.abc import Mapping

import dagster as dg
import polars as pl


def reasons_table(counts: pl.DataFrame) -> dg.TableMetadataValue:
    """Show a frame of counts by reason (strings and integers only) as a table."""
    columns = [dg.TableColumn(name, "int" if dtype.is_integer() else "string") for name, dtype in counts.schema.items()]
    records = [dg.TableRecord(dict(row)) for row in counts.iter_rows(named=True)]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def column_schema(schema: pl.Schema, descriptions: Mapping[str, str]) -> dict[str, dg.TableSchemaMetadataValue]:
    """Describe the columns that an asset writes, each in one phrase, for the asset's page in the UI."""
    columns = [dg.TableColumn(name, str(dtype), descriptions[name]) for name, dtype in schema.items()]
    return {"dagster/column_schema": dg.MetadataValue.table_schema(dg.TableSchema(columns))}
