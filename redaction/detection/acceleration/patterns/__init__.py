"""Skips patterns that cannot match a text."""
