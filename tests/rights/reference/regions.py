"""What the region signals of a subject deny, and where they ask for an opt-in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rights.reference.profile import birthday
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
    if since is not None and since > instants[-1] + timedelta(days=1):
        return True
    return any(covers(since, until, i) for i in instants)


def rule_name(rule: Row) -> str:
    parts = ["region_rules", rule["set"]]
    parts += ["+".join(rule[key]) for key in ("recipients", "purposes", "kinds") if rule.get(key)]
    if rule.get("except_kinds"):
        parts.append("+".join(["except", *rule["except_kinds"]]))
    return "/".join(parts)


def concerned(rule: Row, kind: str, uses: list[tuple[str, str]]) -> bool:
    """Whether a rule is about a kind and about any of these uses (purpose and recipient)."""
    if rule.get("kinds") and kind not in rule["kinds"]:
        return False
    if kind in (rule.get("except_kinds") or []):
        return False
    return any(
        purpose in (rule.get("purposes") or [purpose]) and recipient in (rule.get("recipients") or [recipient])
        for purpose, recipient in uses
    )


def rules_in_force(
    world: World, instants: list[datetime], effect: str, kind: str, uses: list[tuple[str, str]]
) -> dict[str, tuple[Row, set[str]]]:
    """The rules in force with this effect, by name, and the codes of each."""
    found: dict[str, tuple[Row, set[str]]] = {}
    for rule in world.policy["region_rules"]:
        if rule["effect"] == effect and dated(rule, instants) and concerned(rule, kind, uses):
            rows = [row for row in world.sets[rule["set"]] if dated(row, instants)]
            codes = {code for row in rows for code in row["codes"]}
            found.setdefault(rule_name(rule), (rule, set()))[1].update(codes)
    return found


def key(signal: Row) -> str:
    def text(value: Any) -> str:
        if isinstance(value, datetime):
            return str((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
        return "" if value is None else str(value)

    names = ("subject_id", "signal", "value", "valid_from", "valid_to", "observed_at")
    return "\x1f".join(text(signal[name]) for name in names)


def region_reasons(
    world: World, signals: list[Row], kind: str, created: datetime, profile: Row | None
) -> list[Verdict]:
    instants = [created, world.collected, world.as_of]
    exempt = rules_in_force(world, instants, "exempt", kind, world.uses)
    protected = {code for _, codes in exempt.values() for code in codes}
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
            names = [name for name, (_, codes) in exempt.items() if codes & readings]
            verdicts.append(("region_exempt", min(names), key(signal)))
        elif readings & protected:
            verdicts.append(("region_ambiguous", "region_signals/ambiguous", key(signal)))
    verdicts += region_ages(world, signals, kind, created, profile)
    locating = [s for s in signals if s["signal"] in {"profile", "signup", "residence", "billing"}]
    for name, instant in (("creation", created), ("collection", world.collected), ("build", world.as_of)):
        if not any(covers(s["valid_from"], s["valid_to"], instant) for s in locating):
            verdicts.append(("region_unknown", f"region_signals/coverage_at_{name}", None))
    return verdicts


def region_ages(world: World, signals: list[Row], kind: str, created: datetime, profile: Row | None) -> list[Verdict]:
    """Where a region's rule asks for a higher age than the author had."""
    instants = [created, world.collected, world.as_of]
    born = profile["birth_date"] if profile else None
    if born is None or born.year < 1800:
        return []
    asking = rules_in_force(world, instants, "min_age", kind, world.uses)
    return [
        ("under_age", name, key(signal))
        for signal in signals
        for name, (rule, codes) in asking.items()
        if codes & world.readings.get(signal["value"] or "", set())
        and counts(signal, instants)
        and created.date() < birthday(born, rule["min_age"])
    ]


def region_opt_ins(
    world: World, signals: list[Row], kind: str, created: datetime, use: tuple[str, str]
) -> set[tuple[str, str]]:
    instants = [created, world.collected, world.as_of]
    asking = rules_in_force(world, instants, "opt_in", kind, [use])
    required = set()
    for signal in signals:
        readings = world.readings.get(signal["value"] or "", set())
        names = [name for name, (_, codes) in asking.items() if codes & readings]
        if names and counts(signal, instants):
            required.add((min(names), key(signal)))
    return required
