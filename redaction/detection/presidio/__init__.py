"""Presidio's NLP engine, registry and analysis, run over batches."""
