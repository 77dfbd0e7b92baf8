"""Reservations: what the table `signals_of_others` denies, of single posts and of whole members; and which count."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS
from redaction.rights.inputs import select_columns
from redaction.rights.instants import TIME, from_micros
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.decisions import signal_id
from redaction.rights.signals.formats import FORMATS, read_signal
from redaction.rights.signals.meaning import Effect
from redaction.tables import TableName

_SEPARATOR: Final = "\x1f"
_TARGETS: Final = ["subject_id", "post_id"]
_STATED: Final = ["format", "value", "url"]
RULE: Final = "signals_of_others"
UNREADABLE: Final = "unreadable"
RESERVATIONS: Final = pl.Schema(
    {
        "subject_id": pl.String,
        "post_id": pl.String,
        "code": pl.UInt8,
        "rule": pl.String,
        "evidence": pl.String,
    }
)
"""What is denied: a post, everything of a member, or both; by which reason, rule and evidence."""
LINKS: Final = pl.Schema({"key": pl.String, "evidence": pl.String})
"""A signal about an address or a domain: its id, and the text of its fields."""


@dataclass(frozen=True, slots=True)
class SignalRows:
    """The rows of the table: those about posts and members, and those about addresses and domains."""

    stated: pl.DataFrame
    links: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals that count as of the build.

    stated: what those about posts and members deny: `RESERVATIONS`.
    links: those about addresses and domains: `LINKS`.
    """

    stated: pl.DataFrame
    links: pl.DataFrame


def read_rows(table: pl.LazyFrame) -> SignalRows:
    """Read the table, and check that each row is about something.

    Returns:
        All rows, as they are.

    Raises:
        RightsError: a signal names no post, member, address or domain; or a domain beside a post or a member.
    """
    columns = [*_TARGETS, *_STATED, "domain", "observed_at"]
    given = select_columns(table, TableName.signals_of_others, columns).collect(engine="streaming")
    named = pl.any_horizontal(pl.col(_TARGETS).is_not_null())
    if given.filter(~named & pl.col("url").is_null() & pl.col("domain").is_null()).height:
        raise RightsError(
            "signals_of_others: a signal names no post_id, subject_id, url or domain; give one of them, as what it is "
            "about"
        )
    if given.filter(named & pl.col("domain").is_not_null()).height:
        raise RightsError(
            "signals_of_others: a signal names domain beside post_id or subject_id; give a row for each of them"
        )
    return SignalRows(given.filter(named), given.filter(~named))


def with_evidence(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `evidence`: the text of the fields of each row, from which its id is made."""
    fields = [*(pl.col(name) for name in _STATED), pl.col("observed_at").cast(pl.Int64).cast(pl.String)]
    whole = pl.concat_str(pl.lit(RULE), *(field.fill_null("") for field in fields), separator=_SEPARATOR)
    of_domain = pl.concat_str(whole, "domain", separator=_SEPARATOR)
    return rows.with_columns(pl.coalesce(of_domain, whole).alias("evidence"))


def read_reservations(table: pl.LazyFrame, rules: Rules) -> Signals:
    """Read the signals that count, and of those about posts and members keep those that deny.

    Of the signals of one format about one post, member or domain and one address, the last that was observed by the
    build counts, and all that were observed at that instant; one without a time counts always.

    Args:
        table: the table `signals_of_others`.
        rules: for the instant of the build, its recipients, and those that Global Privacy Control denies for.

    Returns:
        The signals; what they deny is sorted by code, rule and evidence.

    Raises:
        RightsError: as `read_rows`.
    """
    rows = read_rows(table)
    last = _last(rows.stated, rules)
    denying = last.join(_denials(last.select(_STATED).unique(), rules), on=_STATED, nulls_equal=True)
    stated = with_evidence(denying).select(RESERVATIONS.names()).cast(RESERVATIONS)
    links = with_evidence(_last(rows.links, rules)).select("evidence").unique()
    keys = pl.Series("key", [signal_id(each) for each in links["evidence"]], pl.String)
    return Signals(in_order(stated), links.with_columns(keys).select(LINKS.names()))


def in_order(reservations: pl.DataFrame) -> pl.DataFrame:
    """Sort reservations: the first of a post is the one that its decision names."""
    return reservations.sort("code", "rule", "evidence", *_TARGETS)


def _last(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    as_of = pl.lit(from_micros(rules.instants.as_of)).cast(TIME)
    seen, group = pl.col("observed_at"), [*_TARGETS, "format", "url", "domain"]
    known = rows.filter(seen.is_null() | (seen <= as_of))
    return known.filter(seen.is_null() | (seen == seen.max().over(group))).unique()


def _denials(stated: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Read each distinct signal once; keep those that deny, with their code and rule."""
    rows = []
    for format_name, value, url in stated.iter_rows():
        effect, rule = reading(format_name, value, url)
        code = code_of(effect, rules)
        if code is not None:
            rows.append((format_name, value, url, code, rule))
    schema = {**dict.fromkeys(_STATED, pl.String), "code": pl.UInt8, "rule": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def reading(format_name: str | None, value: str | None, url: str | None) -> tuple[str, str]:
    """Read one signal: its effect, or `UNREADABLE`, and the rule that a decision names."""
    meaning = read_signal(format_name, value, url)
    name = format_name if format_name in FORMATS else "unknown"
    if meaning is None:
        return UNREADABLE, f"{RULE}/{name}/{UNREADABLE}"
    return meaning.effect.value, f"{RULE}/{name}/{meaning.part}"


def code_of(effect: str, rules: Rules) -> int | None:
    """Return the code of the reason that an effect is for the recipients of a run; None where it denies nothing."""
    if effect == UNREADABLE:
        return Reason.SIGNAL_UNREADABLE.code
    honored = set(rules.settings.recipients) & set(rules.policy.signals_honoured.gpc)
    if effect == Effect.RESERVED or (effect == Effect.NOT_SHARED and honored):
        return Reason.RIGHTS_RESERVED.code
    return None


def reserved_posts(reservations: pl.DataFrame) -> pl.DataFrame:
    """Return the first reservation of each post: post_id, sorted, code, rule, evidence."""
    of_posts = reservations.drop_nulls("post_id").unique("post_id", keep="first", maintain_order=True)
    return of_posts.drop("subject_id").sort("post_id")


def reservation_grounds(reservations: pl.DataFrame, subject: pl.Expr) -> pl.DataFrame:
    """Make the grounds (`GROUNDS`) of the reservations of members; `subject` is the number of `subject_id`."""
    members = reservations.lazy().drop_nulls("subject_id").with_columns(subject).drop_nulls("subject")
    nothing = pl.lit(None, dtype=pl.Int64)
    open_ = {"kind": pl.lit(ANY_KIND, dtype=pl.Int16), "since": nothing, "until": nothing}
    return members.with_columns(**open_).select(GROUNDS.names()).cast(GROUNDS).collect()
