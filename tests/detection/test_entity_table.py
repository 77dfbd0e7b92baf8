from pathlib import Path

from redaction.detection import EntityType, read_profile
from redaction.detection.entity_table import entity_types_table

ROOT = Path(__file__).parents[2]


def test_the_documentation_has_the_table_of_the_code() -> None:
    table = entity_types_table(read_profile(ROOT / "configs/redaction/social.yaml"))
    assert table in (ROOT / "docs/detection.md").read_text(encoding="utf-8")


def test_every_type_has_a_meaning_and_a_row() -> None:
    table = entity_types_table(read_profile(ROOT / "configs/redaction/social.yaml"))
    assert all(f"| `{entity_type.value}` | {entity_type.meaning} |" in table for entity_type in EntityType)
    assert all(entity_type.meaning.endswith(".") for entity_type in EntityType)


def test_organizations_are_not_detected_by_default() -> None:
    table = entity_types_table(read_profile(ROOT / "configs/redaction/social.yaml"))
    (row,) = [line for line in table.splitlines() if line.startswith("| `ORGANIZATION`")]
    assert row.endswith("| no |")
