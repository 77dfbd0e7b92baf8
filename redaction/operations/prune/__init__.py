"""Removes old releases and old private build folders, but nothing that a takedown or a trace needs."""

from redaction.operations.prune.candidates import PruneItem, PruneReport, What, find_prunable
from redaction.operations.prune.remove import prune

__all__ = ["PruneItem", "PruneReport", "What", "find_prunable", "prune"]
