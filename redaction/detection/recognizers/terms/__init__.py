"""Tells names from terms after the model: abbreviations, products, brands, eponyms, identifiers in code.

A model without a class for products reports them as people or locations. What is a term becomes an ORGANIZATION, which
a profile may redact or leave. Terms that are names of people too count only beside other terms. Ordinary words of
English and German that a model takes for names are left out.
"""

from redaction.detection.recognizers.terms.german import is_german_noun, without_verb
from redaction.detection.recognizers.terms.ordinary import is_no_name, without_function_words
from redaction.detection.recognizers.terms.term_guard import is_term

__all__ = ["is_german_noun", "is_no_name", "is_term", "without_function_words", "without_verb"]
