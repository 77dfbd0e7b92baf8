"""Descriptions of a release in standard formats: Croissant, D&TA provenance, OpenLineage."""

from redaction.release.lineage.lineage_documents import CROISSANT, PROVENANCE, lineage_documents

__all__ = ["CROISSANT", "PROVENANCE", "lineage_documents"]
