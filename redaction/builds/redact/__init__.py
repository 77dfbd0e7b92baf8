"""Redact the kept records of a build, partition by partition and chunk by chunk."""
