"""May this record be used, and which rule says so? Ids, events, signals and a policy in; decisions out.

No text enters this room, but for the search for near duplicates. docs/rights.md tells the semantics in plain
words, docs/policies.md how to write a policy.
"""

from redaction.rights.decide import DROP, KEEP, decide
from redaction.rights.errors import RightsError
from redaction.rights.inputs import RECORD_COLUMNS, SUBJECT_COLUMNS, Decisions, Inputs
from redaction.rights.ledger import Action
from redaction.rights.policy import Policy, load_policy
from redaction.rights.reasons import REASONS, Reason, reasons_table
from redaction.rights.regions import RegionSets, load_regions
from redaction.rights.residence import Signal
from redaction.rights.settings import Mentions, NearDuplicateSettings, Recipient, RightsSettings

__all__ = [
    "DROP",
    "KEEP",
    "REASONS",
    "RECORD_COLUMNS",
    "SUBJECT_COLUMNS",
    "Action",
    "Decisions",
    "Inputs",
    "Mentions",
    "NearDuplicateSettings",
    "Policy",
    "Reason",
    "Recipient",
    "RegionSets",
    "RightsError",
    "RightsSettings",
    "Signal",
    "decide",
    "load_policy",
    "load_regions",
    "reasons_table",
]
