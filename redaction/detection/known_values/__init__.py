"""Values that the profiles give, found in texts."""
