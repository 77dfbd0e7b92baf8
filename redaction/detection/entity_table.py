"""The table of entity types in the documentation; a test checks that it agrees with the code."""

from collections import defaultdict

from redaction.detection.entities import EntityType
from redaction.detection.recognizers.catalogue import rules_of
from redaction.detection.settings import DetectionSettings

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


def entity_types_table(settings: DetectionSettings, language: str = "en") -> str:
    """Return a Markdown table of every entity type: its meaning, what finds it, whether `settings` ask for it."""
    found_by: dict[str, list[str]] = defaultdict(list)
    for entity_type in _BY_MODEL:
        found_by[entity_type].append("the model")
    for entity_type in _BY_KNOWN_VALUES:
        found_by[entity_type].append("known values")
    for rule in rules_of(settings.model_copy(update={"entities": None}), language):
        for entity_type in rule.types:
            found_by[entity_type].append(f"`{rule.name}`")
    rows = []
    for entity_type in EntityType:
        enabled = "yes" if settings.entities is None or entity_type in settings.entities else "no"
        by = ", ".join(found_by[entity_type]) or "Presidio's or spaCy's recognizers, if the profile enables them"
        rows.append(f"| `{entity_type.value}` | {entity_type.meaning} | {by} | {enabled} |")
    return "\n".join(["| Type | What it is | Found by | `social` |", "|---|---|---|---|", *rows])
