"""Kept posts and profiles whose texts copy protected ones."""

from redaction.builds.copies.near_copies import Copies, Search, find_copies

__all__ = ["Copies", "Search", "find_copies"]
