"""Phone numbers parsed only where one is possible."""
