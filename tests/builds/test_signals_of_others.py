"""A build reads signals of others, drops what they reserve, says why, and stops where they would reach nobody."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds.decide import decide_rights
from redaction.config import load_config
from redaction.operations.explain import explain_record
from redaction.rights.reconciliation.joins import Join
from redaction.state.private_tables import RIGHTS
from tests.builds.networks import checked, many_posts, opened
from tests.network import AS_OF, Network, paths_of
from tests.releases import release


def signal(**given: Any) -> dict[str, Any]:
    observed = AS_OF - timedelta(days=1)
    return {"format": "x_robots_tag", "value": "noai", "observed_at": observed, "url": "https://a.example/", **given}


def decisions(made: Network, folder: Path, **config: Any) -> dict[str, tuple[str, str]]:
    build = opened(made, folder, **config)
    decide_rights(build)
    rows = pl.read_parquet(build.folder.file(RIGHTS)).select("source_id", "reason", "rule").rows()
    return {source_id: (reason, rule) for source_id, reason, rule in rows}


def test_a_reserved_post_is_dropped_and_others_are_as_before(tmp_path: Path) -> None:
    before, made = decisions(Network(), tmp_path / "a"), Network()
    made.signals_of_others = [signal(post_id="p-ben"), signal(post_id="p-old", value="noindex")]
    after = decisions(made, tmp_path / "b")
    assert before["p-ben"][0] == before["p-old"][0] == "eligible"
    assert after.pop("p-ben") == ("rights_reserved", "signals_of_others/x_robots_tag/noai")
    assert after == {name: each for name, each in before.items() if name != "p-ben"}


def test_ids_of_signals_are_reconciled(tmp_path: Path) -> None:
    made = Network()
    made.signals_of_others = [signal(post_id="P-BEN"), signal(subject_id="ADA")]
    check = checked(made, tmp_path)
    assert check.reconciliation.of(Join.SIGNAL_POSTS).near == {"letter case": 1}
    assert check.reconciliation.of(Join.SIGNAL_SUBJECTS).near == {"letter case": 1}
    assert [problem.split(":")[0] for problem in check.problems] == [
        "signals_of_others.subject_id", "signals_of_others.subject_id", "signals_of_others.post_id"
    ]  # fmt: skip


def test_signals_that_mostly_lead_nowhere_stop_the_build(tmp_path: Path) -> None:
    made = Network()
    many_posts(made, 30)
    made.signals_of_others = [signal(post_id=f"elsewhere-{number}-z") for number in range(25)]
    (problem,) = checked(made, tmp_path).problems
    assert problem.startswith("signals_of_others.post_id: 25 of 25 ids are not the id of a post")
    made.signals_of_others = [signal(post_id=f"q-x{number}y") for number in range(25)]
    assert checked(made, tmp_path / "right").problems == ()


def test_a_post_that_links_to_a_reserved_site_is_dropped_in_any_number_of_partitions(tmp_path: Path) -> None:
    made = Network()
    linking = made.posts[0] | {"post_id": "p-link", "text": "Read https://news.example/private/a, it is short."}
    other_link = linking | {"post_id": "p-else", "text": "Read https://news.example/a, it is short."}
    made.posts += [linking, other_link, linking | {"post_id": "p-re", "text": "Oh.", "in_reply_to": "p-link"}]
    robots = signal(format="robots_txt", value="User-agent: *\nDisallow: /private/", url=None, domain="news.example")
    made.signals_of_others = [robots, signal(post_id="p-ben"), signal(subject_id="eva")]
    found = decisions(made, tmp_path / "a")
    assert found["p-link"] == ("rights_reserved", "signals_of_others/robots_txt/disallow")
    assert found["p-re"][0] == "parent_protected"
    assert found["p-else"][0] == "eligible"
    for parts in (2, 5):
        again = decisions(made, tmp_path / str(parts), execution={"workers": 1, "partitions": parts})
        assert again == found
    index = next((tmp_path / "a").rglob("index.parquet")).read_bytes()
    assert b"news.example" not in index


def test_addresses_that_nothing_links_to_stop_the_build(tmp_path: Path) -> None:
    made = Network()
    made.posts.append(made.posts[0] | {"post_id": "p-link", "text": "Read https://news.example/1, it is short."})
    made.signals_of_others = [signal(url=f"https://news.example/{number}") for number in range(25)]
    (problem,) = checked(made, tmp_path).problems
    assert problem.startswith("signals_of_others.url and domain: 24 of 25 ids are not what a post links to")
    made.signals_of_others = [signal(url="http://www.news.example/1/"), signal(domain="elsewhere.example", url=None)]
    counts = checked(made, tmp_path / "right").reconciliation.of(Join.SIGNAL_LINKS)
    assert (counts.known, counts.unknown) == (1, 1)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    made = Network()
    made.signals_of_others = [signal(post_id="p-ben")]
    path = made.write(tmp_path, release={"gates": {"max_set_aside": 0.5}})
    release(path)
    return path


def test_an_explanation_is_a_sentence_and_nothing_of_the_signal_is_published(config: Path) -> None:
    answer = explain_record(load_config(config), "p-ben")
    assert "a machine-readable signal reserves it from training (signals_of_others/x_robots_tag/noai)" in str(
        answer.model_dump()
    )
    for file in paths_of(config).corpora.rglob("*"):
        assert not Path(str(file)).is_file() or b"a.example" not in Path(str(file)).read_bytes()
