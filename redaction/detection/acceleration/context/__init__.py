"""Context words decided without tagging."""
