"""What changed from release to release, and where a subject is in them."""
