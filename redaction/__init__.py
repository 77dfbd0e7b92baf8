"""Discreet's library: one folder a room, each usable without the others' insides and without Dagster."""
