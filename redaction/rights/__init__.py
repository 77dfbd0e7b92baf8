"""May this record be used, and which rule says so? Ids, events, signals and a policy in; decisions out.

No text enters this room, but for the search for near duplicates. docs/rights.md tells the semantics in plain
words, docs/policies.md how to write a policy.
"""

from redaction.rights.decide import Judged, decide, judge
from redaction.rights.errors import RightsError
from redaction.rights.explain import EventTold, Explanation, GroundTold, RecordTold, SignalTold, explain
from redaction.rights.grounds.ledger import Action
from redaction.rights.grounds.residence import Signal
from redaction.rights.near_duplicates.search import (
    PAIRS,
    Sieve,
    likely_copies,
    near_copies,
    sketch_candidates,
    sketch_protected,
)
from redaction.rights.near_duplicates.sketches import Sketched
from redaction.rights.policy.policy import Policy, read_policy
from redaction.rights.policy.regions import RegionSets, read_regions
from redaction.rights.reasons import REASONS, Reason, reasons_table
from redaction.rights.records.decisions import DROP, KEEP
from redaction.rights.records.inputs import NAMED, RECORD_COLUMNS, SUBJECT_COLUMNS, Decisions, Inputs
from redaction.rights.records.posts import JudgedBlock
from redaction.rights.report import PolicyDiff, policy_diff, policy_table
from redaction.rights.settings import Mentions, NearDuplicateSettings, Recipient, RightsSettings

__all__ = [
    "DROP",
    "KEEP",
    "NAMED",
    "PAIRS",
    "REASONS",
    "RECORD_COLUMNS",
    "SUBJECT_COLUMNS",
    "Action",
    "Decisions",
    "EventTold",
    "Explanation",
    "GroundTold",
    "Inputs",
    "Judged",
    "JudgedBlock",
    "Mentions",
    "NearDuplicateSettings",
    "Policy",
    "PolicyDiff",
    "Reason",
    "Recipient",
    "RecordTold",
    "RegionSets",
    "RightsError",
    "RightsSettings",
    "Sieve",
    "Signal",
    "SignalTold",
    "Sketched",
    "decide",
    "explain",
    "judge",
    "likely_copies",
    "near_copies",
    "policy_diff",
    "policy_table",
    "read_policy",
    "read_regions",
    "reasons_table",
    "sketch_candidates",
    "sketch_protected",
]
