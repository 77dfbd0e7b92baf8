"""What fills the blanks of a sentence about one record: names, dates, regions, rules; never a text."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final

from babel import Locale

from redaction.operations.explain.sentences import SENTENCES
from redaction.rights import ExplainedRecord, Explanation, Policy, Reason
from redaction.rights.explain import ExplainedEvent, ExplainedSignal
from redaction.rights.grounds.country_names import territories
from redaction.rights.policy.policy import Effect
from redaction.tables import Source

_SIGNALS: Final = {"ip": "IP address", "phone": "phone number", "billing": "billing address", "signup": "sign-up"}


@dataclass(frozen=True)
class Facts:
    """The blanks of `SENTENCES`. Those that are a part of a sentence of their own are empty where nothing is known."""

    who: str = "its author"
    whose: str = "its author's"
    policy: str = "of the build"
    rule: str = ""
    kind: str = "unknown"
    created: str = "an unknown date"
    as_of: str = ""
    min_age: str = ""
    until: str = "a later date"
    event: str = ""
    signal: str = "region is in question"
    region_rule: str = "exempts it"
    context: str = ""
    other: str = "a record that was erased"
    other_because: str = ""
    similarity: str = ""
    language: str = ""
    found: str = ""
    row: str = ""

    def because(self, reason: str) -> str:
        """Return why a record with these facts is not used."""
        sentence = SENTENCES[reason]
        return sentence.variants.get(self.rule, sentence.because).format_map(asdict(self))

    def otherwise(self, reason: str) -> str:
        """Return when it could be used."""
        return SENTENCES[reason].otherwise.format_map(asdict(self))


def facts_of(decided: dict[str, str | None], chain: Explanation | None, policy: Policy | None) -> Facts:
    """Collect the facts about a decision.

    Args:
        decided: A row of the decisions: source, reason, rule, evidence_id.
        chain: The record and what it refers to, by the inputs as they are now; None if they do not hold it.
        policy: The policy; None if it cannot be read.

    Returns:
        The facts. Where the inputs do not say, the phrase is general.
    """
    rule, evidence = decided["rule"] or "", decided["evidence_id"]
    member = decided["source"] == Source.profiles.value
    facts = Facts(
        who="the member" if member else "its author",
        whose="the member's" if member else "its author's",
        rule=rule,
        row=f" ({evidence})" if decided["decision"] == "quarantine" and evidence else "",
        other=evidence if evidence else Facts.other,
    )
    if policy is not None:
        facts = replace(
            facts,
            policy=policy.policy_id,
            min_age=f" of {policy.min_age}",
            region_rule=region_rule(policy, rule) or Facts.region_rule,
        )
    if chain is None:
        return facts
    record, as_of = chain.records[0], f"{chain.as_of:%Y-%m-%d}"
    facts = replace(facts, kind=record.kind, created=day(record.created_at) or Facts.created, as_of=as_of)
    until = next((g.until for g in record.grounds if g.rule == rule and g.holds and g.until), None)
    signal = next((s for s in record.signals if s.signal_id == evidence), None)
    event = next((e for e in record.events if e.event_id == evidence), None)
    return replace(
        facts,
        until=day(until) or Facts.until,
        signal=signal_phrase(signal) if signal else facts.signal,
        event=event_phrase(event) if event else "",
        other_because=_other_because(decided, chain, policy),
    )


def _other_because(decided: dict[str, str | None], chain: Explanation, policy: Policy | None) -> str:
    """Return why the post that a record refers to may not be used, if the chain holds it."""
    if decided["reason"] != Reason.PARENT_PROTECTED.value:
        return ""
    other = next((r for r in chain.records if r.depth and r.source_id == decided["evidence_id"]), None)
    if other is None:
        return ""
    facts = facts_of(row_of(other), replace(chain, records=(other,)), policy)
    return f" ({facts.because(other.reason.value)})"


def row_of(record: ExplainedRecord) -> dict[str, str | None]:
    """Return an explained record as a row of decisions."""
    return {
        "source": record.source,
        "source_id": record.source_id,
        "subject_id": record.subject_id,
        "decision": record.decision,
        "reason": record.reason.value,
        "rule": record.rule,
        "evidence_id": record.evidence_id,
    }


def region_rule(policy: Policy, rule: str) -> str | None:
    """Say in words what a rule of the policy over a region set does, since when, and by what source."""
    named = (each for each in policy.region_rules if each.name == rule)
    found = next((each for each in named if each.effect is not Effect.OPT_OUT), None)
    if found is None:
        return None
    since = f" from {found.since}" if found.since else ""
    until = f" to {found.until}" if found.until else ""
    said = found.described.replace("exempt", f"exempts {found.set}", 1)
    if found.effect is not Effect.EXEMPT:
        said = f"asks in {found.set} for {found.described}"
    return f"{said}{since}{until} (source: {policy.citation(found)})"


def signal_phrase(signal: ExplainedSignal) -> str:
    """Say in words what a region signal says and when: "profile has said Germany since 2025-02-20"."""
    source = _SIGNALS.get(signal.signal or "", signal.signal or "region signal")
    names = [territories("en").get(code, code) for code in signal.readings]
    since, until = day(signal.valid_from), day(signal.valid_to)
    if not names:
        return f"{source} has a region that cannot be read{f' (since {since})' if since else ''}"
    says = f"has said {' or '.join(names)}" if signal.at_build else f"said {' or '.join(names)}"
    if since and until:
        return f"{source} {says} from {since} to {until}"
    return f"{source} {says}{f' since {since}' if since else ''}{f' until {until}' if until else ''}"


def event_phrase(event: ExplainedEvent) -> str:
    """Name an event with its date: " on 2025-05-02 (event e9)"."""
    return f"{f' on {day(event.event_time)}' if event.event_time else ''} (event {event.event_id})"


def language_name(code: str) -> str:
    """Name a language, with its code: "Dutch (nl)"."""
    name = Locale.parse("en").languages.get(code)
    return f"{name} ({code})" if name else code


def day(moment: datetime | date | None) -> str:
    """Write a day; nothing for none."""
    return f"{moment:%Y-%m-%d}" if moment else ""
