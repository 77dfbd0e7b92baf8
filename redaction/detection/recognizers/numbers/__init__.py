"""Numbers of persons: cards, accounts, phones, national and document numbers."""
