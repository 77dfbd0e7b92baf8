"""Writes the made-up network: members, rights, posts and the truth about them, all from one seed."""
