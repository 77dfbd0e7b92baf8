"""The generated parts of the documentation, by name, and the pages and files that hold them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from reference_docs import command_line, commands, config_keys, data_dictionary, json_schemas, lists, value_types

SECTIONS: Final[Mapping[str, Callable[[], str]]] = {
    "tables": data_dictionary.tables,
    "value-types": value_types.accepted_types,
    "spellings": value_types.spellings,
    **{f"{name}-keys": config_keys.keys(name) for name in json_schemas.DESCRIBED},
    "commands": commands.commands,
    "exit-codes": command_line.exit_codes,
    "json-objects": command_line.json_objects,
    "reasons": lists.reasons,
    "signals": lists.signals,
    "policy-traces": lists.policy_traces,
    "quarantine-reasons": lists.quarantine_reasons,
    "outcome-reasons": lists.outcome_reasons,
    "entity-types": lists.entity_types,
    "gates": lists.gates,
    "private-tables": lists.private_tables,
}
"""Each generated part, and the function that returns its Markdown."""

FILES: Final[Mapping[str, Callable[[], str]]] = {
    f"configs/schema/{name}.json": json_schemas.schema_file(name) for name in json_schemas.MODELS
}
"""Each file that is generated as a whole, by its path from the root."""

_PART = re.compile(r"<!-- generated: ([\w-]+) -->\n.*?<!-- end -->", re.DOTALL)


def out_of_date(root: Path) -> dict[Path, str]:
    """Return the text that each page or file should have, for those that differ."""
    wanted = {root / name: make() for name, make in FILES.items()}
    for page in sorted((root / "docs").rglob("*.md")):
        wanted[page] = regenerate(page.read_text("utf-8"))
    return {path: text for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text}


def regenerate(page: str) -> str:
    """Return a page with its generated parts made anew. Raises KeyError for a name that is not in `SECTIONS`."""
    return _PART.sub(lambda part: f"<!-- generated: {part[1]} -->\n\n{SECTIONS[part[1]]()}\n\n<!-- end -->", page)


def names_on(root: Path) -> list[str]:
    """List the generated parts that the pages hold."""
    return [name for page in (root / "docs").rglob("*.md") for name in _PART.findall(page.read_text("utf-8"))]
