"""Tells names from terms after the model: abbreviations, products, brands, eponyms, identifiers in code.

A model without a class for products reports them as people or locations. What is a term becomes an ORGANIZATION, which
a profile may redact or leave. Terms that are names of people too count only beside other terms.
"""

from redaction.detection.recognizers.terms.term_guard import is_term

__all__ = ["is_term"]
