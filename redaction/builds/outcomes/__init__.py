"""What became of each record, and why."""
