"""Keyed record ids, versions and signatures."""
