"""Letters in every language, receipts, and answers to many at once."""

import json
import string
from pathlib import Path

import polars as pl
import pytest

from redaction.builds.report import ReasonGroup
from redaction.config import load_config
from redaction.operations import settle_superseded
from redaction.operations.requests import (
    LANGUAGES,
    RequestError,
    answer_member,
    answer_requests,
    certificate_problems,
    certify_member,
    read_receipts,
    record_events,
)
from redaction.operations.requests.answers.words import Words, words_of
from redaction.operations.requests.kinds import RequestKind
from redaction.release.takedown import (
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    acknowledge,
    read_chain,
    register,
)
from redaction.rights.grounds.ledger import Action
from tests.network import AS_OF, Network, paths_of
from tests.operations.requests.test_intake import open_one
from tests.operations.take_down.requests import take_down
from tests.releases import release


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = Network().write(tmp_path_factory.mktemp("net"))
    release(config)
    return config


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_blanks(language: str) -> None:
    words, english = words_of(language), words_of("en")
    assert set(words.kinds) == set(RequestKind)
    assert set(words.groups) == set(ReasonGroup)
    assert set(words.actions) == set(Action)
    for name in Words.model_fields:
        ours, theirs = getattr(words, name), getattr(english, name)
        pairs = [(ours, theirs)] if isinstance(ours, str) else [(ours[key], theirs[key]) for key in theirs]
        assert isinstance(ours, str) or set(ours) == set(theirs)
        assert all(blanks(one) == blanks(other) for one, other in pairs), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_written_in_every_language(released: Path, tmp_path: Path, language: str) -> None:
    written = answer_member(load_config(released), "ada", AS_OF, tmp_path, language)
    letter = (written.last.with_suffix("") / "letter.txt").read_text()
    assert words_of(language).title in letter
    assert "1.0.0" in letter
    assert "{" not in letter
    assert f'<html lang="{language}">' in (written.last.with_suffix("") / "page.html").read_text()


def test_an_unknown_language_or_member_or_a_public_folder_is_refused(released: Path, tmp_path: Path) -> None:
    settings = load_config(released)
    with pytest.raises(RequestError, match="letters are written in en, de"):
        answer_member(settings, "ada", AS_OF, tmp_path, "xx")
    with pytest.raises(RequestError, match="nothing has this id") as raised:
        answer_member(settings, "nobody-has-this", AS_OF, tmp_path, "en")
    assert "nobody-has-this" not in str(raised.value)
    with pytest.raises(RequestError, match="is in the output"):
        answer_member(settings, "ada", AS_OF, Path(str(paths_of(released).releases)) / "answers", "en")


def test_many_requests_are_answered_at_once(tmp_path: Path) -> None:
    config = Network().write(tmp_path / "net")
    release(config)
    ids = [open_one(config, who, kind, "2025-06-01") for who, kind in (("ada", "erasure"), ("ben", "access"))]
    ids.append(open_one(config, "never-here", "erasure", "2025-06-01"))
    with pytest.raises(RequestError, match="can be read in"):
        answer_requests(load_config(config), [], AS_OF, tmp_path / "early", "en")
    take_down(config)
    written = answer_requests(load_config(config), [], AS_OF, tmp_path / "out", "en", zip_only=True)
    assert (written.packages, written.certificates) == (3, 2)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{each}.zip" for each in ids)
    with pytest.raises(RequestError, match="no request is open"):
        answer_requests(load_config(config), [], AS_OF, tmp_path / "out", "en")


def test_a_certificate_says_which_releases_can_still_be_read(tmp_path: Path) -> None:
    config = Network().write(tmp_path / "net")
    release(config)
    request = open_one(config, "ada", "opt-out", "2025-06-01")
    take_down(config)
    with pytest.raises(RequestError, match="nothing has this id"):
        certify_member(load_config(config), "nobody-has-this", AS_OF)
    certificate = certify_member(load_config(config), "ada", AS_OF)
    assert certificate.request is not None
    assert certificate.request.request_id == request
    assert [level.reached for level in certificate.levels] == [True, False, None, False]
    assert {each.version: (each.state, each.records) for each in certificate.releases} == {
        "1.0.0": ("superseded", 3),
        "2.0.0": ("current", 0),
    }
    assert list(certificate_problems(certificate, paths_of(config).releases)) == []
    problems = list(certificate_problems(certificate, paths_of(config).releases, "0" * 64))
    assert [problem.split(",")[-1] for problem in problems] == [f" not by {'0' * 64}"]
    settle_superseded(load_config(config), remove_rows=True)
    assert [level.reached for level in certify_member(load_config(config), "ada", AS_OF).levels][1] is True


def test_a_certificate_counts_copies_that_no_takedown_asked_for(tmp_path: Path) -> None:
    config = Network().write(tmp_path / "net")
    release(config)
    folder = paths_of(config).releases
    made = Descendant(version="1.0.0", kind=DescendantKind.COPIED, uri="store://copy", registered_at=AS_OF)
    copy, model = (
        register(folder, made.model_copy(update={"kind": kind}))
        for kind in (DescendantKind.COPIED, DescendantKind.TRAINED)
    )
    open_one(config, "ada", "objection", "2025-06-01")
    release(config)  # leaves her out, and asks nobody
    certificate = certify_member(load_config(config), "ada", AS_OF)
    copies = next(level for level in certificate.levels if level.name == "copies")
    assert copies.reached is False
    assert copies.basis == "0 of 1 answers say that the records are gone; no takedown asked for 1 of them"
    evidence = {each.path for each in certificate.evidence}
    assert {f"descendants/{copy}.json", f"descendants/{model}.json"} <= evidence
    assert list(certificate_problems(certificate, folder)) == []
    take_down(config)
    assert certify_member(load_config(config), "ada", AS_OF).levels[2].reached is False
    chain = read_chain(folder)
    answer = Acknowledgement(takedown_id="000001", descendant_id=copy, response=Response.REMOVED, acknowledged_at=AS_OF)
    acknowledge(folder, chain, answer)
    assert certify_member(load_config(config), "ada", AS_OF).levels[2].reached is True


def test_receipts_become_events_and_events_receipts(tmp_path: Path) -> None:
    config = Network().write(tmp_path / "net")
    settings = load_config(config)
    receipt = {
        "schema_version": "ISO/IEC TS 27560:2023",
        "record_id": "r1",
        "pii_principal_id": "ada",
        "pii_processing": {"purposes": [{"purpose": "ai_training"}]},
        "events": [
            {"event_time": "2025-01-01T00:00:00Z", "event_type": "explicit", "event_state": "dpv:ConsentGiven"},
            {"event_time": "2025-02-01T00:00:00Z", "event_state": "https://w3id.org/dpv#ConsentWithdrawn"},
            {"event_time": "2025-03-01T00:00:00Z", "event_state": "ConsentRequested"},
        ],
    }
    (tmp_path / "r.json").write_text(json.dumps([receipt]))
    events = read_receipts(settings, tmp_path / "r.json")
    assert events.select("subject_id", "action", "purpose").rows() == [
        ("ada", "opt_in", "ai_training"),
        ("ada", "withdraw", "ai_training"),
    ]
    assert [record_events(settings, events), record_events(settings, events)] == [2, 0]
    folder = release(config)
    decisions = pl.read_parquet(paths_of(config).state / folder.name / "decisions.parquet")
    assert decisions.filter(source_id="p-ada")["reason"].item() == "consent_withdrawn"
    written = answer_member(settings, "ada", AS_OF, tmp_path / "out", "en")
    (made,) = json.loads((written.last.with_suffix("") / "receipts.json").read_text())
    assert [each["event_state"] for each in made["events"]] == ["ConsentGiven", "ConsentWithdrawn"]
    (tmp_path / "made.json").write_text(json.dumps(made))
    assert read_receipts(settings, tmp_path / "made.json")["action"].to_list() == ["opt_in", "withdraw"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"event_state": "maybe"}, "receipt 1: event_state is none of"),
        ({"event_time": "2199-01-01T00:00:00Z"}, "receipt 1: event_time is in the future"),
        ({"event_time": "yesterday"}, "receipt 1: events.0.event_time"),
    ],
)
def test_a_wrong_receipt_stops_the_reading(
    released: Path, tmp_path: Path, change: dict[str, str], problem: str
) -> None:
    event = {"event_time": "2025-01-01T00:00:00Z", "event_state": "ConsentGiven"} | change
    (tmp_path / "r.json").write_text(json.dumps({"record_id": "r", "pii_principal_id": "ada", "events": [event]}))
    with pytest.raises(RequestError, match=problem) as raised:
        read_receipts(load_config(released), tmp_path / "r.json")
    assert "ada" not in str(raised.value)
