"""Withdrawals from the small network, and what a takedown left."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl

from redaction.config import load_config
from redaction.operations import settle_superseded, withdraw
from redaction.release.takedown import TakedownResult
from tests.network import MAY, Network, paths_of

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)


_STATION = "A new thought about the station clock and its hands."


def with_new_post() -> Network:
    """Return the tiny network with one more post."""
    network = Network()
    network.posts.append(network.posts[1] | {"post_id": "p-new", "text": _STATION})
    return network


def opted_out(network: Network, who: str = "ada", action: str = "opt_out") -> Network:
    event = {"event_id": f"no-{who}", "subject_id": who, "action": action, "event_time": MAY, "received_at": MAY}
    network.rights_events.append(event)
    return network


def without(network: Network, who: str) -> Network:
    """Remove a member from all tables except the ledger."""
    network.posts = [post for post in network.posts if post["author_id"] != who]
    network.profiles = [profile for profile in network.profiles if profile["user_id"] != who]
    network.region_signals = [signal for signal in network.region_signals if signal["subject_id"] != who]
    return network


def take_down(config: Path, since: str | None = None, most_absent: float = 1) -> TakedownResult | None:
    outcome = withdraw(load_config(config), AS_OF, uuid4().hex, since, most_absent)
    settle_superseded(load_config(config), remove_rows=False)
    return outcome


def linked_records(config: Path, version: str) -> set[str]:
    rows = pl.read_parquet(paths_of(config).state / version / "decisions.parquet").drop_nulls("record_id")
    return set(rows.filter(pl.col("source_id").is_in(["ada", "p-ada", "p-may"]))["source_id"])


def affected_releases(outcome: TakedownResult | None) -> dict[str, int]:
    affected = outcome.notice.releases if outcome else ()
    return {release.version: len({record.record_id for record in release.records}) for release in affected}


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def files_with_the_subject(config: Path) -> set[str]:
    private = paths_of(config).state
    found = [path for path in private.rglob("*") if path.suffix in (".parquet", ".draft") and path.is_file()]
    return {str(path.relative_to(private)) for path in found if "'p-ada'" in str(pl.read_parquet(path).rows())}
