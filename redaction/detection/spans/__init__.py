"""Turns overlapping findings into spans that do not overlap."""
