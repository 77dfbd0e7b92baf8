"""Named entities by a model."""
