"""Proposes a config for files that nobody has mapped yet: formats, columns, words and dates."""
