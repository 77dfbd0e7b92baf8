"""A text as recognizers read it: normalized view, windows, folding."""
