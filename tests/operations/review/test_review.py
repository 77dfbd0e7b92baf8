"""What a review shows, what it stores, and that it goes with the rights of the people in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
import yaml

from redaction.config import load_config
from redaction.evaluation import LabeledSpan, LabeledText
from redaction.operations import withdraw
from redaction.operations.preview import Choices, PreviewSession
from redaction.operations.review import (
    Format,
    ReviewedSpan,
    ReviewError,
    ReviewSession,
    collect,
    dump,
    exported_texts,
    import_labels,
    load,
    open_case,
    propose_terms,
)
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import RISKS
from redaction.state.stores.review_store import Decision, Status, Stratum, read_review
from tests.network import MAY, Network, paths_of
from tests.operations.review.network import NAMES, talkative
from tests.pipelines.running import CANARY, command
from tests.releases import release

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)


@contextmanager
def session_of(config: Path, texts: int = 40) -> Iterator[ReviewSession]:
    with open_case(load_config(config)) as case:
        collect(case, texts)
        yield ReviewSession.open(case)


def accept_all(config: Path, texts: int = 40) -> None:
    with session_of(config, texts) as session:
        for number in range(len(session)):
            session.store(number, Status.DONE, decided(session, number, Decision.ACCEPTED))


def decided(session: ReviewSession, number: int, decision: Decision) -> list[ReviewedSpan]:
    return [span.model_copy(update={"decision": decision}) for span in session.item(number).spans]


def labels_of(config: Path) -> dict[str, list[tuple[str, str]]]:
    with open_case(load_config(config)) as case:
        return {
            each.text: [(each.text[s.start : s.end], s.entity_type) for s in each.spans]
            for each in exported_texts(case)
        }


def changed(config: Path, network: Network, **more: object) -> None:
    network.write(config.parent)
    if more:
        values = yaml.safe_load(config.read_text("utf-8"))
        config.write_text(yaml.safe_dump(values | more), "utf-8")


def without_ada() -> Network:
    made = talkative()
    made.rights_events.append(
        {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    )
    return made


def test_only_texts_that_the_rights_allow_are_shown(config: Path) -> None:
    with session_of(config) as session:
        texts = [session.item(number).text for number in range(len(session))]
    assert len(texts) == len(set(texts)) > 8
    assert not [text for text in texts if CANARY in text]


def test_half_are_the_least_sure_of_each_type_and_half_are_random(config: Path) -> None:
    with session_of(config, 4) as session:
        items = [session.item(number) for number in range(len(session))]
    assert [item.stratum for item in items] == [Stratum.UNSURE] * 2 + [Stratum.RANDOM] * 2
    least = [item.spans[item.least] for item in items[:2] if item.least is not None]
    assert len({span.entity_type for span in least}) == 2
    with session_of(config, 4) as session:
        assert [session.item(number) for number in range(len(session))] == items


def test_texts_that_are_decided_stay_and_are_not_chosen_again(config: Path) -> None:
    with session_of(config, 2) as session:
        first = session.item(0).text
        session.store(0, Status.DONE, decided(session, 0, Decision.ACCEPTED))
    with session_of(config, 40) as session:
        texts = [session.item(number).text for number in range(len(session))]
        assert session.item(0).status is Status.DONE
        assert session.next_open() == 1
        assert session.next_open(len(session) - 1) == 1
    assert texts[0] == first
    assert texts.count(first) == 1
    accept_all(config, 1000)
    with session_of(config, 1) as session:
        assert session.next_open() is None, "all texts are decided, and none is offered twice"
        assert len(session) == session.progress().done > len(texts) - 1


def test_the_state_has_decisions_and_no_text(config: Path) -> None:
    accept_all(config)
    state = paths_of(config).state
    assert set(read_review(paths_of(config))["status"]) == {"done"}
    for path in state.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [name for name in NAMES if name.encode() in content], path.name
    assert (state / "review.parquet").stat().st_mode & 0o777 == 0o600


def test_labels_are_what_was_accepted_corrected_and_added(config: Path) -> None:
    with session_of(config) as session:
        number = next(n for n in range(len(session)) if "Tom Becker" in session.item(n).text)
        text = session.item(number).text
        person, town, mail = session.item(number).spans
        shorter = person.model_copy(update={"end": person.start + 3, "decision": Decision.CHANGED})
        start = text.index("Friday")
        added = ReviewedSpan(start=start, end=start + 6, entity_type="DATE_TIME", decision=Decision.ADDED)
        rejected = town.model_copy(update={"decision": Decision.REJECTED})
        accepted = mail.model_copy(update={"decision": Decision.ACCEPTED})
        session.store(number, Status.DONE, [shorter, rejected, accepted, added])
        assert session.progress().spans == 4
    assert labels_of(config)[text] == [("Tom", "PERSON"), ("tom@example.org", "EMAIL_ADDRESS"), ("Friday", "DATE_TIME")]


def test_decisions_that_make_no_labels_are_refused(config: Path) -> None:
    with session_of(config) as session:
        number = next(n for n in range(len(session)) if len(session.item(n).spans) > 2)
        spans = decided(session, number, Decision.ACCEPTED)
        with pytest.raises(ReviewError, match="not every span is decided"):
            session.store(number, Status.DONE, session.item(number).spans)
        with pytest.raises(ReviewError, match="not within the text"):
            session.store(number, Status.OPEN, [spans[0].model_copy(update={"end": 10_000})])
        with pytest.raises(ReviewError, match="two spans overlap"):
            session.store(number, Status.OPEN, [spans[0], spans[0]])
        assert session.item(number).status is Status.OPEN


def test_a_text_that_changed_is_neither_shown_nor_exported(config: Path) -> None:
    accept_all(config)
    before = labels_of(config)
    made = talkative()
    made.posts[-2]["text"] += " And I was there too."
    changed(config, made)
    after = labels_of(config)
    assert before.keys() - after.keys() == {text for text in before if NAMES[-1] in text}
    with session_of(config) as session:
        assert not [n for n in range(len(session)) if NAMES[-1] in session.item(n).text]


def test_an_opt_out_removes_the_decisions_before_any_build(config: Path) -> None:
    accept_all(config)
    with session_of(config) as session:
        shown = next(n for n in range(len(session)) if NAMES[0] in session.item(n).text)
        changed(config, without_ada())
        assert not [text for text in labels_of(config) if "Yesterday we met" in text]
        assert not [row for row in read_review(paths_of(config))["source_id"] if row in {"p-ada", "p-0", "ada"}]
        with pytest.raises(ReviewError, match="was removed from the review"):
            session.item(shown)
        with pytest.raises(ReviewError, match="was removed from the review"):
            session.store(shown, Status.OPEN, [])


@pytest.mark.parametrize("how", ["takedown", "build"])
def test_a_takedown_and_a_build_remove_the_decisions_on_a_member(config: Path, how: str) -> None:
    accept_all(config)
    report = command("report", str(paths_of(config).releases / "1.0.0"), "--private", str(config))
    assert report.returncode == 0, report.stderr
    changed(config, without_ada())
    if how == "takedown":
        withdraw(load_config(config), AS_OF, uuid4().hex, most_absent=1)
    else:
        release(config)
    left = set(read_review(paths_of(config))["source_id"])
    assert left
    assert not {name for name in left if name == "ada" or name in {"p-ada", "p-may", *(f"p-{n}" for n in range(7))}}
    assert not Path(report.stdout.strip()).exists()


@pytest.mark.parametrize("form", Format)
def test_labels_survive_another_tool(config: Path, form: Format) -> None:
    with session_of(config) as session:
        number = next(n for n in range(len(session)) if NAMES[2] in session.item(n).text)
        spans = decided(session, number, Decision.ACCEPTED)
        spans[1] = spans[1].model_copy(update={"decision": Decision.REJECTED})
        start = session.item(number).text.index("slides")
        spans.append(ReviewedSpan(start=start, end=start + 6, entity_type="ORGANIZATION", decision=Decision.ADDED))
        session.store(number, Status.DONE, sorted(spans, key=lambda span: span.start))
    before = read_review(paths_of(config))
    with open_case(load_config(config)) as case:
        content = dump(exported_texts(case), form)
        session.store(number, Status.OPEN, session.item(number).spans)
        assert import_labels(case, load(content, form, "labels")).texts == 1
    assert read_review(paths_of(config)).equals(before)


def test_found_spans_can_be_decided_elsewhere(config: Path) -> None:
    with open_case(load_config(config)) as case:
        collect(case, 40)
        texts = exported_texts(case, undecided=True)
        tasks = json.loads(dump(texts, Format.LABEL_STUDIO, predicted=True))
        assert all(task["predictions"] and "annotations" not in task for task in tasks)
        (one,) = [each for each in texts if NAMES[3] in each.text]
        wider = LabeledText("1", one.text, (LabeledSpan(one.spans[0].start - 4, one.spans[0].end, "PERSON"),), "")
        unknown = LabeledText("2", "Unknown.", (LabeledSpan(0, 4, "PERSON"),), "")
        taken = import_labels(case, [wider, unknown])
    assert (taken.texts, taken.unknown) == (1, 1)
    (row,) = [each for each in read_review(paths_of(config)).iter_rows(named=True) if each["status"] == "done"]
    decisions = [span["decision"] for span in row["spans"]]
    assert decisions[0] == "changed"
    assert set(decisions[1:]) == {"rejected"}


def test_terms_are_proposed_but_no_value_of_a_person(config: Path) -> None:
    with session_of(config) as session:
        number = next(n for n in range(len(session)) if "Tarkwood" in session.item(n).text)
        text = session.item(number).text

        def span(word: str, kind: str, decision: Decision, recognizer: str = "") -> ReviewedSpan:
            start = text.index(word)
            return ReviewedSpan(
                start=start, end=start + len(word), entity_type=kind, decision=decision, recognizer=recognizer
            )

        session.store(
            number,
            Status.DONE,
            [
                span("Tarkwood", "ORGANIZATION", Decision.ADDED),
                span("Okafor", "PERSON", Decision.REJECTED, "model"),
                span("Quillmark", "PERSON", Decision.REJECTED, "model"),
            ],
        )
        number = next(n for n in range(len(session)) if "We hired Maria Gonzalez" in session.item(n).text)
        text = session.item(number).text
        session.store(
            number,
            Status.DONE,
            [
                span("Maria Gonzalez", "PERSON", Decision.ADDED),
                span("Chicago", "LOCATION", Decision.ACCEPTED, "model"),
                span("ada@example.com", "EMAIL_ADDRESS", Decision.REJECTED, "model"),
            ],
        )
    with open_case(load_config(config)) as case:
        terms = propose_terms(case)
    assert terms.allow == ("Quillmark",)
    assert terms.deny == {"ORGANIZATION": ("Tarkwood",)}
    assert terms.missed == {"PERSON": 1}
    assert terms.names == 1
    saved = command("review", "terms", str(config), "--save", "with-terms.yaml")
    assert saved.returncode == 0, saved.stderr
    detection = load_config(saved.stdout.strip()).detection
    assert detection.allow_list == ("Quillmark",)
    assert detection.deny_list == {"ORGANIZATION": ("Tarkwood",)}
    assert "Maria" not in Path(saved.stdout.strip()).read_text("utf-8")


def test_a_build_measures_on_reviewed_texts_if_the_config_says_so(config: Path) -> None:
    accept_all(config)
    quality = {"card": {"smallest_count": 1}, "quality": {"shipped_set": False, "reviewed": True}}
    changed(config, talkative(), release=quality)
    folder = release(config)
    (quality,) = json.loads((folder / "report.json").read_text("utf-8"))["quality"]
    assert quality["labeled_set"] == "reviewed"
    assert {each["entity_type"]: each["leak"] for each in quality["types"]}["PERSON"] == 0
    assert "reviewed" in (folder / "report.html").read_text("utf-8")


def test_the_preview_measures_on_reviewed_texts_and_writes_nothing(config: Path) -> None:
    accept_all(config)
    session = PreviewSession(load_config(config), [])
    before = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    measured = {each.labeled_set: each for each in session.quality(Choices())}
    assert {each.entity_type: each.leak for each in measured["reviewed"].types}["PERSON"] == 0
    careless = {each.labeled_set: each for each in session.quality(Choices(threshold=1.0))}
    assert {each.entity_type: each.leak for each in careless["reviewed"].types}["PERSON"] > 0
    changed(config, without_ada())
    fewer = {each.labeled_set: each for each in PreviewSession(load_config(config), []).quality(Choices())}
    assert fewer["reviewed"].texts < measured["reviewed"].texts, "without the texts that may not be used now"
    assert all(path.read_bytes() == content for path, content in before.items() if "state" in path.parts)


def test_without_a_build_there_is_nothing_to_review(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    done = command("review", "export", str(config), str(tmp_path / "labels.jsonl"))
    assert done.returncode == 1
    assert "no build is in the state" in done.stderr


def test_an_export_is_private_and_never_among_the_releases(config: Path) -> None:
    accept_all(config, 4)
    path = config.parent / "labels.jsonl"
    done = command("review", "export", str(config), str(path))
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    inside = command("review", "export", str(config), str(paths_of(config).releases / "labels.jsonl"))
    assert inside.returncode == 1
    assert "raw texts are private" in inside.stderr
    ids = [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]
    assert len(ids) == 4
    evaluated = command("evaluate", str(path), "--json")
    assert evaluated.returncode == 0, evaluated.stderr
    assert json.loads(evaluated.stdout)["overall"]["documents"] == 4


def test_the_riskiest_texts_come_first(config: Path) -> None:
    with session_of(config) as session:
        before = [session.item(number).text for number in range(len(session)) if is_unsure(session, number)]
    assert len(before) > 2
    (path,) = paths_of(config).files(RISKS)
    risks = pl.read_parquet(path)
    with open_case(load_config(config)) as case:
        rows = read_review(case.build.paths).filter(stratum=Stratum.UNSURE.value)
    last = rows.row(-1, named=True)
    is_last = (pl.col("source") == last["source"]) & (pl.col("source_id") == last["source_id"])
    write_table(RISKS, path, risks.with_columns(pl.when(is_last).then(0.9).otherwise(0.001).alias("risk")))
    with session_of(config) as session:
        after = [session.item(number).text for number in range(len(session)) if is_unsure(session, number)]
    assert sorted(after) == sorted(before)
    assert after[0] == before[-1]


def is_unsure(session: ReviewSession, number: int) -> bool:
    return session.item(number).stratum is Stratum.UNSURE
