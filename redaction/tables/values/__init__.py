"""Read single values: their types, their accepted spellings, and what cannot be read."""
