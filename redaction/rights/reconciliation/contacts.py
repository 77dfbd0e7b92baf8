"""Find ids that are the name or an address of a member: an opt-out that came by mail may have the address for an id."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from redaction.rights.reconciliation.spellings import PAIRS

CONTACTS: Final = pl.Schema(
    [
        *((name, pl.String) for name in ("user_id", "handle", "full_name", "vanity_url")),
        *((name, pl.List(pl.String)) for name in ("emails", "phones")),
    ]
)
"""The columns of profiles by which people name a member, and the id."""

_AROUND: Final = r"^(?:mailto:|acct:|tel:|https?://|www\.|@|\s)+|[/\s.,;]+$"
_NUMBER: Final = r"^\+?[\d\s().-]{7,}$"


def contact_ids(unknown: pl.Series, profiles: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Find the unknown ids that name a member otherwise: by handle, full name, address of the profile, mail or phone.

    Args:
        unknown: Distinct ids that are no member's.
        profiles: Batches of `CONTACTS`; one is in memory at a time.

    Returns:
        `PAIRS`: the id, and the id of one such member, sorted by id.
    """
    ids = _keyed(unknown.alias("text").to_frame().select(pl.col("text").alias("id"), "text"), "id")
    found = [pl.DataFrame(schema=PAIRS)]
    for batch in profiles:
        known = _keyed(_texts(batch), "user_id").rename({"user_id": "known"})
        found.append(ids.join(known, on="key").select(PAIRS.names()))
    return pl.concat(found).unique("id", keep="any").sort("id")


def _texts(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return `user_id` and `text`: each name and address of each member."""
    single = [profiles.select("user_id", pl.col(name).alias("text")) for name in ("handle", "full_name", "vanity_url")]
    lists = [profiles.select("user_id", pl.col(name).alias("text")).explode("text") for name in ("emails", "phones")]
    return pl.concat([*single, *lists])


def _keyed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the keys of texts: without case, width and what is around them; of phone numbers the digits."""
    text = pl.col("text").str.normalize("NFKC").str.to_lowercase()
    plain = text.str.replace_all(_AROUND, "")
    digits = pl.when(plain.str.contains(_NUMBER)).then(plain.str.replace_all(r"\D", ""))
    keys = rows.select(name, pl.coalesce(digits, plain).alias("key"))
    return keys.filter(pl.col("key").str.len_chars() > 0)
