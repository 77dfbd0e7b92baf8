"""The rules, events and signals of an explanation, in words: what counts for the record first, then the rest."""

from collections.abc import Iterator

from redaction.operations.explain.answer import Evidence
from redaction.operations.explain.facts import day, signal_phrase
from redaction.rights import KEEP, ExplainedRecord, Explanation
from redaction.rights.explain import ExplainedEvent, ExplainedGround


def evidence_lines(explained: Explanation) -> tuple[Evidence, ...]:
    """List the evidence about the record that was asked for."""
    lines = list(_lines(explained.records[0]))
    return tuple(sorted(lines, key=lambda each: not each.counts))


def _lines(record: ExplainedRecord) -> Iterator[Evidence]:
    holding = {ground.evidence_id for ground in record.grounds if ground.holds}
    for ground in record.grounds:
        yield Evidence(kind="rule", says=_rule(ground), id=_id(ground.evidence_id), counts=ground.holds)
    for event in record.events:
        yield Evidence(kind="event", says=_event(event), id=event.event_id, counts=event.counted)
    for signal in record.signals:
        counts = signal.signal_id in holding or (record.decision == KEEP and signal.at_build)
        yield Evidence(kind="signal", says=signal_phrase(signal), id=signal.signal_id, counts=counts)


def _rule(ground: ExplainedGround) -> str:
    """Name a rule and what it covers. One that does not hold says so, and accuses nobody."""
    since = f" from {day(ground.since)}" if ground.since else ""
    until = f" before {day(ground.until)}" if ground.until else ""
    period = f"content{since}{until}" if since or until else ""
    covers = ", ".join(filter(None, (f"kind {ground.kind}" if ground.kind else "", period)))
    if ground.holds:
        return f"{ground.reason.value} by {ground.rule}{f', for {covers}' if covers else ''}"
    return f"{ground.rule} covers {covers or 'other content'} only, and not this"


def _event(event: ExplainedEvent) -> str:
    when = f" on {day(event.event_time)}" if event.event_time else ""
    return f"{event.action or 'without an action'}{when}{'' if event.counted else f' does not count: {event.why}'}"


def _id(evidence: str | None) -> str | None:
    """Return the id of an event; a signal has a line of its own, and a column is no id."""
    columns = {"birth_date", "account_status", "policy", "school"}
    return None if evidence is None or evidence in columns or evidence.startswith("signal:") else evidence
