"""Fine-tuning on made-up labels: it learns what the shipped model misses, and refuses what makes it worse."""

import json
import random
from pathlib import Path

import pytest
import yaml

from redaction import load_profile
from redaction.detection import DetectionError, Detector
from redaction.detection.models.fine_tuned import FineTuned
from redaction.errors import DiscreetError
from redaction.evaluation import LabeledSpan, LabeledText
from redaction.operations.fine_tune import FOLDS, FineTuning, fine_tune, folds_of
from tests.pipelines.running import command

WORDS = [
    "river",
    "stone",
    "table",
    "cloud",
    "brick",
    "lamp",
    "copper",
    "meadow",
    "anchor",
    "barrel",
    "candle",
    "ladder",
]


def ticket(draw: random.Random, number: int) -> LabeledText:
    """A line of a ticket system, where people go by two words in small letters, which the model misses."""
    person = " ".join(draw.sample(WORDS, 2))
    start = f"ticket {number} still waiting on "
    text = f"{start}{person} , retry the {draw.choice(WORDS)} import"
    span = LabeledSpan(len(start), len(start) + len(person), "PERSON")
    return LabeledText(str(number), text, (span,), "tickets", "en")


@pytest.fixture(scope="module")
def tickets() -> list[LabeledText]:
    draw = random.Random(7)
    return [ticket(draw, number) for number in range(200)]


@pytest.fixture(scope="module")
def tuned(tickets: list[LabeledText]) -> FineTuning:
    return fine_tune(tickets, load_profile("social"), "en")


def test_names_of_another_form_are_learnt_from_other_texts(tuned: FineTuning) -> None:
    [(kind, labeled, before, after)] = tuned.own.rows({"PERSON"})
    assert (kind, labeled) == ("PERSON", 200)
    assert before > 0.3, "the shipped model misses many of these names"
    assert after < before / 3
    assert tuned.own.after.overall.over.value <= tuned.own.before.overall.over.high
    assert tuned.refusals == ()


def test_the_profile_finds_such_names_in_a_new_text(tuned: FineTuning) -> None:
    new = ticket(random.Random(8), 1000)
    profile = load_profile("social")
    language = profile.languages["en"].model_copy(update={"fine_tuned": tuned.fine_tuned})
    with_layer = profile.model_copy(update={"languages": {**profile.languages, "en": language}})
    name = new.spans[0]
    [spans] = Detector.from_settings(with_layer).detect([new.text], "en")
    assert any(span.start <= name.start and span.end >= name.end for span in spans)
    assert Detector.from_settings(with_layer).fingerprint != Detector.from_settings(profile).fingerprint


def test_labels_that_contradict_themselves_are_refused(tickets: list[LabeledText]) -> None:
    draw = random.Random(9)
    moved = []
    for each in tickets:
        start = draw.randrange(len(each.text) - 8)
        span = LabeledSpan(start, start + 8, "PERSON")
        moved.append(LabeledText(each.document_id, each.text, (span,), "tickets", "en"))
    refused = fine_tune(moved, load_profile("social"), "en", reference=tickets)
    assert refused.refusals


def test_near_copies_are_in_one_fold(tickets: list[LabeledText]) -> None:
    long = "we moved the whole import of the north warehouse to the new cluster last night and nobody noticed"
    texts = [f"{long} {number}" for number in range(5)] + [f"RT {long.upper()}", "no import", "no import"]
    documents = [*tickets, *(LabeledText("", text, (), "posts") for text in texts)]
    folds = folds_of(documents)
    assert set(folds) == set(range(FOLDS)), "the tickets, which share fewer words, are in every fold"
    assert len(set(folds[200:206])) == len(set(folds[206:])) == 1


def test_too_few_texts_are_refused(tickets: list[LabeledText]) -> None:
    with pytest.raises(
        DiscreetError, match="20 texts with 20 names in en: too few to measure; label at least 100 texts"
    ):
        fine_tune(tickets[:20], load_profile("social"), "en")


def test_a_language_without_our_model_is_refused(tickets: list[LabeledText]) -> None:
    with pytest.raises(DiscreetError, match="language en: the profile has no `ner: own` for it"):
        fine_tune(tickets, load_profile("stock"), "en")


def test_a_layer_for_another_model_is_refused(tuned: FineTuning) -> None:
    profile = load_profile("social")
    other = FineTuned(base="0" * 64, head=tuned.fine_tuned.head)
    language = profile.languages["en"].model_copy(update={"fine_tuned": other})
    with pytest.raises(DetectionError, match="made for another model; run discreet fine-tune again"):
        Detector.from_settings(profile.model_copy(update={"languages": {"en": language}}))


def write_lines(path: Path, documents: list[LabeledText]) -> None:
    lines = [
        {"text": each.text, "spans": [{"start": s.start, "end": s.end, "label": s.entity_type} for s in each.spans]}
        for each in documents
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def test_the_command_writes_a_profile_that_only_its_owner_reads(tmp_path: Path, tickets: list[LabeledText]) -> None:
    write_lines(tmp_path / "tickets.jsonl", tickets)
    output = tmp_path / "tickets.yaml"
    arguments = ("fine-tune", str(tmp_path / "tickets.jsonl"), "-o", str(output))
    refused = command(*arguments)
    assert (refused.returncode, output.exists()) == (1, False), "in posts, words in small letters are seldom names"
    assert "worse: more of the reference texts is redacted" in refused.stdout
    done = command(*arguments, "--no-reference", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["refusals"], report["profile"]) == (0, [], str(output))
    assert report["leak"][0]["after"] < report["leak"][0]["before"]
    assert report["reference"] == []
    assert output.stat().st_mode & 0o777 == 0o600
    assert load_profile(output).languages["en"].fine_tuned is not None
    assert yaml.safe_load(output.read_text("utf-8"))["entities"][0] == "PERSON"
    again = command(*arguments)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "exists; choose another path" in again.stderr
    nowhere = command("fine-tune", str(tmp_path / "tickets.jsonl"), "-o", str(tmp_path / "nowhere" / "tickets.yaml"))
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)
