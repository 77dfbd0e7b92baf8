"""Everything that only makes an answer faster."""
