"""Attacks the redacted texts of a build before they are staged."""

from redaction.builds.attack.linkage import Attacked, attack_texts
from redaction.builds.attack.subject_leaks import count_leaks

__all__ = ["Attacked", "attack_texts", "count_leaks"]
