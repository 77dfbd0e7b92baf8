"""The kinds of members. Each builder writes down the circumstances and the reason that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from generate.plan import AS_OF, START, TICK, Build, Event, Kit, Plan, Scenario, Signal

DAY = timedelta(days=1)
MID = datetime(2024, 8, 1, tzinfo=UTC)
LATE = datetime(2025, 5, 1, tzinfo=UTC)


def _lives(code: str | None, reason: str | None) -> Build:
    return lambda kit: kit.plan(code, reason)


def _lives_in_one_of(codes: str, reason: str | None) -> Build:
    return lambda kit: kit.plan(kit.rng.choice(codes.split()), reason)


def _event(action: str, reason: str | None, when: datetime | None = None, late: timedelta | None = None) -> Build:
    def build(kit: Kit) -> Plan:
        plan = kit.plan(kit.any_country() if reason else None, reason)
        plan.events = [kit.event(action, when or kit.moment(START, AS_OF - DAY), late)]
        return plan

    return build


def _events(actions: Sequence[str], reason: str | None, status: str = "active", *, quiet: bool = False) -> Build:
    """Events one after another; ``quiet`` members write nothing from the first of them on."""

    def build(kit: Kit) -> Plan:
        plan = kit.plan(None, reason)
        first = kit.moment(MID, datetime(2024, 11, 1, tzinfo=UTC))
        plan.status = status
        plan.events = [kit.event(a, first + i * 30 * DAY) for i, a in enumerate(actions)]
        plan.events[1:] = [Event(e.action, e.time, e.received, e.action == "opt_in") for e in plan.events[1:]]
        plan.last = first if quiet else None
        return plan

    return build


def _after_as_of(action: str, gap: timedelta) -> Build:
    return _event(action, None, AS_OF + gap)


def _status(status: str | None, reason: str) -> Build:
    def build(kit: Kit) -> Plan:
        plan = kit.plan(kit.any_country(), reason)
        plan.status = status
        return plan

    return build


def _birth(first: date | None, last: date | None, reason: str) -> Build:
    def build(kit: Kit) -> Plan:
        plan = kit.plan(kit.any_country(), reason)
        plan.birth = None
        if first and last:
            plan.birth = first + timedelta(days=kit.rng.randrange((last - first).days))
        return plan

    return build


def _turned_18(kit: Kit) -> Plan:
    plan = kit.plan(None, "under_age")
    day = date(2024, 7, 1) + timedelta(days=kit.rng.randrange(240))
    plan.birth = day.replace(year=day.year - 18)
    plan.until = datetime(day.year, day.month, day.day, tzinfo=UTC)
    plan.pinned = [plan.until - TICK, plan.until]
    return plan


def _pupil(school: str, reason: str | None, end: date | None) -> Build:
    """An adult by the birthday they gave, whose profile names a school for the young."""

    def build(kit: Kit) -> Plan:
        plan = kit.plan(None, reason)
        plan.birth = date(1998, 9, 1)
        plan.school = (school, end)
        return plan

    return build


def _moved(old: str, new: str, reason: str) -> Build:
    def build(kit: Kit) -> Plan:
        move = kit.moment(datetime(2024, 9, 1, tzinfo=UTC), datetime(2024, 9, 30, tzinfo=UTC))
        signals = kit.lives(old, datetime(2015, 3, 1, tzinfo=UTC), move) + kit.lives(new, move)
        return Plan(new, kit.adult(), reason, until=move, signals=signals, pinned=[move - TICK, move])

    return build


def _moved_into(kit: Kit) -> Plan:
    move = kit.moment(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    signals = kit.lives("US", datetime(2014, 5, 1, tzinfo=UTC), move) + kit.lives("DE", move)
    return Plan("DE", kit.adult(), "region_exempt", signals=signals)


def _left_long_ago(kit: Kit) -> Plan:
    move = datetime(2019, 6, 1, tzinfo=UTC)
    signals = kit.lives("FR", datetime(2010, 1, 1, tzinfo=UTC), move) + kit.lives("US", move)
    return Plan("US", kit.adult(), signals=signals)


def _trip(kit: Kit) -> Plan:
    plan = kit.plan("US", "region_exempt")
    plan.since = kit.moment(datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC))
    plan.until = plan.since + 10 * DAY
    plan.signals.append(Signal("ip", kit.rng.choice(("FR", "France")), plan.since, plan.until))
    plan.pinned = [plan.since, plan.until]
    return plan


def _beside(signal: str, codes: str, reason: str = "region_exempt") -> Build:
    """A member of a country without exemption, and one signal of another that has one."""

    def build(kit: Kit) -> Plan:
        plan = kit.plan(None, reason)
        code = kit.rng.choice(codes.split())
        value = kit.phone(code) if signal == "phone" else kit.region(code)
        plan.signals.append(Signal(signal, value))
        return plan

    return build


def _only(signal: str, code: str, reason: str) -> Build:
    def build(kit: Kit) -> Plan:
        value = kit.phone(code) if signal == "phone" else kit.rng.choice(kit.countries[code].names)
        return Plan(code, kit.adult(), reason, signals=[Signal(signal, value)])

    return build


def _wrote(signal: str, value: str, reason: str | None, *, alone: bool = False, code: str = "US") -> Build:
    def build(kit: Kit) -> Plan:
        plan = kit.plan(code, reason)
        plan.signals = [Signal(signal, value)] if alone else [*plan.signals, Signal(signal, value)]
        return plan

    return build


def _no_signal(kit: Kit) -> Plan:
    return Plan(kit.home(), kit.adult(), "region_unknown")


def _gap(kit: Kit) -> Plan:
    end = datetime(2025, 3, 1, tzinfo=UTC)
    return Plan("US", kit.adult(), "region_unknown", signals=kit.lives("US", None, end))


def _known_late(kit: Kit) -> Plan:
    since = kit.moment(datetime(2024, 6, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    plan = Plan("BR", kit.adult(), "region_unknown", until=since, signals=kit.lives("BR", since))
    plan.pinned = [since - TICK, since]
    return plan


def _tie(kit: Kit) -> Plan:
    plan = kit.plan(None, "ledger_unreadable")
    when = kit.moment(MID, LATE)
    plan.events = [kit.event("opt_in", when), kit.event("opt_out", when)]
    return plan


def _skew(kit: Kit) -> Plan:
    plan = kit.plan(None, "ledger_unreadable")
    when = kit.moment(MID, LATE)
    plan.events = [Event("opt_in", when, when - 45 * DAY)]
    return plan


def _both(action: str, reason: str, codes: str, status: str | None = "active", birth: date | None = None) -> Build:
    """Two or more reasons at once: the first in order of precedence is the right one."""

    def build(kit: Kit) -> Plan:
        plan = kit.plan(kit.rng.choice(codes.split()), reason)
        plan.status = status
        plan.birth = birth or plan.birth
        plan.events = [kit.event(action, kit.moment(MID, LATE))] if action else []
        return plan

    return build


EU = "DE FR ES IT NL PL SE GR IE AT CZ FI"
ELIGIBLE: tuple[Scenario, ...] = (
    Scenario("lived_in_one_place", 0.655, 60, _lives(None, None)),
    Scenario("opted_out_then_in", 0.012, 2, _events(("opt_out", "opt_in"), None)),
    Scenario("opted_out_a_microsecond_after_as_of", 0.006, 1, _after_as_of("opt_out", TICK)),
    Scenario("opted_out_a_day_after_as_of", 0.008, 1, _after_as_of("opt_out", DAY)),
    Scenario("objected_a_day_after_as_of", 0.004, 1, _after_as_of("object", DAY)),
    Scenario("erased_a_day_after_as_of", 0.004, 1, _after_as_of("erase", DAY)),
    Scenario("closed_then_reopened", 0.006, 1, _events(("close", "reopen"), None)),
    Scenario("hibernated_then_reopened", 0.006, 1, _events(("hibernate", "reopen"), None)),
    Scenario("gpc_on", 0.004, 1, _event("gpc_on", None)),
    Scenario("gpc_on_then_off", 0.004, 1, _events(("gpc_on", "gpc_off"), None)),
    Scenario("kosovo_xk", 0.003, 1, _lives("XK", None)),
    Scenario("curacao", 0.003, 1, _lives("CW", None)),
    Scenario("namibia_na", 0.004, 1, _wrote("profile", "NA", None, alone=True, code="NA")),
    Scenario("greenland", 0.003, 1, _lives("GL", None)),
    Scenario("san_francisco_ca_usa", 0.006, 1, _wrote("profile", "San Francisco, CA, USA", None, alone=True)),
    Scenario("left_high_school_long_ago", 0.004, 1, _pupil("Hollins Ferry High School", None, date(2016, 6, 30))),
    Scenario("left_france_long_ago", 0.006, 1, _left_long_ago),
)
CHANGING: tuple[Scenario, ...] = (
    Scenario("moved_from_berlin_to_boston", 0.012, 2, _moved("DE", "US", "region_exempt")),
    Scenario("moved_from_london_to_lagos", 0.008, 1, _moved("GB", "NG", "region_exempt")),
    Scenario("turned_18_between", 0.010, 2, _turned_18),
    Scenario("trip_to_paris_by_ip", 0.008, 1, _trip),
    Scenario("residence_known_late", 0.006, 1, _known_late),
)
OWN_RIGHTS: tuple[Scenario, ...] = (
    Scenario("opted_out_before", 0.030, 2, _event("opt_out", "opted_out")),
    Scenario("opted_out_at_as_of", 0.003, 1, _event("opt_out", "opted_out", AS_OF)),
    Scenario("opted_out_a_microsecond_before_as_of", 0.003, 1, _event("opt_out", "opted_out", AS_OF - TICK)),
    Scenario("opted_out_received_late", 0.004, 1, _event("opt_out", "opted_out", AS_OF - 10 * DAY, 25 * DAY)),
    Scenario("opted_in_then_out", 0.004, 1, _events(("opt_in", "opt_out"), "opted_out")),
    Scenario("objected", 0.008, 1, _event("object", "objected")),
    Scenario("objected_then_opted_in", 0.003, 1, _events(("object", "opt_in"), "objected")),
    Scenario("erased", 0.006, 1, _events(("erase",), "erased", quiet=True)),
    Scenario("erased_then_opted_in", 0.004, 1, _events(("erase", "opt_in"), "erased", quiet=True)),
    Scenario("erased_then_reopened", 0.003, 1, _events(("erase", "reopen"), "erased", quiet=True)),
    Scenario("deceased_by_event", 0.003, 1, _events(("deceased",), "deceased", quiet=True)),
    Scenario("memorialised", 0.003, 1, _status("memorialised", "deceased")),
    Scenario("closed_by_status", 0.006, 1, _status("closed", "account_closed")),
    Scenario("closed_by_event", 0.004, 1, _events(("close",), "account_closed", quiet=True)),
    Scenario("hibernated_by_status", 0.005, 1, _status("hibernated", "account_hibernated")),
    Scenario("hibernated_by_event", 0.004, 1, _events(("hibernate",), "account_hibernated", quiet=True)),
    Scenario("status_missing", 0.003, 1, _status(None, "account_status_unknown")),
    Scenario("status_odd", 0.003, 1, _status("suspended", "account_status_unknown")),
    Scenario("birth_date_missing", 0.010, 1, _birth(None, None, "age_unknown")),
    Scenario("under_18_now", 0.008, 1, _birth(date(2007, 8, 1), date(2009, 6, 1), "under_age")),
    Scenario("at_high_school", 0.004, 1, _pupil("St. Brannock's High School", "under_age", None)),
    Scenario(
        "at_high_school_until_2026", 0.003, 1, _pupil("Larkhaven Secondary School", "under_age", date(2026, 6, 30))
    ),
    Scenario("consent_withdrawn", 0.004, 1, _event("withdraw", "consent_withdrawn")),
    Scenario("tie_of_opt_in_and_opt_out", 0.003, 1, _tie),
    Scenario("corrupt_event", 0.003, 1, _event("???", "ledger_unreadable", MID)),
    Scenario("clock_skew", 0.003, 1, _skew),
    Scenario("opted_out_in_germany", 0.003, 1, _both("opt_out", "opted_out", "DE")),
    Scenario("erased_under_age", 0.002, 1, _both("erase", "erased", "US", birth=date(2008, 2, 2))),
    Scenario("closed_and_opted_out", 0.002, 1, _both("opt_out", "account_closed", "US IN", "closed")),
    Scenario("under_age_in_france", 0.002, 1, _both("", "under_age", "FR", birth=date(2008, 3, 4))),
    Scenario("objected_in_hong_kong", 0.002, 1, _both("object", "objected", "HK")),
    Scenario("hibernated_under_age", 0.002, 1, _both("", "account_hibernated", "BR", "hibernated", date(2008, 5, 6))),
)
REGIONS: tuple[Scenario, ...] = (
    Scenario("lives_in_the_eu", 0.030, 3, _lives_in_one_of(EU, "region_exempt")),
    Scenario("lives_in_gb", 0.012, 1, _lives("GB", "region_exempt")),
    Scenario("lives_in_hk", 0.005, 1, _lives("HK", "region_exempt")),
    Scenario("lives_in_canada", 0.008, 1, _lives("CA", "region_exempt")),
    Scenario("lives_in_switzerland", 0.005, 1, _lives("CH", "region_exempt")),
    Scenario("lives_in_the_eea", 0.004, 1, _lives_in_one_of("NO IS LI", "region_exempt")),
    Scenario("lives_in_an_eu_territory", 0.004, 1, _lives_in_one_of("AX GP RE", "region_exempt")),
    Scenario("greece_written_el", 0.002, 1, _wrote("profile", "EL", "region_exempt", alone=True, code="GR")),
    Scenario("britain_written_uk", 0.002, 1, _wrote("profile", "UK", "region_exempt", alone=True, code="GB")),
    Scenario("norway_written_no", 0.002, 1, _wrote("profile", "NO", "region_exempt", alone=True, code="NO")),
    Scenario("german_phone_only", 0.003, 1, _only("phone", "DE", "region_exempt")),
    Scenario("french_ip_only", 0.002, 1, _only("ip", "FR", "region_exempt")),
    Scenario("exempt_phone_beside_home", 0.005, 1, _beside("phone", "DE FR SE GB CA HK CH NO", "region_exempt")),
    Scenario("exempt_ip_beside_home", 0.005, 1, _beside("ip", "NL ES GB", "region_exempt")),
    Scenario("exempt_billing_beside_home", 0.003, 1, _beside("billing", "CA IE CH", "region_exempt")),
    Scenario("signup_never_closed", 0.003, 1, _beside("signup", "DE AT GB", "region_exempt")),
    Scenario("moved_to_berlin", 0.004, 1, _moved_into),
    Scenario("wrote_ca_alone", 0.004, 1, _wrote("profile", "CA", "region_ambiguous", alone=True)),
    Scenario("wrote_ca_beside_home", 0.003, 1, _wrote("residence", "CA", "region_ambiguous")),
    Scenario("wrote_remote", 0.004, 1, _wrote("profile", "Remote", "region_ambiguous", alone=True)),
    Scenario("wrote_planet_earth", 0.002, 1, _wrote("profile", "Planet Earth 🌍", "region_ambiguous")),
    Scenario("no_signal", 0.005, 1, _no_signal),
    Scenario("ip_only", 0.003, 1, _only("ip", "BR", "region_unknown")),
    Scenario("phone_only", 0.003, 1, _only("phone", "NG", "region_unknown")),
    Scenario("signals_end_before_build", 0.003, 1, _gap),
)
SCENARIOS = ELIGIBLE + CHANGING + OWN_RIGHTS + REGIONS
