"""`discreet explain`: why was a record kept or dropped?"""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli.arguments import ConfigFile
from redaction.config import load_config
from redaction.operations import explain_record, subject_records
from redaction.rights import ExplainedRecord, Explanation


def explain(
    config: ConfigFile,
    record_id: Annotated[
        str, typer.Argument(help="A post's or a subject's id, or a record's id in the corpus.", show_default=False)
    ],
    version: Annotated[str | None, typer.Option(help="Which build; the newest if absent.")] = None,
) -> None:
    """Show why a record was kept or dropped. By rules, events, signals, chain: ids and reasons only, no text."""
    settings = load_config(config)
    explanation = explain_record(settings, record_id, version)
    console = Console(highlight=False)
    for row in explanation.decisions:
        table = _table(
            f"decided by build {explanation.plan.version}, as of {explanation.plan.as_of.isoformat()}", "what", "value"
        )
        for name, value in row.items():
            table.add_row(name, value or "")
        console.print(table)
    if explanation.chain is not None:
        _chain(console, explanation.chain)
        counts = subject_records(settings, explanation.chain.subject_id, version)
        table = _table(f"posts of {explanation.chain.subject_id}", "decision", "reason", "records")
        for _, decision, reason, number in counts.iter_rows():
            table.add_row(decision, reason, str(number))
        console.print(table)


def _chain(console: Console, chain: Explanation) -> None:
    for record in chain.records:
        above = f", {record.depth} up the chain" if record.depth else ""
        title = f"{record.source} {record.source_id} by {record.subject_id}{above}: {record.decision}, {record.reason}"
        console.print(_evidence(title, record))
    for missing in chain.missing:
        console.print(f"{missing}: referred to, and not in the input", markup=False)
    console.print(
        f"{chain.subject_id} as of the build: {chain.subject_reason} ({chain.subject_rule}); policy {chain.policy_id}",
        markup=False,
        soft_wrap=True,
    )


def _evidence(title: str, record: ExplainedRecord) -> Table:
    table = _table(title, "evidence", "id", "says", "from", "to", "counts")
    for ground in record.grounds:
        rule = f"{ground.reason} ({ground.rule})"
        table.add_row(
            "rule", ground.evidence_id or "", rule, _day(ground.since), _day(ground.until), _yes(ground.holds)
        )
    for event in record.events:
        table.add_row("event", event.event_id, event.action or "", _day(event.event_time), "", event.why)
    for signal in record.signals:
        says = f"{signal.signal}: {', '.join(signal.readings) or 'unreadable'}"
        counted = "at build" if signal.at_build else "for content of its time"
        table.add_row("signal", signal.signal_id, says, _day(signal.valid_from), _day(signal.valid_to), counted)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _day(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ") if moment else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"
