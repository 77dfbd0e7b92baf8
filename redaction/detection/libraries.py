"""Presidio and spaCy, loaded with the garbage collector out of the way.

They make two hundred thousand objects that live as long as the process: looked through again and again while they are
made, and in every full round later, they would cost a sixth more than it takes to load them.
"""

from redaction import collector

with collector.paused(), collector.left_out():
    import presidio_analyzer
    import spacy

__all__ = ["presidio_analyzer", "spacy"]
