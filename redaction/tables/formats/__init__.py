"""Read files of several formats in one way: numbered row groups of Arrow batches, in a fixed order.

Nothing of a file is written anywhere: where a format has no row groups, blocks of bytes take their place.
"""

from redaction.tables.formats.content import BATCH_ROWS, Content, Layout
from redaction.tables.formats.opening import open_layout, open_snapshot, reading_errors

__all__ = ["BATCH_ROWS", "Content", "Layout", "open_layout", "open_snapshot", "reading_errors"]
