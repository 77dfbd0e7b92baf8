"""A policy and its region sets, read from YAML."""
