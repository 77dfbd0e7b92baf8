"""Combinations of events, signals, profiles, references and policies, for the program and the reference to decide."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.rights.other_signals import OTHERS, about
from tests.rights.reference import Row, World
from tests.rights.worlds import (
    DAY,
    TICK,
    at,
    event,
    make_world,
    plain_policy,
    post,
    profile,
    signal,
)

Events = list[tuple[str | None, timedelta | None, dict[str, Any]]]


HOUR = timedelta(hours=1)


NONE = timedelta(0)


# Each: action, time relative to the build, other columns.
EVENTS: dict[str, Events] = {
    "nothing": [],
    "out_before": [("opt_out", -TICK, {})],
    "out_at": [("opt_out", NONE, {})],
    "out_after": [("opt_out", TICK, {})],
    "out_long_ago": [("opt_out", -300 * DAY, {})],
    "out_received_late": [("opt_out", -DAY, {"received_at": 9 * DAY})],
    "out_in": [("opt_out", -3 * DAY, {}), ("opt_in", -2 * DAY, {})],
    "in": [("opt_in", -900 * DAY, {})],
    "in_out": [("opt_in", -3 * DAY, {}), ("opt_out", -2 * DAY, {})],
    "out_in_later": [("opt_out", -DAY, {}), ("opt_in", TICK, {})],
    "tie": [("opt_in", -DAY, {}), ("opt_out", -DAY, {})],
    "tie_then_out": [("opt_in", -DAY, {}), ("opt_out", -DAY, {}), ("opt_out", -HOUR, {})],
    "object_in": [("object", -3 * DAY, {}), ("opt_in", -DAY, {})],
    "erase_in": [("erase", -3 * DAY, {}), ("opt_in", -DAY, {})],
    "erase_reopen": [("erase", -200 * DAY, {}), ("reopen", -150 * DAY, {}), ("opt_in", -100 * DAY, {})],
    "erase_tie": [("erase", -900 * DAY, {}), ("reopen", -900 * DAY, {})],
    "in_misspelled": [("opt_out", -2 * DAY, {}), ("opt_in", -DAY, {"categories": ["posts"]})],
    "in_half_misspelled": [("opt_out", -2 * DAY, {}), ("opt_in", -DAY, {"categories": ["posts", "comment"]})],
    "in_for_unknown_recipient": [("opt_out", -2 * DAY, {}), ("opt_in", -DAY, {"recipients": ["everyone"]})],
    "out_of_null": [("opt_out", -DAY, {"categories": [None]})],
    "out_for_null": [("opt_out", -DAY, {"recipients": [None, "third_party"]})],
    "in_for_null": [("opt_out", -2 * DAY, {}), ("opt_in", -DAY, {"categories": [None]})],
    "out_for_unknown_recipient": [("opt_out", -DAY, {"recipients": ["everyone"]})],
    "close": [("close", -DAY, {})],
    "close_reopen": [("close", -DAY, {}), ("reopen", -HOUR, {})],
    "close_tie": [("close", -DAY, {}), ("reopen", -DAY, {})],
    "hibernate": [("hibernate", -DAY, {}), ("reopen", TICK, {})],
    "deceased": [("deceased", -DAY, {}), ("reopen", -HOUR, {})],
    "withdraw": [("opt_in", -2 * DAY, {}), ("withdraw", -DAY, {})],
    "withdraw_in": [("withdraw", -2 * DAY, {}), ("opt_in", -DAY, {})],
    "out_withdraw": [("opt_out", -2 * DAY, {}), ("withdraw", -DAY, {})],
    "gpc": [("gpc_on", -DAY, {})],
    "gpc_off": [("gpc_on", -2 * DAY, {}), ("gpc_off", -DAY, {})],
    "out_of_comments": [("opt_out", -DAY, {"categories": ["comment"]})],
    "in_for_posts": [("opt_in", -DAY, {"categories": ["post", "article"]})],
    "out_in_for_posts": [("opt_out", -2 * DAY, {}), ("opt_in", -DAY, {"categories": ["post"]})],
    "out_misspelled": [("opt_out", -DAY, {"categories": ["posts"]})],
    "out_of_advertising": [("opt_out", -DAY, {"purpose": "advertising"})],
    "out_of_something": [("opt_out", -DAY, {"purpose": "telemetry"})],
    "in_for_something": [("opt_in", -DAY, {"purpose": "telemetry"})],
    "out_of_training": [("opt_out", -DAY, {"purpose": "AI training"})],
    "out_third": [("opt_out", -DAY, {"recipients": ["third_party"]})],
    "unknown_action": [("reconsider", -DAY, {})],
    "no_time": [("opt_in", None, {"received_at": -DAY})],
    "no_receipt": [("opt_in", -DAY, {"received_at": None})],
    "skewed": [("opt_in", 2 * DAY, {"received_at": -DAY})],
    "skewed_later": [("opt_in", 2 * DAY, {"received_at": DAY})],
    "superseded": [("opt_out", -3 * DAY, {}), ("opt_in", -2 * DAY, {}), ("hibernate", -DAY, {"supersedes": 1})],
    "age_update": [("age_update", -DAY, {})],
    "age_update_old": [("age_update", -2000 * DAY, {})],
}  # fmt: skip


SIGNALS: dict[str, list[Row]] = {
    "none": [],
    "us": [signal("", "US")],
    "us_later": [signal("", "US", valid_from=at(2024, 6, 1))],
    "us_past": [signal("", "US", valid_to=at(2024, 6, 1))],
    "us_gap": [signal("", "US", valid_to=at(2023, 1, 1)), signal("", "Brazil", valid_from=at(2024, 3, 1))],
    "de": [signal("", "Deutschland")],
    "was_de": [signal("", "Deutschland", valid_to=at(2023, 1, 1)), signal("", "US")],
    "was_de_at_content": [signal("", "EL", valid_to=at(2024, 4, 1)), signal("", "US")],
    "us_ip_de": [signal("", "US"), signal("", "AX", "ip")],
    "ip_us_alone": [signal("", "US", "ip")],
    "phone_gb": [signal("", "US", "billing"), signal("", "+44", "phone")],
    "hk": [signal("", "HK", "residence")],
    "gb": [signal("", "UK")],
    "was_gb": [signal("", "London, UK", valid_to=at(2024, 4, 1)), signal("", "US")],
    "korea": [signal("", "KR")],
    "ca": [signal("", "CA")],
    "canada": [signal("", "Canada", "signup")],
    "georgia": [signal("", "Georgia")],
    "nowhere": [signal("", "US"), signal("", "somewhere nice", "ip")],
    "empty": [signal("", None)],
    "norway": [signal("", "NO", valid_from=at(2024, 9, 1), valid_to=at(2024, 9, 2)), signal("", "US")],
    "backwards": [signal("", "US"), signal("", "GP", valid_from=at(2025, 1, 1), valid_to=at(2024, 1, 1))],
    "seen_later": [signal("", "US"), signal("", "Suisse", observed_at=at(2025, 12, 1))],
}  # fmt: skip


SCHOOL = [{"school": "Riverbend High School", "degree": None, "end": None}]


PAST_SCHOOL = [{"school": "Lycée du Lac", "degree": "baccalauréat", "end": at(2024, 6, 1).date()}]


PROFILES: dict[str, dict[str, Any]] = {
    "adult": {},
    "minor": {"birth_date": at(2012, 2, 29).date()},
    "eighteen": {"birth_date": at(2008, 9, 1).date()},
    "adult_since": {"birth_date": at(2006, 4, 1).date()},
    "ageless": {"birth_date": None, "education": SCHOOL},
    "ancient": {"birth_date": at(1880, 1, 1).date()},
    "pupil": {"education": SCHOOL},
    "was_pupil": {"education": PAST_SCHOOL},
    "closed": {"account_status": "closed"},
    "hibernated": {"account_status": "hibernated", "updated_at": None},
    "memorialised": {"account_status": "memorialised"},
    "status_unknown": {"account_status": None},
    "updated_later": {"updated_at": at(2027, 1, 1)},
    "undated": {"updated_at": None},
    "no_profile": {},
}  # fmt: skip


EARLY, MIDDLE, RECENT = at(2022, 5, 1), at(2024, 3, 31), at(2024, 9, 1, 12)


def ancestors() -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Posts to refer to: eligible, denied in several ways, deep, in a cycle, above a missing one."""
    posts = [
        post("fine", "good", EARLY), post("denied", "gone", EARLY), post("secret", "good", EARLY, "message"),
        post("deep0", "gone", EARLY), post("deep1", "good", EARLY, in_reply_to="deep0"),
        post("deep2", "good", EARLY, quote_of="deep1"), post("deep3", "good", EARLY, repost_of="deep2"),
        post("ring0", "good", EARLY, in_reply_to="ring2"), post("ring1", "good", EARLY, in_reply_to="ring0"),
        post("ring2", "good", EARLY, in_reply_to="ring1"),
        post("torn0", "good", EARLY, in_reply_to="no-such-post"), post("torn1", "good", EARLY, quote_of="torn0"),
        post("both", "gone", EARLY, in_reply_to="torn1", quote_of="deep3"),
        post("self", "good", EARLY, in_reply_to="self"),
    ]  # fmt: skip
    events = [event("in-good", "good", "opt_in", at(2024, 1, 1)), event("gone", "gone", "erase", at(2024, 2, 1))]
    signals = [signal("good", "US"), signal("gone", "US")]
    return posts, [profile("good"), profile("gone")], events, signals


REFERENCES = [
    {"in_reply_to": "fine"}, {"in_reply_to": "denied"}, {"quote_of": "secret"}, {"repost_of": "deep3"},
    {"in_reply_to": "ring1"}, {"in_reply_to": "torn1"}, {"quote_of": "both"}, {"in_reply_to": "self"},
    {"in_reply_to": "fine", "quote_of": "deep1", "repost_of": "denied"}, {"repost_of": "not-there"},
]  # fmt: skip


def table(as_of: datetime, every: int, **others: Any) -> World:
    """Every bundle of events with every bundle of signals and every profile, some records and the profile each.

    Of these people only one in `every` is in the table, and the one that a case withholds.
    """
    posts, profiles, events, signals = ancestors()
    stated: list[Row] = []
    for number, (events_name, signals_name, profile_name) in enumerate(
        (e, s, p) for e in EVENTS for s in SIGNALS for p in PROFILES
    ):
        name = f"{events_name}/{signals_name}/{profile_name}"
        if number % every and name != "in/us/adult":
            continue
        if profile_name != "no_profile":
            profiles.append(profile(name, **PROFILES[profile_name]))
        signals += [{**row, "subject_id": name} for row in SIGNALS[signals_name]]
        events += bundle(name, EVENTS[events_name], as_of)
        turns = range(6) if profile_name == "adult" else range(1)
        posts += [record(f"{name}/{turn}", name, number + 5 * turn) for turn in turns]
        if number % 5 == 0:
            stated += about(OTHERS[number // 5 % len(OTHERS)], as_of, subject_id=name)
        if number % 9 == 0 and profile_name == "adult":
            stated += linked(posts[-len(turns)], number, as_of)
        if number % 7 == 0:
            stated += about(OTHERS[number // 7 % len(OTHERS)], as_of, post_id=f"{name}/0")
    return make_world(posts, profiles, events, signals, as_of=as_of, others=stated, **others)


def linked(record: Row, number: int, as_of: datetime) -> list[Row]:
    """Let a record link to an address, and return the signals about that or about its domain."""
    host, case = f"s{number}.example", OTHERS[number // 9 % 12]
    record["links"] = ["https://elsewhere.example/x", f"https://{host}/a"]
    if number % 2 and not any("url" in columns for *_, columns in case):
        return about(case, as_of, url=f"https://{host}/a")
    return about(case, as_of, domain=host)


def bundle(name: str, events: Events, as_of: datetime) -> list[Row]:
    rows = []
    for number, (action, offset, others) in enumerate(events):
        row = event(f"{name}#{number}", name, action, None if offset is None else as_of + offset)
        for column, value in others.items():
            if column == "received_at":
                row[column] = None if value is None else as_of + value
            elif column == "supersedes":
                row[column] = f"{name}#{value}"
            else:
                row[column] = value
        rows.append(row)
    return rows


def record(post_id: str, author: str, number: int) -> Row:
    """A record, with the kind, time, context, chain and mention taking turns."""
    turn = number % 12
    created = [EARLY, MIDDLE, RECENT, at(2025, 6, 30, 0, 0, 0, 1)][(number // 12) % 4 if number % 11 else 3]
    others: Row = {}
    if turn % 3 == 0:
        others = REFERENCES[(number // 3) % len(REFERENCES)]
    if turn == 7:
        others = {"mentions": ["good", "gone"] if number % 2 else ["good", "stranger"]}
    if turn == 10:
        others = {"context": ["group:health:run", "group:music:union", "Union", "group:sport:x"][number % 4]}
    kind = ["post", "comment", "message", "poem", "article", "feedback"][number % 6 if number % 7 < 2 else number % 2]
    return post(post_id, author, created, kind, **others)


def with_history() -> Row:
    """A policy with rules that ended, and others that overlap, so that content has segments of time."""
    policy = plain_policy("linkedin-2024-09", optout_scope="content_after_event", effective_from=at(2024, 9, 18).date())
    ended = {"from": at(2023, 1, 1).date(), "to": at(2024, 4, 1).date(), "authority": "-", "source": "-"}
    return {
        **policy,
        "sources": {},
        "traces": {},
        "recipients": ["self", "affiliate", "third_party"],
        "region_rules": [
            *policy["region_rules"],
            {"set": "BR", "effect": "exempt", **ended},
            {"set": "CA", "effect": "exempt", **ended, "to": at(2024, 3, 1).date()},
            {"set": "EEA", "effect": "opt_in", **ended},
            {"set": "BR", "effect": "opt_in", **ended, "from": at(2024, 6, 1).date(), "to": at(2024, 7, 1).date()},
        ],
    }  # fmt: skip


def limited() -> Row:
    """A policy whose rules are about some purposes, recipients and kinds only."""
    policy = with_history()
    since = {"from": at(2024, 1, 1).date(), "authority": "-", "source": "-"}
    return {
        **policy,
        "purposes": ["ai_training", "research"],
        "other_purposes": ["advertising"],
        "region_rules": [
            *policy["region_rules"],
            {"set": "BR", "effect": "exempt", "recipients": ["third_party"], **since},
            {"set": "GB", "effect": "exempt", "except_kinds": ["post", "profile"], **since},
            {"set": "EEA", "effect": "exempt", "purposes": ["research"], "kinds": ["comment", "feedback"], **since},
            {"set": "HK", "effect": "opt_in", "kinds": ["post", "article"], **since},
            {"set": "CA", "effect": "opt_in", "recipients": ["affiliate"], **since},
            {"set": "MAJORITY_19", "effect": "min_age", "min_age": 21, "kinds": ["comment", "profile"], **since},
            {"set": "BR", "effect": "min_age", "min_age": 20, "purposes": ["research"], **since},
        ],
    }  # fmt: skip


DATES = {"EU27": at(2024, 3, 1).date(), "default": at(2022, 5, 1).date(), "GB": at(2023, 1, 1).date()}


CASES: dict[str, Callable[[int], World]] = {
    "2024": lambda every: table(
        at(2025, 6, 30),
        every,
        withheld={("posts", "ring2"), ("posts", "in/us/adult/0"), ("profiles", "in/us/adult"), ("posts", "denied")},
    ),
    "2024-before-canada": lambda every: table(at(2024, 10, 11), every, mentions="drop"),
    "2025": lambda every: table(
        at(2026, 1, 15),
        every,
        policy=plain_policy("linkedin-2025-11"),
        dates={"EU27": at(2024, 3, 1).date(), "default": at(2022, 5, 1).date(), "GB": at(2030, 1, 1).date()},
    ),
    "2025-affiliate": lambda every: table(
        at(2026, 1, 15), every, policy=plain_policy("linkedin-2025-11"), dates=DATES, recipient=("affiliate", "self")
    ),
    "2026": lambda every: table(
        at(2026, 9, 30), every, policy=plain_policy("linkedin-2026-08"), dates=DATES, recipient="self"
    ),
    "opt-in": lambda every: table(
        at(2025, 6, 30), every, policy=plain_policy("opt-in"), recipient="third_party", mentions="drop"
    ),
    "history": lambda every: table(
        at(2025, 6, 30), every, policy=with_history(), recipient="affiliate", collected=at(2024, 12, 20)
    ),
    "limited": lambda every: table(
        at(2026, 9, 30),
        every,
        policy=limited(),
        purpose=("ai_training", "research"),
        recipient=("affiliate", "third_party"),
        collected=at(2026, 2, 1),
    ),
}  # fmt: skip
