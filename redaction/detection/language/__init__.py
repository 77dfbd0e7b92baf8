"""Identifies the language of texts and of sentences in them."""
