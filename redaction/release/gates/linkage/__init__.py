"""The linkage attack: it holds the profile table against the texts of a release, and tries to find their authors."""

from redaction.release.gates.linkage.attack import RECORDS, Knowledge, Linkage, attack, is_candidate
from redaction.release.gates.linkage.limits import linkage_results

__all__ = ["RECORDS", "Knowledge", "Linkage", "attack", "is_candidate", "linkage_results"]
