"""What the events of a subject deny."""

import re
from datetime import datetime, timedelta

from tests.rights.reference.world import ACTIONS, Row, Verdict, World, midnight


def sort_events(world: World, events: list[Row]) -> tuple[list[Row], list[Row]]:
    """Those that count and can be read, and those that count and cannot."""
    skew = timedelta(seconds=world.policy["clock_skew_seconds"])
    valid, corrupt = [], []
    for event in events:
        at, received = event["event_time"], event["received_at"]
        lifts = event["action"] in {"opt_in", "reopen", "gpc_off"}
        at = None if at is not None and at.year < 1990 and not lifts else at
        skewed = at is not None and received is not None and at > received + skew
        counted_at = received if skewed else at
        if counted_at is not None and counted_at > world.as_of:
            continue
        if event["action"] not in ACTIONS or at is None or received is None or skewed:
            corrupt.append(event)
        else:
            valid.append(event)
    superseded = {e["supersedes"] for e in valid if e["supersedes"] is not None}
    permits = {"opt_in", "reopen", "gpc_off"}
    return [e for e in valid if e["action"] not in permits or e["event_id"] not in superseded], corrupt


def of(events: list[Row], action: str) -> list[Row]:
    return [e for e in events if e["action"] == action]


def account_reasons(
    world: World, events: list[Row], kind: str, created: datetime, profile: Row | None
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    reopened = [e["event_time"] for e in of(events, "reopen")]
    for event in of(events, "erase"):
        later = [t for t in reopened if t > event["event_time"]]
        unknown_age = kind == "profile" and (profile is not None and profile["updated_at"] is None)
        if not later or created < min(later) or unknown_age:
            verdicts.append(("erased", "ledger/erase", event["event_id"]))
    verdicts += [("deceased", "ledger/deceased", e["event_id"]) for e in of(events, "deceased")]
    for action, reason in (("close", "account_closed"), ("hibernate", "account_hibernated")):
        for event in of(events, action):
            if not reopened or event["event_time"] > max(reopened):
                verdicts.append((reason, f"ledger/{action}", event["event_id"]))
            elif event["event_time"] == max(reopened):
                verdicts.append(("ledger_unreadable", "ledger/tie", event["event_id"]))
    return verdicts


def consent_reasons(
    world: World,
    events: list[Row],
    kind: str,
    created: datetime,
    required: set[tuple[str, str]],
    use: tuple[str, str],
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    mine = [e for e in events if concerns(world, e, kind, use)]
    verdicts += [("objected", "ledger/object", e["event_id"]) for e in of(mine, "object")]
    opted_in = [e["event_time"] for e in of(mine, "opt_in")]
    pairs = [("opt_out", "opted_out", opted_in), ("withdraw", "consent_withdrawn", opted_in)]
    if use[1] in world.policy["signals_honoured"]["gpc"]:
        pairs.append(("gpc_on", "gpc", [e["event_time"] for e in of(mine, "gpc_off")]))
    for action, reason, lifts in pairs:
        for event in of(mine, action):
            at = event["event_time"]
            if lifts and at == max(lifts):
                verdicts.append(("ledger_unreadable", "ledger/tie", event["event_id"]))
            elif (not lifts or at > max(lifts)) and reaches(world, action, at, kind, created):
                verdicts.append((reason, f"ledger/{action}", event["event_id"]))
    if not opted_in:
        verdicts += [("not_opted_in", rule, evidence) for rule, evidence in required]
    return verdicts


def reaches(world: World, action: str, at: datetime, kind: str, created: datetime) -> bool:
    """Whether an opt-out covers this content; everything else always does."""
    if action != "opt_out" or world.policy["optout_scope"] == "all_content" or kind == "profile":
        return True
    return at < midnight(world.policy["effective_from"]) or created >= at


def word(text: str | None) -> str:
    return re.sub(r"[\s-]+", "_", (text or "").strip().lower())


def concerns(world: World, event: Row, kind: str, use: tuple[str, str]) -> bool:
    """Whether a consent event is about this purpose and recipient, and this kind of content."""
    wanted_purpose, wanted_recipient = use
    if event["action"] not in {"opt_out", "opt_in", "object", "withdraw", "gpc_on", "gpc_off"}:
        return False
    protects = event["action"] not in {"opt_in", "gpc_off"}
    policy = world.policy
    if event["purpose"] is not None:
        purpose = word(event["purpose"])
        unknown = purpose not in [*policy["purposes"], *policy["other_purposes"]]
        if purpose != wanted_purpose and not (protects and unknown):
            return False
    if event["recipients"] or (event["recipients"] is not None and not protects):
        recipients = [word(r) for r in event["recipients"]]
        unknown = any(r not in {"self", "affiliate", "third_party"} for r in recipients)
        if wanted_recipient not in recipients and not (protects and unknown):
            return False
    if event["categories"] or (event["categories"] is not None and not protects):
        kinds = [word(c) for c in event["categories"]]
        vocabulary = [*policy["categories_allowed"], *policy["categories_denied"], "profile"]
        unknown = any(k not in vocabulary for k in kinds)
        if kind not in kinds and not (protects and unknown):
            return False
    return True
