"""Findings that are kept: what has them hold, what has a text looked at again, and that no byte tells which."""

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
    """Redacts all posts: each text by its first words' id and field, and how many texts were looked at."""
    (folder / "key").parent.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_text("6b" * 32)
    (folder / "key").chmod(0o600)
    told = load_config(network.write(folder, **config))
    prepare(told, open_inputs(told), version=version)
    work = Build.open(told)
    decide_rights(work)
    reports: list[PartitionReport] = []
    rows: dict[str, str] = {}
    with RedactionSession(work) as session:
        for partition, _ in partitions_to_redact(work.folder):
            reports.append(session.redact_posts(partition))
            frame = pl.read_parquet(work.folder.file(REDACTED, source="posts", partition=partition))
            rows |= {f"{r['record_id']} {r['field']}": str(r) for r in frame.iter_rows(named=True)}
    return rows, sum(report.detected for report in reports)


def test_one_more_objector_has_only_those_texts_looked_at_again_that_name_them(tmp_path, network):
    _, first = build(network, tmp_path / "kept", "1.0.0")
    network.objections.append(ROSA)
    kept, detected = build(network, tmp_path / "kept", "1.1.0")
    afresh, every = build(network, tmp_path / "afresh", "1.1.0")
    assert first == every
    assert detected == 3, "the text and the title beside it that name Rosa, and the other post that does"
    assert kept == afresh
    assert "quintero" not in "".join(kept.values()).lower()


def test_an_objector_who_is_gone_is_looked_for_no_more(tmp_path, network):
    before, _ = build(network, tmp_path / "a", "1.0.0")
    network.objections.append(ROSA)
    build(network, tmp_path / "a", "1.0.0")
    network.objections.pop()
    after, detected = build(network, tmp_path / "a", "1.0.0")
    assert after == before
    assert detected == 3


def test_nothing_new_has_nothing_looked_at_and_gives_the_same(tmp_path, network):
    first, number = build(network, tmp_path, "1.0.0")
    again, detected = build(network, tmp_path, "1.0.0")
    assert (number > 0, detected) == (True, 0)
    assert again == first


@pytest.mark.parametrize("operator", ["placeholder", "pseudonym", "mask", "hash", "keep", "redact"])
def test_another_operator_gives_what_it_gives_afresh_and_nothing_is_looked_at(tmp_path, network, operator):
    _, number = build(network, tmp_path / "kept", "1.0.0")
    settings = {"replacement": {"default": operator, "entities": {"PERSON": "placeholder"}}}
    kept, detected = build(network, tmp_path / "kept", "1.1.0", **settings)
    twice, _ = build(network, tmp_path / "kept", "1.1.0", **settings)
    afresh, _ = build(network, tmp_path / "afresh", "1.1.0", **settings)
    assert number > detected == 0
    assert kept == twice == afresh


def test_what_a_profile_tells_anew_has_the_texts_of_that_person_looked_at(tmp_path, network):
    build(network, tmp_path / "kept", "1.0.0")
    ada = next(profile for profile in network.profiles if profile["user_id"] == "ada")
    ada["handle"], ada["updated_at"] = "timetables", AS_OF - timedelta(days=1)
    kept, detected = build(network, tmp_path / "kept", "1.1.0")
    afresh, _ = build(network, tmp_path / "afresh", "1.1.0")
    assert detected == 3, "p-ada, and p-may with its title"
    assert kept == afresh
    assert "timetables" not in next(text for text in kept.values() if "short note" in text)


def test_findings_of_another_version_of_the_program_count_for_nothing(tmp_path, network):
    first, number = build(network, tmp_path, "1.0.0")
    for path in (tmp_path / "state").rglob("findings/posts/*.parquet"):
        pl.read_parquet(path).drop("objectors", "named").write_parquet(path)
    again, detected = build(network, tmp_path, "1.0.0")
    assert detected == number > 0
    assert again == first
