"""What the world's formats say of a release: Croissant, D&TA provenance, the AI Act fragment, OpenLineage."""

from redaction.release.lineage.lineage_documents import AI_ACT, CROISSANT, PROVENANCE, lineage_documents

__all__ = ["AI_ACT", "CROISSANT", "PROVENANCE", "lineage_documents"]
