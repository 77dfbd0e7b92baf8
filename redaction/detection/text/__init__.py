"""Prepares texts for recognizers: normalization with offsets, windows, folding of words."""
