"""Do the ids of one table exist in the others? What protects a member must not be lost by a difference in spelling."""
