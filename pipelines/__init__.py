"""Discreet on Dagster: assets, checks, automation and the command line. It holds no rule of its own."""
