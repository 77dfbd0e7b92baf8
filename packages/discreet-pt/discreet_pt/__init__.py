"""Weights for Portuguese, under CC BY-SA 4.0; Discreet finds them by the entry point `discreet.weights`."""
