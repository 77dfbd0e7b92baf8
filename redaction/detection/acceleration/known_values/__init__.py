"""Skips texts that hold no known value."""
