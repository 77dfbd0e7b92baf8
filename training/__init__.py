"""How the shipped tagger is made; no part of the product imports this package."""
