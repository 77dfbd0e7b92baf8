"""Search for texts that are near copies of protected ones."""
