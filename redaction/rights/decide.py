"""Decides every record and every subject: from tables and rules to one reason each."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from redaction.rights import chains, records
from redaction.rights.grounds import ANY_KIND, GroundBook
from redaction.rights.inputs import (
    RECORD_COLUMNS,
    SUBJECT_COLUMNS,
    WITHHELD,
    Decisions,
    Inputs,
    Moments,
    micros,
    select_columns,
)
from redaction.rights.ledger import consent_grounds, ledger_grounds, read_events, refuse_partial, standing
from redaction.rights.policy import Policy, earliest_dates, refuse_unready
from redaction.rights.reasons import Reason
from redaction.rights.records import PROFILE
from redaction.rights.regions import RegionSets
from redaction.rights.residence import (
    SIGNAL_OPTIONAL,
    SIGNAL_REQUIRED,
    counted_signals,
    refuse_nobodys,
    refuse_unknown_sets,
    region_grounds,
)
from redaction.rights.rules import Rules
from redaction.rights.settings import Mentions, RightsSettings
from redaction.rights.subjects import profile_erasures, profile_grounds, school_grounds
from redaction.rights.verdicts import DROP, written


def decide(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    known_at: datetime | None = None,
    withheld: pl.DataFrame | None = None,
) -> Decisions:
    """Decide every record and subject as of a moment. A pure function of its arguments.

    Events with event_time up to `as_of` count, however late they were received; a `known_at` replays what the
    ledger and the signals told then. Rows may come in any order. `withheld` (source, source_id) are records that
    were taken back before: they are dropped, whatever the rules say now, and so is what refers to them.

    Raises:
        RightsError: the policy is not in force or not noticed by `as_of`, lacks what it demands, names an
            unknown region set; or the ledger is stale, partial or unreadable; or an id stands twice.
    """
    case, events = case_of(inputs, policy, regions, settings, as_of, known_at)
    return decide_case(case, events, withheld)


@dataclass(frozen=True, slots=True)
class Case:
    """One run's records and people. people: subject_id, subject (a number), first (its first content)."""

    inputs: Inputs
    rules: Rules
    posts: pl.DataFrame
    members: pl.DataFrame
    people: pl.DataFrame


def case_of(  # noqa: PLR0913, PLR0917 - the arguments of `decide`
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    known_at: datetime | None,
) -> tuple[Case, pl.DataFrame]:
    """Refuse what may not be decided on; then read the records and number the people. The ledger comes along.

    Raises:
        RightsError: as `decide` does.
    """
    moments = Moments(
        as_of=micros(as_of),
        collected=micros(settings.collected_at or as_of),
        known=None if known_at is None else micros(known_at),
    )
    rules = Rules(policy, regions, settings, moments, earliest_dates(policy, settings))
    refuse_unready(policy, settings, as_of)
    refuse_unknown_sets(policy, regions, rules.dates)
    events = read_events(inputs.rights_events)
    refuse_partial(events, policy, settings, moments)
    return _opened(inputs, rules), events


def _opened(inputs: Inputs, rules: Rules) -> Case:
    people = records.members(inputs)
    posts = records.read_posts(inputs.posts, people, rules)
    members = records.read_profiles(inputs.profiles, people, rules)
    return Case(inputs, rules, posts, members, records.with_first_content(people, posts, members, rules))


def decide_case(case: Case, events: pl.DataFrame, withheld: pl.DataFrame | None = None) -> Decisions:
    """The decisions of a case. withheld: as `decide` takes it."""
    gone = pl.DataFrame(schema=WITHHELD) if withheld is None else withheld.select(WITHHELD.names())
    stated = grounds_of(case, events)
    book = GroundBook.of(stated)
    lasting = _lasting(stated, case.rules)
    subjects = _subjects(case, lasting)
    posts = _posts(case, book, subjects, gone)
    records = pl.concat([posts, _profiles(case, book, gone)])
    return Decisions(records, subjects, _protected(case, posts, lasting, subjects, gone))


def grounds_of(case: Case, events: pl.DataFrame) -> list[pl.DataFrame]:
    """Everything that the rights of the people in a case deny, as grounds."""
    inputs, people, rules = case.inputs, case.people, case.rules
    members = case.members.select("subject", "birth_date", "account_status", "updated_at")
    policy, moments = rules.policy, rules.moments
    numbers = people.select("subject")
    theirs = pl.col("subject").is_not_null()
    known = events.with_columns(records.number_of("subject_id", people)).filter(theirs)
    ledger = standing(known, policy, rules.settings, moments)
    signals = select_columns(inputs.region_signals, "region_signals", SIGNAL_REQUIRED, SIGNAL_OPTIONAL)
    refuse_nobodys(signals)
    located = signals.with_columns(records.number_of("subject_id", people)).filter(theirs).collect(engine="streaming")
    regions = region_grounds(counted_signals(located, moments), people, rules)
    found = [
        *ledger_grounds(ledger, policy, rules.settings),
        *profile_grounds(members, numbers, ledger, policy, moments),
        school_grounds(records.schools(inputs.profiles, people), policy),
        *regions.denied,
        *consent_grounds(ledger, policy, numbers, regions.opt_in_wanted),
    ]
    if PROFILE in ledger.kinds:
        kind = ledger.kinds.index(PROFILE)
        found += [profile_erasures(members, part, kind) for part in found]
    return found


def _lasting(stated: list[pl.DataFrame], rules: Rules) -> GroundBook:
    """The rights of people: all grounds, but for the age of content."""
    early = Reason.BEFORE_EARLIEST_CONTENT.code
    return GroundBook.of([part.filter(pl.col("code") != early) for part in stated] if rules.dates else stated)


def _protected(
    case: Case, posts: pl.DataFrame, lasting: GroundBook, subjects: pl.DataFrame, withheld: pl.DataFrame
) -> pl.Series:
    """The dropped posts that nobody may repeat, by the rights themselves: a reason told first hides none of them."""
    rows = case.posts
    gone = withheld.filter(pl.col("source") == "posts")["source_id"]
    denied = (subjects["decision"] == DROP).gather(rows["subject"])
    at_content = lasting.first_for(rows).is_not_null() & (rows["created"] <= case.rules.moments.as_of)
    nobodys = denied | at_content | rows["private"].fill_null(value=False) | rows["post_id"].is_in(gone.implode())
    return rows["post_id"].filter(nobodys & (posts["decision"] == DROP))


def _subjects(case: Case, book: GroundBook) -> pl.DataFrame:
    """The right of each person as of the build: the first ground for content of any kind created then."""
    people, rules = case.people, case.rules
    now = people.with_columns(
        pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"), pl.lit(rules.moments.as_of).alias("created")
    )
    ranks = book.first_for(now)
    judged = people.select("subject_id", book.ranked["code"].gather(ranks).alias("code"), ranks.alias("rank"))
    return written(judged, book, rules).select(SUBJECT_COLUMNS)


def _judged(rows: pl.DataFrame, book: GroundBook) -> pl.DataFrame:
    """The rows with `code` and `rank`: of the record itself, else of its author; both null if neither denies.

    `rank` is null where the record itself is the reason.
    """
    ranks = book.first_for(rows)
    codes = book.ranked["code"].gather(ranks)
    own_first = pl.col("own").is_not_null() & (pl.col("own") <= pl.col("code").fill_null(pl.col("own")))
    return rows.with_columns(ranks.alias("rank"), codes.alias("code")).with_columns(
        pl.when(own_first).then("own").otherwise("code").alias("code"),
        pl.when(~own_first).then("rank").alias("rank"),
    )


def _taken_back(judged: pl.DataFrame, source: str, withheld: pl.DataFrame) -> pl.DataFrame:
    """The judged rows (source_id, code) with those dropped that nothing else denies, but that were taken back."""
    ids = withheld.filter(pl.col("source") == source)["source_id"]
    gone = pl.col("code").is_null() & pl.col("source_id").is_in(ids.implode())
    code = pl.lit(Reason.TOMBSTONED.code, dtype=pl.UInt8)
    return judged.with_columns(pl.when(gone).then(code).otherwise("code").alias("code"))


def _profiles(case: Case, book: GroundBook, withheld: pl.DataFrame) -> pl.DataFrame:
    judged = _taken_back(_judged(case.members.rename({"user_id": "source_id"}), book), "profiles", withheld)
    return _records(judged, "profiles", book, case)


def _posts(case: Case, book: GroundBook, subjects: pl.DataFrame, withheld: pl.DataFrame) -> pl.DataFrame:
    rows = case.posts.with_columns(pl.col("post_id").alias("source_id"))
    judged = _taken_back(_judged(rows, book), "posts", withheld)
    inherited = chains.inherit(judged, judged["code"].is_not_null())
    judged = judged.select("subject", "code", "rank", "source_id")
    ids = judged["source_id"]
    judged = judged.with_columns(
        inherited.missing_ids.gather(_places(inherited.missing)).alias("missing"),
        ids.gather(_places(inherited.denied)).alias("denied"),
        _protected_mentions(ids, subjects, case).alias("mentioned"),
    )
    others = [
        (Reason.PARENT_MISSING, pl.col("missing")),
        (Reason.PARENT_PROTECTED, pl.col("denied")),
        (Reason.MENTION_PROTECTED, pl.col("mentioned")),
    ]
    theirs = pl.coalesce(
        [pl.when(evidence.is_not_null()).then(pl.lit(reason.code, dtype=pl.UInt8)) for reason, evidence in others]
    )
    shared = judged.with_columns(
        pl.coalesce("code", theirs).alias("code"),
        pl.when(pl.col("code").is_null()).then(pl.coalesce([evidence for _, evidence in others])).alias("via"),
    )
    return _records(shared, "posts", book, case)


def _records(judged: pl.DataFrame, source: str, book: GroundBook, case: Case) -> pl.DataFrame:
    authors = case.people["subject_id"].gather(judged["subject"])
    named = judged.with_columns(pl.lit(source).alias("source"), authors.alias("subject_id"))
    return written(named, book, case.rules).select(RECORD_COLUMNS)


def _places(places: chains.Places) -> pl.Series:
    """Places as an index to gather by, null for nobody."""
    found = pl.Series("place", places, dtype=pl.UInt32)
    return found.set(found == chains.NOBODY, None)


def _protected_mentions(ids: pl.Series, subjects: pl.DataFrame, case: Case) -> pl.Series:
    """For each post the protected member it mentions, of several the lowest id; null where none matters."""
    inputs, rules = case.inputs, case.rules
    if rules.settings.mentions is Mentions.REDACT or "mentions" not in inputs.posts.collect_schema():
        return pl.Series("mentioned", [None], dtype=pl.String).new_from_index(0, ids.len())
    protected = subjects.lazy().filter(pl.col("decision") == DROP).select("subject_id")
    first = (
        records.mentions(inputs.posts)
        .join(protected, on="subject_id", how="semi")
        .group_by("post_id")
        .agg(pl.col("subject_id").min().alias("mentioned"))
    )
    posts = ids.rename("post_id").to_frame().lazy()
    return posts.join(first, on="post_id", how="left", maintain_order="left").collect()["mentioned"]
