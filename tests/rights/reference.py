"""A second implementation of the rules: one record at a time, in plain Python, sharing no code with the program.

Written from docs/rights.md, to be read beside it; slow on purpose. Rows are dictionaries with the canonical
column names; a policy is the plain content of its YAML file.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

CONTEXT_WORDS = Path(__file__).parents[2] / "redaction/rights/grounds/context_words.txt"

Row = dict[str, Any]
Verdict = tuple[str, str, str | None]

ORDER = [
    "created_after_as_of", "kind_denied", "kind_unknown", "context_excluded", "before_earliest_content",
    "subject_unknown", "erased", "deceased", "account_closed", "account_hibernated", "account_status_unknown",
    "age_unknown", "under_age", "objected", "opted_out", "consent_withdrawn", "not_opted_in", "gpc",
    "ledger_unreadable", "region_exempt", "region_ambiguous", "region_unknown", "tombstoned",
    "parent_missing", "parent_protected", "near_duplicate", "mention_protected", "eligible",
]  # fmt: skip

ACTIONS = {
    "opt_out", "opt_in", "object", "erase", "withdraw", "close", "hibernate", "reopen", "deceased",
    "age_update", "gpc_on", "gpc_off",
}  # fmt: skip


@dataclass
class World:
    """All the data and rules of one run. `readings` maps a region value to the regions it may mean."""

    policy: Row
    sets: dict[str, list[Row]]
    readings: dict[str, set[str]]
    as_of: datetime
    collected: datetime
    purpose: str
    recipient: str
    mentions: str
    dates: dict[str, date]
    posts: dict[str, Row]
    profiles: dict[str, Row]
    events: dict[str, list[Row]] = field(default_factory=dict)
    signals: dict[str, list[Row]] = field(default_factory=dict)
    withheld: set[tuple[str, str]] = field(default_factory=set)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def first_of(verdicts: list[Verdict]) -> Verdict | None:
    return min(verdicts, key=lambda v: (ORDER.index(v[0]), v[1], v[2] or "")) if verdicts else None


def decide_post(world: World, post: Row) -> Verdict:
    """The reason, rule and evidence of one post."""
    first = own_or_withdrawn(world, "posts", post["post_id"], post)
    if first is None:
        first = chain_reason(world, post)
    if first is None and world.mentions == "drop":
        protected = [m for m in post.get("mentions") or [] if decide_subject(world, m)[0] != "eligible"]
        if protected:
            first = ("mention_protected", "mentions", min(protected))
    return finished(world, first)


def decide_profile(world: World, profile: Row) -> Verdict:
    return finished(world, own_or_withdrawn(world, "profiles", profile["user_id"], as_record(world, profile)))


def own_or_withdrawn(world: World, source: str, source_id: str, record: Row) -> Verdict | None:
    withdrawn = (source, source_id) in world.withheld
    return own_reason(world, record) or (("tombstoned", "takedown", None) if withdrawn else None)


def decide_subject(world: World, subject: str) -> Verdict:
    """The right of a subject at the build, the strictest over all kinds of content."""
    kinds = [*world.policy["categories_allowed"]]
    verdicts: list[Verdict] = []
    for kind in kinds:
        verdicts += subject_reasons(world, subject, kind, world.as_of, world.profiles.get(subject))
    return finished(world, first_of([v for v in verdicts if v[0] != "before_earliest_content"]))


def finished(world: World, first: Verdict | None) -> Verdict:
    if first is None:
        return ("eligible", world.policy["policy_id"], None)
    reason, rule, evidence = first
    if evidence is not None and "\x1f" in evidence:
        evidence = "signal:" + hashlib.sha256(evidence.encode()).hexdigest()[:16]
    return (reason, rule, evidence)


def as_record(world: World, profile: Row) -> Row:
    created = profile["updated_at"] or world.as_of
    return {"author_id": profile["user_id"], "kind": "profile", "created_at": created, "is_profile": True}


def own_reason(world: World, record: Row) -> Verdict | None:
    """The first reason about the record itself or its author."""
    policy, created, kind = world.policy, record["created_at"], record["kind"]
    if created > world.as_of:
        return ("created_after_as_of", "as_of", None)
    if kind in policy["categories_denied"]:
        return ("kind_denied", "categories_denied", None)
    if kind not in policy["categories_allowed"]:
        return ("kind_unknown", "categories_allowed", None)
    if excluded(record.get("context"), policy["excluded_contexts"]):
        return ("context_excluded", "excluded_contexts", None)
    if "default" in world.dates and created < midnight(world.dates["default"]):
        return ("before_earliest_content", "earliest_content_date/default", None)
    profile = world.profiles.get(record["author_id"])
    return first_of(subject_reasons(world, record["author_id"], kind, created, profile))


def plain(text: str) -> str:
    """The words, without case, width, format characters, accents, punctuation and repeated white space."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    bare = "".join(c for c in unicodedata.normalize("NFKD", visible.casefold()) if not "\u0300" <= c <= "\u036f")
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", bare))).strip()


def has_term(text: str, term: str) -> bool:
    """Test for a term: a long one anywhere, a short one or one after `=` as a whole word or its plural."""
    name, words = plain(term.lstrip("=")), f" {plain(text)} "
    names = (name, name.replace(" ", ""))
    if term.startswith("=") or (len(name) < 5 and name.isascii()):
        return any(f" {each}{plural} " in words for each in names for plural in ("", "s", "es"))
    return any(each in words for each in names)


def excluded(context: str | None, categories: list[str]) -> bool:
    """Test for a category, or one of its words: health, healthforum, Gesundheit, unions; but not healthy or reunion."""
    if context is None:
        return False
    lists: dict[str, list[str]] = {}
    for line in CONTEXT_WORDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, words = line.split(": ")
            lists.setdefault(name, []).extend(words.split(", "))
    rest = " ".join(word for word in plain(context).split() if word not in lists["harmless"])
    terms = [term for category in categories for term in (f"={category}", *lists.get(category, [category]))]
    return any(has_term(rest, term) for term in terms)


def subject_reasons(world: World, subject: str, kind: str, created: datetime, profile: Row | None) -> list[Verdict]:
    """Everything about the author that denies content of this kind, created then."""
    verdicts: list[Verdict] = []
    if profile is None:
        verdicts.append(("subject_unknown", "profile_required", None))
    valid, corrupt = sort_events(world, world.events.get(subject, []))
    verdicts += [("ledger_unreadable", "ledger/corrupt", e["event_id"]) for e in corrupt]
    verdicts += account_reasons(world, valid, kind, created, profile)
    if profile is not None:
        verdicts += profile_reasons(world, valid, created, profile)
    signals = world.signals.get(subject, [])
    verdicts += region_reasons(world, signals, created)
    required = {("default_state", "policy")} if world.policy["default_state"] == "opted_out" else set()
    required |= region_opt_ins(world, signals, created)
    verdicts += consent_reasons(world, valid, kind, created, required)
    return verdicts


# --- the ledger -------------------------------------------------------------------------------------------


def sort_events(world: World, events: list[Row]) -> tuple[list[Row], list[Row]]:
    """Those that count and can be read, and those that count and cannot."""
    skew = timedelta(seconds=world.policy["clock_skew_seconds"])
    valid, corrupt = [], []
    for event in events:
        at, received = event["event_time"], event["received_at"]
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
    world: World, events: list[Row], kind: str, created: datetime, required: set[tuple[str, str]]
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    mine = [e for e in events if concerns(world, e, kind)]
    verdicts += [("objected", "ledger/object", e["event_id"]) for e in of(mine, "object")]
    opted_in = [e["event_time"] for e in of(mine, "opt_in")]
    pairs = [("opt_out", "opted_out", opted_in), ("withdraw", "consent_withdrawn", opted_in)]
    if world.recipient in world.policy["signals_honoured"]["gpc"]:
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


def concerns(world: World, event: Row, kind: str) -> bool:
    """Whether a consent event is about this purpose, recipient and kind of content."""
    if event["action"] not in {"opt_out", "opt_in", "object", "withdraw", "gpc_on", "gpc_off"}:
        return False
    protects = event["action"] not in {"opt_in", "gpc_off"}
    policy = world.policy
    if event["purpose"] is not None:
        purpose = word(event["purpose"])
        unknown = purpose not in [*policy["purposes"], *policy["other_purposes"]]
        if purpose != world.purpose and not (protects and unknown):
            return False
    if event["recipients"]:
        recipients = [word(r) for r in event["recipients"]]
        unknown = any(r not in {"self", "affiliate", "third_party"} for r in recipients)
        if world.recipient not in recipients and not (protects and unknown):
            return False
    if event["categories"]:
        kinds = [word(c) for c in event["categories"]]
        vocabulary = [*policy["categories_allowed"], *policy["categories_denied"], "profile"]
        unknown = any(k not in vocabulary for k in kinds)
        if kind not in kinds and not (protects and unknown):
            return False
    return True


# --- the profile ------------------------------------------------------------------------------------------


def birthday(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def profile_reasons(world: World, events: list[Row], created: datetime, profile: Row) -> list[Verdict]:
    verdicts: list[Verdict] = []
    status = profile["account_status"]
    reasons = {"closed": "account_closed", "hibernated": "account_hibernated", "memorialised": "deceased"}
    if status in reasons:
        verdicts.append((reasons[status], "account_status", "account_status"))
    elif status != "active":
        verdicts.append(("account_status_unknown", "account_status", "account_status"))
    born, updated = profile["birth_date"], profile["updated_at"]
    oldest = world.policy.get("max_plausible_age", 120)
    if born is None or born.year < 1800 or birthday(born, oldest + 1) <= world.as_of.date():
        verdicts.append(("age_unknown", "min_age", "birth_date"))
    elif created.date() < birthday(born, world.policy["min_age"]):
        verdicts.append(("under_age", "min_age", "birth_date"))
    for event in of(events, "age_update"):
        if updated is None or updated < event["event_time"]:
            verdicts.append(("age_unknown", "ledger/age_update", event["event_id"]))
    for entry in profile["education"] or []:
        names = [entry.get(key) or "" for key in ("school", "degree", "field")]
        if any(has_term(name, term) for name in names for term in world.policy["school_words"]) and (
            entry["end"] is None or created.date() < entry["end"]
        ):
            verdicts.append(("under_age", "school_words", "school"))
    return verdicts


# --- the regions ------------------------------------------------------------------------------------------


def covers(since: datetime | None, until: datetime | None, instant: datetime) -> bool:
    return (since is None or since <= instant) and (until is None or instant < until)


def dated(row: Row, instants: list[datetime]) -> bool:
    since = midnight(row["from"]) if row.get("from") else None
    until = midnight(row["to"]) if row.get("to") else None
    return any(covers(since, until, i) for i in instants)


def counts(signal: Row, instants: list[datetime]) -> bool:
    since, until = signal["valid_from"], signal["valid_to"]
    if since is not None and until is not None and since > until:
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


# --- the rights of others ---------------------------------------------------------------------------------


def chain_reason(world: World, post: Row) -> Verdict | None:
    """The nearest missing ancestor, else the nearest that is denied for itself or its author."""
    level, seen = [post], {post["post_id"]}
    missing: list[str] = []
    denied: list[str] = []
    while level and not missing:
        wanted = {p[c] for p in level for c in ("in_reply_to", "repost_of", "quote_of") if p.get(c) is not None}
        missing = sorted(wanted - world.posts.keys())
        level = [world.posts[w] for w in sorted(wanted & world.posts.keys()) if w not in seen]
        seen |= {p["post_id"] for p in level}
        if not denied:
            denied = sorted(p["post_id"] for p in level if own_or_withdrawn(world, "posts", p["post_id"], p))
    if missing:
        return ("parent_missing", "chain/missing", missing[0])
    if denied:
        return ("parent_protected", "chain/protected", denied[0])
    return None
