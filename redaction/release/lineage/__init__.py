"""Descriptions of a release in standard formats: Croissant, D&TA provenance, an AI Act fragment, OpenLineage."""

from redaction.release.lineage.lineage_documents import AI_ACT, CROISSANT, PROVENANCE, lineage_documents

__all__ = ["AI_ACT", "CROISSANT", "PROVENANCE", "lineage_documents"]
