"""The commands on what is found in texts: redact, try settings, review, measure, and learn from labels."""
