"""Signals about addresses and domains reach the posts that link there, by a column or in their text."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from redaction.rights import LinkedSignals, RightsError
from redaction.rights.signals.addresses import address_of, host_of, links_in
from redaction.tables import LINK_SIGNALS, TABLES, TableName
from tests.rights.signals.test_reservations import BEFORE, DAY, KEPT, decide_tables, signals, world

ROBOTS = "User-agent: *\nDisallow: /private/\n"
URL = "https://news.example/a/1"
RESERVED = ("rights_reserved", "signals_of_others/x_robots_tag/noai")


def about(value: str = "noai", **given: Any) -> dict[str, Any]:
    return {"format": "x_robots_tag", "value": value, "observed_at": BEFORE, **given}


def decided(*rows: dict[str, Any], **posts: Any) -> dict[str, tuple[str, str]]:
    """Decide the three posts; `posts` has, for each column, a value for `p0`."""
    tables = world()
    first = pl.col("post_id") == "p0"
    types = TABLES[TableName.posts].schema
    columns = {
        name: pl.when(first).then(pl.lit(value, types[name])).otherwise(pl.lit(None, types[name]))
        for name, value in posts.items()
    }
    tables["posts"] = tables["posts"].with_columns(**columns)
    return decide_tables(tables | {"signals_of_others": signals(*rows)})


@pytest.mark.parametrize(
    "column",
    [
        {"links": ["https://other.example/", URL]},
        {"url": URL},
        {"text": f"Read this: {URL}."},
        {"title": "news.example/a/1"},
    ],
)
def test_a_post_that_links_to_a_reserved_address_is_dropped_and_what_answers_it(column: dict[str, Any]) -> None:
    found = decided(about(url=URL), **column)
    assert found["p0"] == RESERVED
    assert found["p2"] == ("parent_protected", "chain/protected")
    assert found["p1"] == found["ada"] == KEPT


@pytest.mark.parametrize(
    "link",
    [
        "http://www.NEWS.example:80/A/1/",
        "news.example/a/1?utm_source=x&fbclid=1#top",
        "(https://news.example/a/1)!",
        "https://go.example/?to=https%3A%2F%2Fnews.example%2Fa%2F1&h=2",
        "<a href='https://news.example/a/1'>",
        "https://user@news.example//a/%31",
        "https%3A%2F%2Fnews%2Eexample%2Fa%2F1",
        "https://news&#46;example/a/1",
        "\uff4eews\uff0eexample/a/1",
    ],
)
def test_spellings_of_one_address_are_the_same(link: str) -> None:
    assert decided(about(url=URL), text=link)["p0"] == RESERVED


@pytest.mark.parametrize(
    "link", ["https://news.example/a/2", "https://a.news.example/a/1", "https://thenews.example/a/1"]
)
def test_another_address_is_another(link: str) -> None:
    assert decided(about(url=URL), text=link)["p0"] == KEPT


@pytest.mark.parametrize(
    ("link", "dropped"),
    [
        ("https://news.example", True),
        ("see blog.news.example/x?y=1", True),
        ("https://xn--mnchen-3ya.news.example/", True),
        ("https://thenews.example/", False),
        ("https://news.example.org/", False),
        ("nothing", False),
    ],
)
def test_a_domain_has_everything_below_it(link: str, dropped: bool) -> None:
    for domain in ("news.example", "https://www.News.example/start", "*.news.example"):
        assert (decided(about(domain=domain), text=link)["p0"] == RESERVED) is dropped


def test_a_host_in_other_letters_is_found_in_both_spellings() -> None:
    for link in ("https://MÜNCHEN.example/a", "http://xn--mnchen-3ya.example/a"):
        assert decided(about(domain="münchen.example"), text=link)["p0"] == RESERVED


@pytest.mark.parametrize(("path", "dropped"), [("/private/a", True), ("/public/a", False), ("/Private/a", False)])
def test_the_rules_of_a_site_are_applied_to_each_link(path: str, dropped: bool) -> None:
    site = about(ROBOTS, format="robots_txt", domain="news.example")
    found = decided(site, text=f"https://news.example{path}")["p0"]
    assert (found == ("rights_reserved", "signals_of_others/robots_txt/disallow")) is dropped
    assert dropped or found == KEPT


def test_a_damaged_signal_denies_what_links_there() -> None:
    found = decided(about("?", domain="news.example"), links=[URL])
    assert found["p0"] == ("signal_unreadable", "signals_of_others/x_robots_tag/unreadable")


def test_the_last_signal_about_a_domain_counts() -> None:
    later: dict[str, Any] = {"domain": "news.example", "observed_at": BEFORE + DAY}
    assert decided(about(domain="news.example"), about("noindex", **later), links=[URL])["p0"] == KEPT
    assert decided(about("noindex", domain="news.example"), about(**later), links=[URL])["p0"] == RESERVED
    assert decided(about(domain="news.example", observed_at=BEFORE + timedelta(days=999)), links=[URL])["p0"] == KEPT


@pytest.mark.parametrize("other", [{"post_id": "p0"}, {"subject_id": "ada"}])
def test_a_domain_beside_another_target_stops(other: dict[str, str]) -> None:
    with pytest.raises(RightsError, match="domain beside post_id or subject_id"):
        decided(about(domain="news.example", **other))


def test_nothing_of_a_link_is_in_what_the_index_gets() -> None:
    linked = LinkedSignals.of(signals(about(url=URL), about(domain="news.example")).lazy())
    posts = pl.DataFrame({"text": [f"at {URL}", "nothing", None]})
    (first, *others) = linked.found_in(posts).to_list()
    assert others == [None, None]
    assert len(first) == 2
    assert "news" not in repr(first)
    assert linked.found_in(posts).name == LINK_SIGNALS


@pytest.mark.parametrize("unit", ["a.", "a", "a-", "&amp;", "%2e", "[", "a.b/://", "a.b/", "a.b?", ".", "%"])
def test_hostile_texts_are_read_in_linear_time(unit: str) -> None:
    for link in links_in(unit * 9_000):
        address_of(link)


def test_hosts_that_are_none_are_left_as_they_are() -> None:
    assert host_of("ü" * 300 + ".example").endswith(".example")
    assert address_of("") == ("", "")
