"""Review what was found: the spans that the model was least sure of, and texts at random, one after the other.

Nothing is stored but offsets and decisions; texts are read from the inputs again, of records that may be used now.
"""

from redaction.operations.review.collect import Collected, collect
from redaction.operations.review.exchange import Imported, exported_texts, import_labels, write_export
from redaction.operations.review.formats import Format, dump, load
from redaction.operations.review.proposed_terms import Terms, propose_terms, save_terms
from redaction.operations.review.review_case import ReviewError, open_case
from redaction.operations.review.session import Item, Progress, ReviewedSpan, ReviewSession

__all__ = [
    "Collected",
    "Format",
    "Imported",
    "Item",
    "Progress",
    "ReviewError",
    "ReviewSession",
    "ReviewedSpan",
    "Terms",
    "collect",
    "dump",
    "exported_texts",
    "import_labels",
    "load",
    "open_case",
    "propose_terms",
    "save_terms",
    "write_export",
]
