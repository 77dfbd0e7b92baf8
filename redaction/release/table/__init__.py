"""The newest release as one Delta or Iceberg table, without the rows of any earlier one."""

from redaction.release.table.mirror import MirrorReport, TableError, mirror, mirror_problems

__all__ = ["MirrorReport", "TableError", "mirror", "mirror_problems"]
