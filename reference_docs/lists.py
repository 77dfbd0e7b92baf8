"""Tables of what the code lists once: reasons, entity types, gates, private tables."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.outcomes.reason_help import REASON_HELP
from redaction.config import load_profile
from redaction.config.shipped import SHIPPED_FILES
from redaction.detection import DetectionReason, EntityType
from redaction.detection.recognizers.catalogue import rules_of
from redaction.release.gates import Gate
from redaction.release.settings import GateSettings
from redaction.rights import read_policy, traced_rules
from redaction.rights.reasons import Reason
from redaction.rights.signals.formats import FORMATS
from redaction.state.private_tables import PRIVATE_TABLES
from redaction.tables import QuarantineReason
from reference_docs.markdown import code, codes, table

_BY_MODEL = (EntityType.PERSON, EntityType.LOCATION, EntityType.ORGANIZATION)
_BY_KNOWN_VALUES = (
    EntityType.PERSON,
    EntityType.HANDLE,
    EntityType.EMAIL_ADDRESS,
    EntityType.PHONE_NUMBER,
    EntityType.PROFILE_URL,
    EntityType.ORGANIZATION,
    EntityType.LOCATION,
)


def reasons() -> str:
    """Return the reasons of the rules, in the order in which they are tried."""
    rows = [(str(reason.code + 1), code(reason.value), reason.meaning) for reason in Reason]
    return table(("Order", "Reason", "Meaning"), rows)


def policy_traces() -> str:
    """Return, for each policy that comes with the program, every rule with its source and how well that was checked."""
    rows = []
    for folder in ("policies", "example-policies"):
        for path in sorted((SHIPPED_FILES / "configs" / folder).glob("*.yaml")):
            policy = read_policy(path)
            for each in traced_rules(policy):
                source = policy.sources[each.source or ""]
                found = ", ".join(filter(None, (source.archive, source.revision))) or source.url or "–"
                checked = source.confidence.replace("_", " ")
                rows.append((code(policy.policy_id), code(each.rule), each.value, source.title, found, checked))
    return table(("Policy", "Rule", "Value", "Source", "Where", "Confidence"), rows)


def signals() -> str:
    """Return the formats of signals of others: what reads them, and what in them denies."""
    rows = [
        (code(name), each.specification, each.reader, each.value, each.denies, each.not_shared, each.leaves)
        for name, each in FORMATS.items()
    ]
    effects = ("Denies for all", "Denies as GPC does", "Denies nothing")
    return table(("`format`", "Specification", "Read by", "`value`", *effects), rows)


def quarantine_reasons() -> str:
    """Return why a row is quarantined, and what helps."""
    return _helped(QuarantineReason)


def outcome_reasons() -> str:
    """Return why a record that may be used is still dropped, and what helps."""
    return _helped([*DetectionReason, *OutcomeReason])


def _helped(reasons: Iterable[StrEnum]) -> str:
    helped = [(reason.value, REASON_HELP[reason.value]) for reason in reasons]
    rows = [(code(name), each.meaning, f"{each.mend[0].upper()}{each.mend[1:]}.") for name, each in helped]
    return table(("Reason", "Meaning", "What helps"), rows)


def entity_types() -> str:
    """Return every entity type: its meaning, what finds it, and whether the default profile asks for it."""
    settings = load_profile("social")
    found_by: dict[str, list[str]] = defaultdict(list)
    for entity_type in _BY_MODEL:
        found_by[entity_type].append("the model")
    for entity_type in _BY_KNOWN_VALUES:
        found_by[entity_type].append("known values")
    for rule in rules_of(settings.model_copy(update={"entities": None}), "en"):
        for entity_type in rule.types:
            found_by[entity_type].append(code(rule.name))
    rows = [
        (
            code(entity_type.value),
            entity_type.meaning,
            ", ".join(found_by[entity_type]) or "Presidio's or spaCy's recognizers, if the profile enables them",
            "yes" if settings.entities is None or entity_type in settings.entities else "no",
        )
        for entity_type in EntityType
    ]
    return table(("Type", "What it is", "Found by", "`social`"), rows)


def gates() -> str:
    """Return the gates: what each measures, its limit, and the key that changes it."""
    rows = [(code(each.value), each.meaning, *_limit(each)) for each in Gate]
    return table(("Gate", "What it measures", "Limit", "Key of the limit"), rows)


def _limit(gate: Gate) -> tuple[str, str]:
    if not gate.key:
        return "0", "–"
    limit: object = GateSettings()
    for key in gate.key.split("."):
        limit = getattr(limit, key)
    return "none" if limit is None else str(limit), code(f"release.gates.{gate.key}")


def private_tables() -> str:
    """Return the private tables: what each holds, whom it names, and how long its rows stay."""
    rows = [
        (
            code(f"{'<version>/' * (not each.shared)}{each.pattern}"),
            each.holds,
            codes((*each.subjects, *each.subject_lists)) or "–",
            codes((*filter(None, [each.record]), *each.record_ids)) or "–",
            each.retention.value,
        )
        for each in PRIVATE_TABLES
    ]
    return table(("File", "Holds", "Subjects", "Records", "Rows stay"), rows)
