"""Presidio recognizers for the texts of a professional network."""
