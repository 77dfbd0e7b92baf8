"""May this record be used, and which rule says so? Ids, events, signals and a policy in; decisions out.

No text enters this room, but for the search for near duplicates. docs/rights.md tells the semantics in plain
words, docs/policies.md how to write a policy.
"""

from redaction.rights.decide import Judged, decide, judge
from redaction.rights.errors import RightsError
from redaction.rights.explain import (
    EventTold,
    Explanation,
    GroundTold,
    RecordTold,
    SignalTold,
    explain,
)
from redaction.rights.inputs import NAMED, RECORD_COLUMNS, SUBJECT_COLUMNS, Decisions, Inputs
from redaction.rights.ledger import Action
from redaction.rights.near_duplicates import (
    PAIRS,
    Sieve,
    likely_copies,
    near_copies,
    sketch_candidates,
    sketch_protected,
)
from redaction.rights.policy import Policy, load_policy
from redaction.rights.posts import JudgedBlock
from redaction.rights.reasons import REASONS, Reason, reasons_table
from redaction.rights.regions import RegionSets, load_regions
from redaction.rights.report import PolicyDiff, policy_diff, policy_table
from redaction.rights.residence import Signal
from redaction.rights.settings import Mentions, NearDuplicateSettings, Recipient, RightsSettings
from redaction.rights.sketches import Sketched
from redaction.rights.verdicts import DROP, KEEP

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
    "load_policy",
    "load_regions",
    "near_copies",
    "policy_diff",
    "policy_table",
    "reasons_table",
    "sketch_candidates",
    "sketch_protected",
]
