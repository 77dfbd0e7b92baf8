"""Which posts link to what a signal is about, and what that denies.

A signal that names neither a post nor a member is about an address (`url`) or a domain with all below it (`domain`).
Posts are compared with these where they are indexed, so that no link is stored: the index has, for each post, which of
the signals it links to, and what they say of that link.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, Self

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.policy.rules import Rules
from redaction.rights.records.decisions import signal_id
from redaction.rights.signals.addresses import address_of, host_of, links_in
from redaction.rights.signals.reservations import RESERVATIONS, code_of, read_rows, reading, with_evidence
from redaction.tables import LINK_SIGNALS

LINKING_COLUMNS: Final = ("text", "title", "url", "links")
"""The columns of posts in which links are found."""
_SEPARATOR: Final = " "
_ENCODED_DOTS: Final = ("%2e", "&#46;", "&#x2e;", "&period;")
"""A host with one of these is seen only once the text is decoded."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One signal about an address or a domain."""

    key: str
    format: str | None
    value: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class LinkedSignals:
    """The signals about addresses and domains, to be found in posts."""

    by_address: dict[tuple[str, str], list[_Row]]
    by_domain: dict[str, list[_Row]]
    _read: dict[tuple[str, str | None], str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pl.LazyFrame) -> Self:
        """Read the rows of `signals_of_others` that name neither a post nor a member."""
        by_address, by_domain = defaultdict[tuple[str, str], list[_Row]](list), defaultdict[str, list[_Row]](list)
        rows = with_evidence(read_rows(table).links).select("evidence", "format", "value", "url", "domain")
        for evidence, name, value, url, domain in rows.iter_rows():
            row = _Row(signal_id(evidence), name, value, url)
            if domain is not None:
                by_domain[host_of(domain)].append(row)
            else:
                by_address[address_of(url)].append(row)
        return cls(dict(by_address), dict(by_domain))

    def __len__(self) -> int:
        """Return how many addresses and domains there are."""
        return len(self.by_address) + len(self.by_domain)

    def found_in(self, posts: pl.DataFrame) -> pl.Series:
        """Find the signals that each post links to.

        Args:
            posts: Some columns of `LINKING_COLUMNS`.

        Returns:
            For each post a list of the ids of signals, each with its effect and its rule; null where there is none.
        """
        columns = [
            pl.col(name).list.join(_SEPARATOR, ignore_nulls=True) if posts.schema[name] == pl.List else pl.col(name)
            for name in LINKING_COLUMNS
            if name in posts.columns
        ]
        texts = posts.select(pl.concat_str(columns, separator="\n", ignore_nulls=True)).to_series()
        lowered = texts.str.normalize("NFKC").str.to_lowercase()
        likely = lowered.str.contains_any([*self._hosts(), *_ENCODED_DOTS]).fill_null(value=False)
        found = [self._of_text(text) if flag else None for text, flag in zip(texts, likely, strict=True)]
        return pl.Series(LINK_SIGNALS, found, pl.List(pl.String))

    def _hosts(self) -> list[str]:
        hosts = {host for host, _ in self.by_address} | self.by_domain.keys()
        return sorted(hosts | {_in_unicode(host) for host in hosts})

    def _of_text(self, text: str) -> list[str] | None:
        found = set[str]()
        for link in links_in(text):
            host, path = address_of(link)
            labels = host.split(".")
            rows = list(self.by_address.get((host, path), ()))
            for start in range(len(labels)):
                rows += self.by_domain.get(".".join(labels[start:]), ())
            found.update(self._reading(row, link) for row in rows)
        return sorted(found) or None

    def _reading(self, row: _Row, link: str) -> str:
        key = (row.key, row.url or link)
        if key not in self._read:
            effect, rule = reading(row.format, row.value, row.url or f"https://{link}")
            self._read[key] = f"{row.key}{_SEPARATOR}{effect}{_SEPARATOR}{rule}"
        return self._read[key]


def link_targets(table: pl.LazyFrame) -> pl.DataFrame:
    """List what signals are about that name neither a post nor a member: target, and the id of the signal, `key`."""
    rows = with_evidence(read_rows(table).links)
    keys = pl.Series("key", [signal_id(each) for each in rows["evidence"]], pl.String)
    return rows.select(pl.coalesce("domain", "url").alias("target"), keys)


def key_of(column: str) -> pl.Expr:
    """Return the id of the signal in each entry of `LinkedSignals.found_in`."""
    return pl.col(column).str.split(_SEPARATOR).list.first()


def with_link_signals(posts: pl.LazyFrame, signals: pl.LazyFrame) -> pl.LazyFrame:
    """Add what posts in memory link to, as the index of a build has it."""
    linked = LinkedSignals.of(signals)
    if not len(linked):
        return posts
    columns = [name for name in LINKING_COLUMNS if name in posts.collect_schema()]
    return posts.collect().with_columns(linked.found_in(posts.select(columns).collect())).lazy()


def link_reservations(counting: pl.DataFrame, posts: pl.LazyFrame, rules: Rules) -> pl.DataFrame:
    """List what signals about addresses and domains deny (`RESERVATIONS`).

    Args:
        counting: Of these signals, those that count as of the build, as `Signals.links`.
        posts: The posts with the column of the index that `LinkedSignals.found_in` makes.
        rules: For the recipients.

    Returns:
        A row for each post and signal that denies it.

    Raises:
        RightsError: There are such signals, and the posts were not compared with them.
    """
    if not counting.height:
        return pl.DataFrame(schema=RESERVATIONS)
    if LINK_SIGNALS not in posts.collect_schema():
        raise RightsError("signals_of_others: some are about addresses, and the index of the posts lacks their links")
    parts = pl.col(LINK_SIGNALS).str.splitn(_SEPARATOR, 3).struct
    linked = (
        posts.select("post_id", LINK_SIGNALS)
        .filter(pl.col(LINK_SIGNALS).list.len() > 0)
        .explode(LINK_SIGNALS)
        .select(
            pl.col("post_id").cast(pl.String),
            *(parts.field(f"field_{number}").alias(name) for number, name in enumerate(("key", "effect", "rule"))),
        )
        .collect(engine="streaming")
    )
    codes = {effect: code_of(effect, rules) for effect in linked["effect"].unique()}
    code = pl.col("effect").replace_strict(codes, default=None, return_dtype=pl.UInt8).alias("code")
    denied = linked.with_columns(code).drop_nulls("code").join(counting.select("key", "evidence"), on="key")
    nobody = pl.lit(None, pl.String).alias("subject_id")
    return denied.with_columns(nobody).select(RESERVATIONS.names()).cast(RESERVATIONS)


def _in_unicode(host: str) -> str:
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return host
