"""Why is a record in the corpus, or not? The decision, in a sentence, with its evidence."""

from redaction.operations.explain.answer import Answer, Outcome
from redaction.operations.explain.decision_evidence import DecisionEvidence, decision_evidence
from redaction.operations.explain.explain import explain_record
from redaction.operations.explain.sentences import SENTENCES, Sentence

__all__ = [
    "SENTENCES",
    "Answer",
    "DecisionEvidence",
    "Outcome",
    "Sentence",
    "decision_evidence",
    "explain_record",
]
