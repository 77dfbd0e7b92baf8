"""May this record be used, and which rule says so? Ids, events, signals and a policy in; decisions out.

Start with `decide`, for small tables; builds use `apply_rules`. No text enters this package except for the search for
near copies. docs/rights.md explains the rules, docs/policies.md how to write a policy.
"""

from redaction.rights.decide import RuleResults, apply_rules, decide
from redaction.rights.errors import RightsError
from redaction.rights.explain import ExplainedRecord, Explanation, explain
from redaction.rights.grounds.ledger import REQUESTED, Action, is_exported, refuse_stale
from redaction.rights.grounds.terms import excluded_term, terms_of_contexts
from redaction.rights.inputs import Inputs
from redaction.rights.judged import Judged
from redaction.rights.near_duplicates.containment import ProtectedShingles, RowShingles, find_containers
from redaction.rights.near_duplicates.run_together import (
    WordsInside,
    as_characters,
    character_settings,
    is_run_together,
)
from redaction.rights.near_duplicates.search import (
    COPIES,
    ShingleFilter,
    likely_copies,
    near_copies,
    sketch_candidates,
    sketch_protected,
)
from redaction.rights.near_duplicates.shingles import Runs, Shingled, Words
from redaction.rights.near_duplicates.short_labels import ShortLabels, same_labels
from redaction.rights.near_duplicates.sketches import Sketches
from redaction.rights.partitioned import PeopleTables, apply_rules_in_partitions
from redaction.rights.policy.boundaries import boundary_cases
from redaction.rights.policy.policy import Policy, read_policy
from redaction.rights.policy.regions import RegionSets, read_regions
from redaction.rights.policy.rules import Rules
from redaction.rights.policy.traces import TracedRule, traced_rules, untraced
from redaction.rights.policy.up_to_date import policy_notes, source_drift
from redaction.rights.reasons import Reason
from redaction.rights.reconciliation.contacts import CONTACTS
from redaction.rights.reconciliation.id_counts import count_ids
from redaction.rights.reconciliation.joins import PROTECTING
from redaction.rights.reconciliation.problems import reconciliation_problems
from redaction.rights.reconciliation.reconcile import IdTables, JoinCounts, Reconciliation, reconcile
from redaction.rights.records.decisions import KEEP, POST_EVIDENCE, RECORD_COLUMNS, Decisions
from redaction.rights.records.posts import DecisionBlock
from redaction.rights.report import PolicyDiff, policy_diff, policy_table
from redaction.rights.settings import NearDuplicateSettings, RightsSettings
from redaction.rights.signals.links import LINKING_COLUMNS, LinkedSignals

__all__ = [
    "CONTACTS",
    "COPIES",
    "KEEP",
    "LINKING_COLUMNS",
    "POST_EVIDENCE",
    "PROTECTING",
    "RECORD_COLUMNS",
    "REQUESTED",
    "Action",
    "DecisionBlock",
    "Decisions",
    "ExplainedRecord",
    "Explanation",
    "IdTables",
    "Inputs",
    "JoinCounts",
    "Judged",
    "LinkedSignals",
    "NearDuplicateSettings",
    "PeopleTables",
    "Policy",
    "PolicyDiff",
    "ProtectedShingles",
    "Reason",
    "Reconciliation",
    "RegionSets",
    "RightsError",
    "RightsSettings",
    "RowShingles",
    "RuleResults",
    "Rules",
    "Runs",
    "ShingleFilter",
    "Shingled",
    "ShortLabels",
    "Sketches",
    "TracedRule",
    "Words",
    "WordsInside",
    "apply_rules",
    "apply_rules_in_partitions",
    "as_characters",
    "boundary_cases",
    "character_settings",
    "count_ids",
    "decide",
    "excluded_term",
    "explain",
    "find_containers",
    "is_exported",
    "is_run_together",
    "likely_copies",
    "near_copies",
    "policy_diff",
    "policy_notes",
    "policy_table",
    "read_policy",
    "read_regions",
    "reconcile",
    "reconciliation_problems",
    "refuse_stale",
    "same_labels",
    "sketch_candidates",
    "sketch_protected",
    "source_drift",
    "terms_of_contexts",
    "traced_rules",
    "untraced",
]
