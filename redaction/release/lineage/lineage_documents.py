"""The JSON documents beside the data of a release. They depend on the build only and contain no current time."""

from collections.abc import Sequence
from typing import Final

import rfc8785

from redaction.release.lineage.croissant import croissant
from redaction.release.lineage.provenance import provenance
from redaction.release.manifest import FileEntry
from redaction.release.papers.figures import Figures

CROISSANT: Final = "croissant.json"
PROVENANCE: Final = "provenance.json"


def lineage_documents(figures: Figures, shards: Sequence[FileEntry]) -> dict[str, bytes]:
    """Make all documents, file name to content: Croissant with RAI fields and PROV-O, D&TA provenance."""
    documents = {
        CROISSANT: croissant(figures, shards),
        PROVENANCE: provenance(figures.facts, figures.statistics, figures.card, figures.lineage),
    }
    return {name: rfc8785.dumps(document) for name, document in documents.items()}
