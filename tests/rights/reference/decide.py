"""The reason of a record: its own, its author's, or that of a record it answers or repeats."""

import hashlib
from datetime import datetime

from tests.rights.reference.ledger import account_reasons, consent_reasons, sort_events
from tests.rights.reference.others import other_reasons, post_reasons
from tests.rights.reference.profile import profile_reasons
from tests.rights.reference.regions import region_opt_ins, region_reasons
from tests.rights.reference.terms import excluded
from tests.rights.reference.world import ORDER, Row, Verdict, World, first_of, midnight


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
    author = first_of(subject_reasons(world, record["author_id"], kind, created, profile))
    own = first_of(post_reasons(world, record)) if "post_id" in record else None
    if author is None or (own is not None and ORDER.index(own[0]) <= ORDER.index(author[0])):
        return own
    return author


def subject_reasons(world: World, subject: str, kind: str, created: datetime, profile: Row | None) -> list[Verdict]:
    """Everything about the author that denies content of this kind, created then."""
    verdicts = other_reasons(world, "subject_id", subject)
    if profile is None:
        verdicts.append(("subject_unknown", "profile_required", None))
    valid, corrupt = sort_events(world, world.events.get(subject, []))
    verdicts += [("ledger_unreadable", "ledger/corrupt", e["event_id"]) for e in corrupt]
    verdicts += account_reasons(world, valid, kind, created, profile)
    if profile is not None:
        verdicts += profile_reasons(world, valid, created, profile)
    signals = world.signals.get(subject, [])
    verdicts += region_reasons(world, signals, kind, created, profile)
    for use in world.uses:
        required = {("default_state", "policy")} if world.policy["default_state"] == "opted_out" else set()
        required |= region_opt_ins(world, signals, kind, created, use)
        verdicts += consent_reasons(world, valid, kind, created, required, use)
    return verdicts


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
