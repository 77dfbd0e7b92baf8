"""The lists that become tables: every entry has its sentence."""

from redaction.config import load_profile
from redaction.detection import EntityType
from redaction.release.gates import Gate
from redaction.release.settings import GateSettings
from redaction.rights.reasons import Reason
from reference_docs.commands import commands
from reference_docs.lists import entity_types, gates


def test_every_entry_has_a_sentence() -> None:
    entries = [*EntityType, *Gate, *Reason]
    assert [entry.value for entry in entries if not entry.meaning.endswith(".")] == []


def test_organizations_are_not_detected_by_default() -> None:
    (row,) = [line for line in entity_types().splitlines() if line.startswith("| `ORGANIZATION`")]
    assert row.endswith("| no |")
    assert EntityType.ORGANIZATION not in (load_profile("social").entities or ())


def test_the_limit_of_a_gate_is_the_default_of_its_key() -> None:
    (row,) = [line for line in gates().splitlines() if line.startswith("| `set_aside`")]
    assert row.endswith(f"| {GateSettings().max_set_aside} | `release.gates.max_set_aside` |")


def test_every_command_is_in_the_reference_with_a_meaning_for_each_option() -> None:
    sections = commands().split("## `discreet ")[1:]
    assert {"build", "policy check", "policy diff", "takedown"} <= {each.partition("`")[0] for each in sections}
    rows = [
        line for each in sections for line in each.splitlines() if line.startswith("| `") or line.startswith("| <code>")
    ]
    assert [row for row in rows if not row.split(" | ")[1].strip()] == []
