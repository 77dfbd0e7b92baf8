"""What the region signals of a subject deny, and where they ask for an opt-in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rights.reference.world import Row, Verdict, World, midnight


def covers(since: datetime | None, until: datetime | None, instant: datetime) -> bool:
    return (since is None or since <= instant) and (until is None or instant < until)


def dated(row: Row, instants: list[datetime]) -> bool:
    since = midnight(row["from"]) if row.get("from") else None
    until = midnight(row["to"]) if row.get("to") else None
    return any(covers(since, until, i) for i in instants)


def counts(signal: Row, instants: list[datetime]) -> bool:
    since, until = signal["valid_from"], signal["valid_to"]
    if until is not None and (until <= datetime(1970, 1, 1, tzinfo=UTC) or (since is not None and since >= until)):
        return True
    return any(covers(since, until, i) for i in instants)


def sets_in_force(world: World, instants: list[datetime], effect: str) -> dict[str, set[str]]:
    """The codes of each set that a rule in force gives this effect."""
    codes_by_set: dict[str, set[str]] = {}
    for rule in world.policy["region_rules"]:
        if rule["effect"] == effect and dated(rule, instants):
            rows = [row for row in world.sets[rule["set"]] if dated(row, instants)]
            codes = {code for row in rows for code in row["codes"]}
            codes_by_set.setdefault(rule["set"], set()).update(codes)
    return codes_by_set


def key(signal: Row) -> str:
    def text(value: Any) -> str:
        if isinstance(value, datetime):
            return str((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
        return "" if value is None else str(value)

    names = ("subject_id", "signal", "value", "valid_from", "valid_to", "observed_at")
    return "\x1f".join(text(signal[name]) for name in names)


def region_reasons(world: World, signals: list[Row], created: datetime) -> list[Verdict]:
    instants = [created, world.collected, world.as_of]
    exempt = sets_in_force(world, instants, "exempt")
    protected = {code for codes in exempt.values() for code in codes}
    verdicts: list[Verdict] = []
    for signal in signals:
        readings = world.readings.get(signal["value"] or "", set())
        for name, day in world.dates.items():
            members = {c for row in world.sets.get(name, []) for c in row["codes"]} if name != "default" else set()
            if readings & members and created < midnight(day) and counts(signal, instants):
                rule = f"earliest_content_date/{name}"
                verdicts.append(("before_earliest_content", rule, key(signal)))
        if not counts(signal, instants):
            continue
        if not readings:
            verdicts.append(("region_ambiguous", "region_signals/unreadable", key(signal)))
        elif readings <= protected:
            sets = [name for name, codes in exempt.items() if codes & readings]
            verdicts.append(("region_exempt", f"region_rules/{min(sets)}", key(signal)))
        elif readings & protected:
            verdicts.append(("region_ambiguous", "region_signals/ambiguous", key(signal)))
    locating = [s for s in signals if s["signal"] in {"profile", "signup", "residence", "billing"}]
    for name, instant in (("creation", created), ("collection", world.collected), ("build", world.as_of)):
        if not any(covers(s["valid_from"], s["valid_to"], instant) for s in locating):
            verdicts.append(("region_unknown", f"region_signals/coverage_at_{name}", None))
    return verdicts


def region_opt_ins(world: World, signals: list[Row], created: datetime) -> set[tuple[str, str]]:
    instants = [created, world.collected, world.as_of]
    asking = sets_in_force(world, instants, "opt_in")
    required = set()
    for signal in signals:
        readings = world.readings.get(signal["value"] or "", set())
        sets = [name for name, codes in asking.items() if codes & readings]
        if sets and counts(signal, instants):
            required.add((f"region_rules/{min(sets)}", key(signal)))
    return required
