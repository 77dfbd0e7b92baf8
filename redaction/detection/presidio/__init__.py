"""Presidio's engine, registry and batch analysis."""
