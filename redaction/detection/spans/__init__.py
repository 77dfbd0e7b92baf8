"""Overlapping findings resolved into spans."""
