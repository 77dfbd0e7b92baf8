"""Which texts copy protected content."""
