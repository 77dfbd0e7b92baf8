"""Reservations: what the table `signals_of_others` denies, of single posts and of whole members."""

from typing import Final

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS
from redaction.rights.inputs import select_columns
from redaction.rights.instants import TIME, from_micros
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
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


def read_reservations(table: pl.LazyFrame, rules: Rules) -> pl.DataFrame:
    """Read the signals that count, and keep those that deny.

    Of the signals of one format about one post or member and one address, the last that was observed by the build
    counts, and all that were observed at that instant; one without a time counts always.

    Args:
        table: the table `signals_of_others`.
        rules: for the instant of the build, its recipients, and those that Global Privacy Control denies for.

    Returns:
        `RESERVATIONS`, sorted by code, rule and evidence.

    Raises:
        RightsError: a signal names neither a post nor a member.
    """
    columns = [*_TARGETS, *_STATED, "observed_at"]
    given = select_columns(table, TableName.signals_of_others, columns).collect(engine="streaming")
    if given.filter(pl.all_horizontal(pl.col(_TARGETS).is_null())).height:
        raise RightsError("signals_of_others: a signal names neither post_id nor subject_id; give one of them")
    as_of = pl.lit(from_micros(rules.instants.as_of)).cast(TIME)
    seen, group = pl.col("observed_at"), [*_TARGETS, "format", "url"]
    known = given.filter(seen.is_null() | (seen <= as_of))
    last = known.filter(seen.is_null() | (seen == seen.max().over(group))).unique()
    denying = last.join(_denials(last.select(_STATED).unique(), rules), on=_STATED, nulls_equal=True)
    fields = [*(pl.col(name) for name in _STATED), seen.cast(pl.Int64).cast(pl.String)]
    evidence = pl.concat_str(pl.lit(RULE), *(field.fill_null("") for field in fields), separator=_SEPARATOR)
    stated = denying.with_columns(evidence.alias("evidence")).select(RESERVATIONS.names())
    return stated.cast(RESERVATIONS).sort("code", "rule", "evidence", *_TARGETS)


def _denials(stated: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Read each distinct signal once; keep those that deny, with their code and rule."""
    honored = set(rules.settings.recipients) & set(rules.policy.signals_honoured.gpc)
    rows = []
    for format_name, value, url in stated.iter_rows():
        meaning = read_signal(format_name, value, url)
        name = format_name if format_name in FORMATS else "unknown"
        if meaning is None:
            found = (Reason.SIGNAL_UNREADABLE.code, f"{RULE}/{name}/{UNREADABLE}")
        elif meaning.effect is Effect.RESERVED or (meaning.effect is Effect.NOT_SHARED and honored):
            found = (Reason.RIGHTS_RESERVED.code, f"{RULE}/{name}/{meaning.part}")
        else:
            continue
        rows.append((format_name, value, url, *found))
    schema = {**dict.fromkeys(_STATED, pl.String), "code": pl.UInt8, "rule": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


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
