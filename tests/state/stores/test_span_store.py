"""Test when stored spans are used, when a text is analyzed again, and that the released bytes are the same."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds import Build, PartitionReport, RedactionSession, open_inputs, partitions_to_redact, prepare
from redaction.builds.decide import decide_rights
from redaction.config import load_config
from redaction.state.private_tables import REDACTED
from tests.network import AS_OF, JOINED, Network

ROSA = {"objection_id": "o2", "name": "Rosa Quintero", "handle": "rquint77", "received_at": JOINED}


@pytest.fixture
def network() -> Network:
    network = Network()
    texts = {
        "p-ada": "We hired Maria Gonzalez in Chicago, write to ada@example.com for the slides.",
        "p-ben": "Thanks to everyone who came to the launch, it was a pleasure to meet you all.",
        "p-may": "A short note on trains by rosa quintero, and on timetables.",
        "p-old": "Congrats to ROSA on the winter timetable, see www.example.com/in/rosa-quintero here.",
    }
    for post in network.posts:
        post["text"] = texts.get(post["post_id"], post["text"])
    return network


def build(network: Network, folder: Path, version: str, **config: Any) -> tuple[dict[str, str], int]:
    """Redact all posts; return the rows by record id and field, and the number of analyzed texts."""
    (folder / "key").parent.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_text(bytes(range(32)).hex())
    (folder / "key").chmod(0o600)
    settings = load_config(network.write(folder, **config))
    prepare(settings, open_inputs(settings), version=version)
    work = Build.open(settings)
    decide_rights(work)
    reports: list[PartitionReport] = []
    rows: dict[str, str] = {}
    with RedactionSession(work) as session:
        for partition, _ in partitions_to_redact(work.folder):
            reports.append(session.redact_posts(partition))
            frame = pl.read_parquet(work.folder.file(REDACTED, source="posts", partition=partition))
            rows |= {f"{r['record_id']} {r['field']}": str(r) for r in frame.iter_rows(named=True)}
    return rows, sum(report.detected for report in reports)


def test_a_new_objector_causes_only_texts_with_their_name_to_be_analyzed(tmp_path, network):
    _, first = build(network, tmp_path / "kept", "1.0.0")
    network.objections.append(ROSA)
    kept, detected = build(network, tmp_path / "kept", "1.1.0")
    without_store, every = build(network, tmp_path / "new", "1.1.0")
    assert first == every
    assert detected == 3, "the text with Rosa's name, its title, and the other post with her name"
    assert kept == without_store
    assert "quintero" not in "".join(kept.values()).lower()


def test_a_removed_objector_is_not_searched_for(tmp_path, network):
    before, _ = build(network, tmp_path / "a", "1.0.0")
    network.objections.append(ROSA)
    build(network, tmp_path / "a", "1.0.0")
    network.objections.pop()
    after, detected = build(network, tmp_path / "a", "1.0.0")
    assert after == before
    assert detected == 3


def test_an_unchanged_build_analyzes_no_text_and_gives_the_same(tmp_path, network):
    first, number = build(network, tmp_path, "1.0.0")
    again, detected = build(network, tmp_path, "1.0.0")
    assert (number > 0, detected) == (True, 0)
    assert again == first


@pytest.mark.parametrize(
    "operator",
    [
        "placeholder",
        "pseudonym",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("mask", "hash", "keep", "redact")),
    ],
)
def test_another_operator_analyzes_no_text_and_gives_the_same_as_without_the_store(tmp_path, network, operator):
    _, number = build(network, tmp_path / "kept", "1.0.0")
    settings = {"replacement": {"default": operator, "entities": {"PERSON": "placeholder"}}}
    kept, detected = build(network, tmp_path / "kept", "1.1.0", **settings)
    twice, _ = build(network, tmp_path / "kept", "1.1.0", **settings)
    without_store, _ = build(network, tmp_path / "new", "1.1.0", **settings)
    assert number > detected == 0
    assert kept == twice == without_store


def test_a_changed_profile_causes_the_texts_of_that_person_to_be_analyzed(tmp_path, network):
    build(network, tmp_path / "kept", "1.0.0")
    ada = next(profile for profile in network.profiles if profile["user_id"] == "ada")
    ada["handle"], ada["updated_at"] = "timetables", AS_OF - timedelta(days=1)
    kept, detected = build(network, tmp_path / "kept", "1.1.0")
    without_store, _ = build(network, tmp_path / "new", "1.1.0")
    assert detected == 3, "p-ada, and p-may with its title"
    assert kept == without_store
    assert "timetables" not in next(text for text in kept.values() if "short note" in text)


def test_spans_of_another_version_of_the_program_are_not_used(tmp_path, network):
    first, number = build(network, tmp_path, "1.0.0")
    for path in (tmp_path / "state").rglob("findings/posts/*.parquet"):
        pl.read_parquet(path).drop("objectors", "named").write_parquet(path)
    again, detected = build(network, tmp_path, "1.0.0")
    assert detected == number > 0
    assert again == first
