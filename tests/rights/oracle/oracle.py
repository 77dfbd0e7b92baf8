"""Runs the SQL over the inputs, with the policy and the regions read as plain YAML."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import yaml

from tests.rights.oracle.network import AS_OF, CONTEXTS, READINGS, SCHOOLS

ROOT: Final = Path(__file__).parents[3]
POLICY: Final = "linkedin-2024-09"
RECIPIENTS: Final = ("affiliate", "self")
EARLIEST: Final = {"default": date(2015, 6, 1), "CA": date(2018, 1, 1), "GB": date(2019, 1, 1)}
_ACTIONS: Final = [
    "opt_out", "opt_in", "object", "erase", "withdraw", "close", "hibernate", "reopen", "deceased", "age_update",
    "gpc_on", "gpc_off",
]  # fmt: skip
_PRECEDENCE: Final = [
    "created_after_as_of", "kind_denied", "kind_unknown", "context_excluded", "before_earliest_content",
    "subject_unknown", "erased", "deceased", "account_closed", "account_hibernated", "account_status_unknown",
    "age_unknown", "under_age", "objected", "opted_out", "consent_withdrawn", "not_opted_in", "gpc",
    "ledger_unreadable", "region_exempt", "region_ambiguous", "region_unknown", "tombstoned", "parent_missing",
    "parent_protected", "mention_protected",
]  # fmt: skip
_INPUTS: Final = """
CREATE VIEW post AS SELECT post_id, author_id, epoch_us(created_at) AS created, kind, context, in_reply_to, repost_of,
    quote_of, mentions FROM '{folder}/posts-*.parquet';
CREATE TABLE profile AS SELECT user_id, birth_date, account_status, epoch_us(updated_at) AS updated, education
    FROM '{folder}/profiles.parquet';
CREATE TABLE ledger AS SELECT event_id, subject_id AS subject, action, epoch_us(event_time) AS happened,
    epoch_us(received_at) AS received, purpose, categories, recipients, supersedes FROM '{folder}/events.parquet';
CREATE TABLE signal AS SELECT subject_id AS subject, signal, value, epoch_us(valid_from) AS since,
    epoch_us(valid_to) AS until, epoch_us(observed_at) AS observed FROM '{folder}/signals.parquet';
"""


def expected_decisions(folder: Path, memory: str = "4GB") -> duckdb.DuckDBPyConnection:
    """Decide the network in a folder.

    Args:
        folder: What `write_network` wrote. DuckDB's own files go there too.
        memory: DuckDB's limit.

    Returns:
        A connection whose table `expected` has source (posts, profiles or subjects), source_id, subject_id, decision,
        reason, rule and evidence_id.
    """
    database = duckdb.connect(folder / "oracle.duckdb")
    database.execute(
        f"SET memory_limit = '{memory}'; SET preserve_insertion_order = false; SET TimeZone = 'UTC'; "
        "SET enable_progress_bar = false"
    )
    database.execute(_INPUTS.format(folder=folder))
    _load_rules(database)
    database.execute(_statements("decisions"))
    depth = 0
    while True:
        database.execute(_statements("levels"), [depth])
        added = database.execute("INSERT INTO level SELECT * FROM step RETURNING 1").fetchall()
        if not added:
            break
        depth += 1
    database.execute(_statements("results"))
    return database


def _statements(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


def _load_rules(database: duckdb.DuckDBPyConnection) -> None:
    policy = yaml.safe_load((ROOT / f"configs/policies/{POLICY}.yaml").read_text("utf-8"))
    sets = yaml.safe_load((ROOT / "configs/regions.yaml").read_text("utf-8"))["sets"]
    allowed, denied = policy["categories_allowed"], policy["categories_denied"]
    _table(database, "allowed", ["kind"], ([kind] for kind in allowed))
    _table(database, "denied", ["kind"], ([kind] for kind in denied))
    _table(database, "usage", ["purpose", "recipient"], (["ai_training", recipient] for recipient in RECIPIENTS))
    _table(database, "purpose", ["name"], ([name] for name in [*policy["purposes"], *policy["other_purposes"]]))
    _table(database, "honored", ["recipient"], ([name] for name in policy["signals_honoured"]["gpc"]))
    _table(database, "exempt", ["rule", "code"], _exempt(policy["region_rules"], sets))
    dated = ((name, _microseconds(day), code) for name, day in EARLIEST.items() for code in _codes(sets.get(name)))
    _table(database, "dated", ["name", "earliest", "code"], dated)
    readings = ((value, code) for value, codes in READINGS.items() for code in codes)
    _table(database, "reading", ["value", "code"], readings)
    _table(database, "context", ["context"], ([context] for context in CONTEXTS))
    _table(database, "school", ["school"], ([school] for school in SCHOOLS))
    _table(database, "precedence", ["position", "name"], enumerate(_PRECEDENCE))
    setting = {
        "policy": policy["policy_id"], "as_of": int(AS_OF.timestamp()) * 1_000_000, "today": AS_OF.date(),
        "earliest": _microseconds(EARLIEST["default"]), "skew": policy["clock_skew_seconds"] * 1_000_000,
        "min_age": policy["min_age"], "oldest": 120, "actions": _ACTIONS, "kinds": [*allowed, *denied, "profile"],
    }  # fmt: skip
    _table(database, "setting", list(setting), [list(setting.values())])
    database.execute(
        "CREATE TABLE withdrawn AS"
        " SELECT 'posts' AS source, post_id AS source_id FROM post WHERE hash(post_id) % 500 = 0"
        " UNION ALL SELECT 'profiles', user_id FROM profile WHERE hash(user_id) % 500 = 0"
    )


def _exempt(rules: list[dict[str, Any]], sets: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for rule in rules:
        if (
            rule["effect"] != "exempt"
            or rule["from"] > AS_OF.date()
            or len(rule.keys() & {"to", "kinds", "recipients"})
        ):
            raise ValueError("the oracle knows only rules of exemption that are in force at the build, for all uses")
        yield from ((f"region_rules/{rule['set']}", code) for code in _codes(sets[rule["set"]]))


def _codes(region_set: dict[str, Any] | None) -> list[str]:
    return [code for row in (region_set or {}).get("rows", []) for code in row["codes"]]


def _microseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def _table(database: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> None:
    """Create a table from rows of plain values."""
    values = [list(row) for row in rows]
    marks = ", ".join("(" + ", ".join("?" * len(columns)) + ")" for _ in values)
    flat = [value for row in values for value in row]
    database.execute(f"CREATE TABLE {name} AS SELECT * FROM (VALUES {marks}) AS rows ({', '.join(columns)})", flat)
