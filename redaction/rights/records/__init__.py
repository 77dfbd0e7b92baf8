"""Which records there are, what they refer to, and what was decided about each."""
