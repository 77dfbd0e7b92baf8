"""Finds the values of a record's own profiles, such as names and handles, in its text."""
