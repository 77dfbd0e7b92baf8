"""Test what the private decisions say about a record beside the reason, and that it goes with the person it names."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from redaction.config import load_config
from redaction.operations import DecisionEvidence, decision_evidence, withdraw
from redaction.state.erasure import ERASED
from redaction.state.private_tables import DECISIONS, PRIVATE_TABLES
from tests.network import AS_OF, MAY, Network, paths_of
from tests.releases import release

SUMMARY = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."
EDITED = SUMMARY.replace("children.", "grandchildren.")
DUTCH = "De trein naar de kust was weer vol en niemand op het station wist waarom er geen tweede trein reed."
CONTEXT = "Ward seven outpatient clinic, health forum"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    network = Network()
    ben = network.posts[1]
    network.posts += [
        network.posts[7] | {"post_id": "p-original", "text": SUMMARY},
        ben | {"post_id": "p-copy", "text": SUMMARY},
        ben | {"post_id": "p-edited", "text": EDITED},
        ben | {"post_id": "p-dutch", "text": DUTCH, "language": None},
        ben | {"post_id": "p-mixed", "text": f"{ben['text']} {DUTCH}", "language": "en"},
        ben | {"post_id": "p-forum", "context": CONTEXT},
        ben | {"post_id": "p-canary", "text": "The quokka timetable is out, and the other one too."},
    ]
    network.profiles.append(network.profiles[1] | {"user_id": "copier", "about": SUMMARY, "full_name": "Carla Pier"})
    network.region_signals.append(network.region_signals[0] | {"subject_id": "copier"})
    gates = {"canaries": ["quokka"], "max_set_aside": 0.5}
    path = network.write(tmp_path_factory.mktemp("net"), release={"gates": gates})
    release(path)
    yield path


def evidence(config: Path, identifier: str) -> DecisionEvidence:
    [only] = decision_evidence(load_config(config), identifier)
    return only


@pytest.mark.parametrize("identifier", ["p-copy", "copier"])
def test_a_near_copy_names_its_twin_and_how_near_it_is(config: Path, identifier: str) -> None:
    found = evidence(config, identifier)
    assert (found.reason, found.twin, found.similarity) == ("near_duplicate", "p-original", 1.0)


def test_the_similarity_is_that_of_the_two_texts(config: Path) -> None:
    words = len(SUMMARY.split())
    shingles = words - 2
    assert evidence(config, "p-edited").similarity == pytest.approx((shingles - 1) / (shingles + 1))


@pytest.mark.parametrize("identifier", ["p-dutch", "p-mixed"])
def test_an_unsupported_language_is_named(config: Path, identifier: str) -> None:
    found = evidence(config, identifier)
    assert (found.reason, found.language) == ("language_unsupported", "nl")


def test_what_the_audit_found_is_named_by_kind(config: Path) -> None:
    found = evidence(config, "p-canary")
    assert (found.reason, found.findings) == ("found_by_audit", ("canaries",))


def test_an_excluded_context_names_the_word_of_the_policy_and_nothing_of_the_context(config: Path) -> None:
    found = evidence(config, "p-forum")
    assert (found.reason, found.excluded_context) == ("context_excluded", "health")
    for table in PRIVATE_TABLES:
        if table.pattern != "index.parquet":
            for path in paths_of(config).files(table):
                assert "outpatient" not in str(pl.read_parquet(path).rows()), path


def test_other_records_have_no_evidence_of_this_kind(config: Path) -> None:
    for identifier in ("p-ben", "p-out", "p-late"):
        found = evidence(config, identifier)
        nothing = DecisionEvidence(found.source, found.source_id, found.decision, found.reason)
        assert found == nothing
    assert decision_evidence(load_config(config), "p-nowhere") == ()


def test_decisions_of_an_earlier_program_have_no_evidence(config: Path) -> None:
    [path] = paths_of(config).files(DECISIONS)
    before = path.read_bytes()
    try:
        pl.read_parquet(path).drop("detail", "similarity").write_parquet(path)
        assert evidence(config, "p-dutch").language is None
        assert evidence(config, "p-copy").twin == "p-original"
    finally:
        path.write_bytes(before)


def test_the_id_of_an_erased_twin_is_overwritten(tmp_path: Path) -> None:
    network = Network()
    ada = network.posts[0]
    network.posts += [
        ada | {"post_id": "p-hers", "text": SUMMARY, "kind": "message"},
        network.posts[1] | {"post_id": "p-copy", "text": SUMMARY},
    ]
    config = network.write(tmp_path)
    release(config)
    assert evidence(config, "p-copy").twin == "p-hers"
    event = {"event_id": "e9", "subject_id": "ada", "action": "erase", "event_time": MAY, "received_at": MAY}
    network.rights_events.append(event)
    network.write(tmp_path)
    withdraw(load_config(config), AS_OF, "run", most_absent=1)
    settings = load_config(config)
    [found] = decision_evidence(settings, "p-copy", "1.0.0")
    assert (found.twin, found.similarity) == (ERASED, 1.0)
