"""Papers about a release that rules ask for, filled from the figures of its build. None of them is legal advice."""
