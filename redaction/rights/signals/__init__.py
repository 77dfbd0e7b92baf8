"""What others state, in formats of their own, about the use of a text or of a member's data for training."""
