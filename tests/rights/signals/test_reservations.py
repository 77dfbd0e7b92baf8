"""What signals of others do to decisions: of posts, of members and of what refers to them, as of a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from redaction.config import load_policy, load_regions
from redaction.rights import Inputs, RightsError, RightsSettings, Rules, decide, explain
from redaction.rights.settings import Recipient
from redaction.tables import TABLES, TableName
from tests.network import ROOT

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
BEFORE = datetime(2024, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://news.example/a"


def world() -> dict[str, pl.DataFrame]:
    posts = [
        {"post_id": f"p{n}", "author_id": author, "created_at": BEFORE + n * DAY, "kind": "post", "in_reply_to": parent}
        for n, (author, parent) in enumerate([("ada", None), ("ben", None), ("ben", "p0")])
    ]
    profiles = [
        {"user_id": who, "birth_date": datetime(1980, 1, 1).date(), "account_status": "active", "updated_at": BEFORE}
        for who in ("ada", "ben")
    ]
    regions = [
        {"subject_id": who, "signal": "residence", "value": "US", "valid_from": datetime(2010, 1, 1, tzinfo=UTC)}
        for who in ("ada", "ben")
    ]
    rows: dict[TableName, list[dict[str, Any]]] = {
        TableName.posts: posts,
        TableName.profiles: profiles,
        TableName.region_signals: regions,
    }
    return {name.value: pl.DataFrame(rows.get(name, []), schema=TABLES[name].schema) for name in TableName}


def signals(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TABLES[TableName.signals_of_others].schema)


def decided(*rows: dict[str, Any], recipient: Recipient = Recipient.SELF) -> dict[str, tuple[str, str]]:
    return decide_tables(world() | {"signals_of_others": signals(*rows)}, recipient)


def decide_tables(tables: dict[str, pl.DataFrame], recipient: Recipient = Recipient.SELF) -> dict[str, tuple[str, str]]:
    tables.pop("objections")
    settings = RightsSettings(recipient=recipient, ledger_complete_until=AS_OF)
    policy, regions = load_policy("linkedin-2024-09", ROOT), load_regions("regions", ROOT)
    made = decide(**tables, policy=policy, regions=regions, as_of=AS_OF, settings=settings)
    return {row["source_id"]: (row["reason"], row["rule"]) for row in made.iter_rows(named=True)}


def noai(value: str = "noai", **given: Any) -> dict[str, Any]:
    return {"post_id": "p0", "format": "x_robots_tag", "value": value, "observed_at": BEFORE, **given}


KEPT = ("eligible", "linkedin-2024-09")


def test_without_signals_everything_is_kept() -> None:
    assert set(decided().values()) == {KEPT}


def test_a_reserved_post_is_dropped_and_what_answers_it() -> None:
    found = decided(noai())
    assert found["p0"] == ("rights_reserved", "signals_of_others/x_robots_tag/noai")
    assert found["p2"] == ("parent_protected", "chain/protected")
    assert found["p1"] == found["ada"] == KEPT


def test_a_damaged_or_unknown_signal_denies() -> None:
    assert decided(noai("?"))["p0"] == ("signal_unreadable", "signals_of_others/x_robots_tag/unreadable")
    assert decided(noai(format="ai.txt"))["p0"] == ("signal_unreadable", "signals_of_others/unknown/unreadable")
    assert decided(noai(format="robots_txt", value="User-agent: *\nAllow: /"))["p0"][0] == "signal_unreadable"


def test_a_signal_about_a_member_denies_all_of_theirs() -> None:
    tcf = {"subject_id": "ben", "format": "tcf", "value": "CPSG_8APSG_8ANwAAAENAwCAAAAAAAAAAAAAAAAAAAAA"}
    found = decided(tcf)
    assert found["p1"] == found["p2"] == found["ben"] == ("rights_reserved", "signals_of_others/tcf/purpose_10")
    assert found["p0"] == found["ada"] == KEPT


@pytest.mark.parametrize(
    ("recipient", "reason"), [(Recipient.SELF, "eligible"), (Recipient.AFFILIATE, "rights_reserved")]
)
def test_an_opt_out_of_sale_denies_for_others_alone(recipient: Recipient, reason: str) -> None:
    assert (
        decided({"subject_id": "ada", "format": "gpp", "value": "DBABTA~1YYN"}, recipient=recipient)["p0"][0] == reason
    )


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("noai", "noindex", True), ("noindex", "noai", False)],
)
def test_the_last_signal_of_a_format_counts(first: str, second: str, kept: bool) -> None:
    found = decided(noai(first), noai(second, observed_at=BEFORE + DAY))
    assert (found["p0"] == KEPT) is kept


def test_at_one_instant_the_denial_counts_and_the_future_does_not() -> None:
    assert decided(noai(), noai("noindex"))["p0"][0] == "rights_reserved"
    assert decided(noai(observed_at=AS_OF))["p0"][0] == "rights_reserved"
    assert decided(noai(observed_at=AS_OF + timedelta(microseconds=1)))["p0"] == KEPT


def test_without_a_time_a_signal_counts_always_and_another_address_is_another_signal() -> None:
    later = noai("noindex", observed_at=BEFORE + DAY)
    assert decided(noai(observed_at=None), later)["p0"][0] == "rights_reserved"
    assert decided(noai(url=URL), later)["p0"][0] == "rights_reserved"


def test_a_signal_about_nothing_stops() -> None:
    with pytest.raises(RightsError, match="names no post_id, subject_id, url or domain"):
        decided(noai(post_id=None))


def test_an_explanation_names_rule_and_evidence_without_the_address() -> None:
    tables: dict[str, Any] = {name: frame.lazy() for name, frame in world().items() if name != "objections"}
    tables["signals_of_others"] = signals(noai(url=URL)).lazy()
    policy, regions = load_policy("linkedin-2024-09", ROOT), load_regions("regions", ROOT)
    rules = Rules.of(policy, regions, RightsSettings(ledger_complete_until=AS_OF), AS_OF)
    record = explain(Inputs(**tables), rules, "p0").records[0]
    assert (record.reason, record.rule) == ("rights_reserved", "signals_of_others/x_robots_tag/noai")
    assert record.evidence_id is not None
    assert record.evidence_id.startswith("signal:")
    assert URL not in repr(record)
