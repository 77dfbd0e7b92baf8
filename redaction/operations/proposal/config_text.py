"""Write a proposed config as commented YAML."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from redaction.config.shipped import SHIPPED_FILES
from redaction.operations.proposal.propose import TableProposal
from redaction.tables import TABLES, TableName
from redaction.tables.settings import ColumnSettings, Format

SCHEMA: Final = SHIPPED_FILES / "configs/schema/config.json"
"""The JSON Schema by which an editor completes and checks the keys of a config."""


def config_text(proposals: Mapping[TableName, TableProposal], settings: Mapping[str, str]) -> str:
    """Write a commented config.

    Args:
        proposals: The tables.
        settings: corpus, output, state, policy, key, start; and complete_until where there are no rights events.

    Returns:
        The YAML text.
    """
    lines = [
        f"# yaml-language-server: $schema={SCHEMA}",
        "# Written by discreet init. Every key: docs/config-reference.md. To check a change: discreet check.",
        f"corpus: {_yaml(settings['corpus'])}",
        "# as_of: 2025-06-30T00:00:00Z # rights are evaluated as of this instant; now, if absent",
        f"output: {_yaml(settings['output'])} # releases: may be shown to users of the corpus",
        f"state: {_yaml(settings['state'])} # keys, decisions, spans: private",
        "",
        "inputs:",
    ]
    for name in TableName:
        if name in proposals:
            lines += _table_lines(proposals[name])
    lines += [
        "  max_quarantined: 0.05 # more malformed rows than this stop the run",
        "",
        "partitions:",
        "  grain: month # day, week or month",
        f"  start: {settings['start']} # what is older is in the first partition",
        "",
        "rights:",
        f"  policy: {_yaml(settings['policy'])} # a shipped policy, or the path of your own",
    ]
    if "complete_until" in settings:
        lines.append(f"  ledger_complete_until: {settings['complete_until']} # there was no rights event until then")
    lines += [
        "",
        "detection: social # a shipped profile, or the path of your own",
        "",
        "key:",
        f"  file: {_yaml(settings['key'])} # keep it secret, and keep it: without it no takedown finds its records",
    ]
    return "\n".join(lines) + "\n"


def _table_lines(proposal: TableProposal) -> Iterator[str]:
    paths = ", ".join(map(_yaml, proposal.paths))
    yield f"  {proposal.name}:"
    yield f"    path: {paths if len(proposal.paths) == 1 else f'[{paths}]'}"
    if proposal.format is not Format.parquet:
        yield f"    format: {proposal.format.value}"
    mapped = {c: s for c, s in proposal.columns.items() if s != ColumnSettings(column=(c,))}
    if mapped:
        yield "    columns: # canonical name: the name in your files, or {value: one value for all rows}"
        for column in (c for c in TABLES[proposal.name].schema if c in mapped):
            yield f"      {column}: {_source(mapped[column])}"
            for word, meant in proposal.unconfirmed.get(column, {}).items():
                yield f"        # {_key(word)}: {meant} # may be so; it permits: add it to words of {column} if it is"
    absent = [column for column in TABLES[proposal.name].schema if column not in proposal.columns]
    if absent:
        yield f"    # not in these files: {', '.join(absent)}"
    if unused := proposal.unused():
        yield f"    # not used: {', '.join(map(_yaml, unused))}"


def _source(settings: ColumnSettings) -> str:
    if settings.is_constant:
        return f"{{value: {_yaml(settings.value or '')}}}"
    name = _yaml(settings.column[0])
    words = ", ".join(f"{_key(word)}: {meant}" for word, meant in settings.words.items())
    more = {"unit": settings.unit, "order": settings.order, "words": words and f"{{{words}}}"}
    named = "".join(f", {key}: {value}" for key, value in more.items() if value)
    return f"{{column: {name}{named}}}" if named else name


def _key(word: str) -> str:
    """Write a word as a key of a mapping on one line."""
    return _yaml(word) if re.fullmatch(r"[a-z_]+", word) else f'"{_escaped(word)}"'


def _yaml(text: str) -> str:
    """Write a text as a YAML value: plain where that is read as the same text, and in quotes otherwise."""
    words = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
    if re.fullmatch(r"[A-Za-z_./][\w./ -]*(?<! )", text) and text.casefold() not in words:
        return text
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
