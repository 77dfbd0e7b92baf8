"""The canonical tables, one module each: every column with its type, meaning, example, and what follows without it."""

from redaction.tables.declarations.objections import OBJECTIONS_TABLE
from redaction.tables.declarations.posts import POSTS_TABLE
from redaction.tables.declarations.profiles import PROFILES_TABLE
from redaction.tables.declarations.region_signals import REGION_SIGNALS_TABLE
from redaction.tables.declarations.rights_events import RIGHTS_EVENTS_TABLE
from redaction.tables.declarations.signals_of_others import SIGNALS_OF_OTHERS_TABLE
from redaction.tables.declarations.table import Column, Dtype, Table, TableName

DECLARED = (
    POSTS_TABLE,
    PROFILES_TABLE,
    RIGHTS_EVENTS_TABLE,
    REGION_SIGNALS_TABLE,
    OBJECTIONS_TABLE,
    SIGNALS_OF_OTHERS_TABLE,
)

__all__ = ["DECLARED", "Column", "Dtype", "Table", "TableName"]
