import gc
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest
from presidio_analyzer import LocalRecognizer, RecognizerResult

from redaction import load_profile
from redaction.detection import (
    DetectionError,
    DetectionSettings,
    Detector,
    KnownValues,
    RecordDetectionError,
    read_profile,
)
from redaction.detection.settings import KeptLocations

PROFILES = Path(__file__).parents[2] / "configs" / "redaction"


class Raising(LocalRecognizer):
    """A recognizer that fails on texts that contain "boom"."""

    def __init__(self, supported_language: str = "en") -> None:
        super().__init__(supported_entities=["BOOM"], supported_language=supported_language)

    def load(self) -> None: ...

    def analyze(self, text, entities, nlp_artifacts=None):
        if "boom" in text:
            raise ValueError(text)
        return [RecognizerResult("BOOM", 0, 1, 0.9)]


def settings(**more) -> DetectionSettings:
    return DetectionSettings.model_validate({"languages": {"en": {"rules_only": True}}} | more)


def covered(text: str, spans) -> list[str]:
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize("name", ["social", "strict", "stock"])
def test_every_profile_finds_a_name_and_an_address(name: str) -> None:
    detector = Detector.from_settings(read_profile(PROFILES / f"{name}.yaml"))
    text = "Yesterday Jennifer Baker wrote to me from jennifer@example.com about it."
    (spans,) = detector.detect([text], ["en"])
    found = {text[s.start : s.end]: s.entity_type for s in spans}
    assert found["Jennifer Baker"] == "PERSON"
    assert found["jennifer@example.com"] == "EMAIL_ADDRESS"


def test_a_failing_recognizer_fails_only_its_record_and_reveals_no_text() -> None:
    detector = Detector.from_settings(settings(recognizers=[{"class": "tests.detection.test_detector.Raising"}]))
    first, second = detector.detect_each(["fine", "boom secret"], ["en", "en"])
    assert not isinstance(first, RecordDetectionError)
    assert covered("fine", first) == ["fine"]
    assert isinstance(second, RecordDetectionError)
    assert second.reason == "detection_failed"
    assert second.cause == "ValueError"
    assert "secret" not in str(second)
    with pytest.raises(RecordDetectionError):
        detector.detect(["boom"], ["en"])


def test_a_pattern_that_runs_out_of_time_fails_closed() -> None:
    slow = {
        "name": "slow",
        "supported_entity": "SLOW",
        "patterns": [{"name": "slow", "regex": r"(a+)+(b+)+c", "score": 0.9}],
    }
    detector = Detector.from_settings(settings(recognizers=[slow], regex_seconds=0.05))
    (outcome,) = detector.detect_each(["a" * 200 + "b" * 200], ["en"])
    assert isinstance(outcome, RecordDetectionError)
    assert outcome.cause == "RegexTimedOutError"


@pytest.mark.parametrize("unit", ["www.", "a.", "www.a."])
@pytest.mark.parametrize(
    ("limit", "cause"), [("regex_seconds", "RegexTimedOutError"), ("record_seconds", "RecordTimedOutError")]
)
def test_presidios_own_patterns_are_limited(unit: str, limit: str, cause: str) -> None:
    """Its pattern for links takes quadratic time: minutes for what fits in a window."""
    limited = load_profile("stock").model_copy(update={limit: 0.2})
    slow = unit * ((10_000 if limit == "regex_seconds" else 1_500) // len(unit))
    detector = Detector.from_settings(limited)
    detector.detect_each(["Ask Jane."], ["en"])  # compiles what is compiled at first use
    first, dropped, last = detector.detect_each(["Ask Jane.", slow, "Ask Jane."], ["en"] * 3)
    assert isinstance(dropped, RecordDetectionError)
    assert dropped.cause == cause
    assert first == last != ()


def test_each_detector_has_limits_of_its_own() -> None:
    """Presidio keeps its patterns in its classes, so one detector could get the limit of another."""
    long = load_profile("stock")
    limited, text = long.model_copy(update={"regex_seconds": 0.02}), "www." * 500
    first, second, third = (
        Detector.from_settings(each).detect_each([text], ["en"])[0] for each in (limited, long, limited)
    )
    assert isinstance(first, RecordDetectionError)
    assert not isinstance(second, RecordDetectionError)
    assert isinstance(third, RecordDetectionError)


def test_presidios_yaml_form_and_deny_and_allow_lists_are_accepted() -> None:
    badge = {
        "name": "badge",
        "supported_entity": "BADGE",
        "patterns": [{"name": "badge", "regex": r"\bB-\d{3}\b", "score": 0.6}],
    }
    detector = Detector.from_settings(
        settings(recognizers=[badge], deny_list={"PROJECT": ["Bluebird"]}, allow_list=["b-999"])
    )
    text = "Bluebird needs B-123, not B-999."
    (spans,) = detector.detect([text], ["en"])
    assert covered(text, spans) == ["Bluebird", "B-123"]


def test_a_model_that_is_not_installed_is_named_and_not_downloaded() -> None:
    with pytest.raises(DetectionError, match=r"en_core_web_xl.*not installed"):
        Detector.from_settings(settings(languages={"en": {"ner": "en_core_web_xl"}}))


def test_a_language_outside_the_profile_is_refused(rules: Detector) -> None:
    with pytest.raises(DetectionError, match=r"languages\.xx"):
        rules.detect(["hello"], ["xx"])


def test_the_fingerprint_is_stable_and_depends_on_the_settings() -> None:
    one = Detector.from_settings(settings()).fingerprint
    assert one == Detector.from_settings(settings()).fingerprint
    assert one != Detector.from_settings(settings(threshold=0.4)).fingerprint
    assert len(one) == 64


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("languages: {en: {ner: x, what: 1}}", "languages.en.what"),
        ("languages: {en: {}}", "name a model under `ner`"),
        ("languages: {}", "names no language"),
        ("languages: [", "not valid YAML"),
    ],
)
def test_an_invalid_profile_is_refused_in_one_line(tmp_path: Path, yaml: str, message: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(yaml)
    with pytest.raises(DetectionError, match=message) as caught:
        read_profile(file)
    assert "\n" not in str(caught.value)
    assert "p.yaml" in str(caught.value)


def test_loaded_models_are_left_out_of_garbage_collections() -> None:
    Detector.from_settings(settings())
    assert gc.get_freeze_count() > 10_000


def test_models_that_are_no_longer_used_are_freed() -> None:
    detector = Detector.from_settings(settings())
    is_alive = weakref.ref(detector.engine)
    del detector
    Detector.from_settings(settings())
    gc.collect()
    assert is_alive() is None


def test_importing_detection_imports_no_orchestration_or_lineage() -> None:
    program = (
        "import sys; from redaction.detection import Detector; print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "spacy" in loaded
    assert not {"dagster", "openlineage", "ray", "pipelines"} & set(loaded)


def test_one_language_for_all_texts_is_the_same_as_one_per_text(rules: Detector) -> None:
    texts = ["mail a@example.com", "nothing here"]
    assert rules.detect(texts, "en") == rules.detect(texts, ["en", "en"])
    assert rules.detect(texts, language="en")[0]


def test_no_span_crosses_a_line_end() -> None:
    detector = Detector.from_settings(settings())
    known = KnownValues(full_names=("Xara Quillby",))
    text = "thanks to Xara\r\nQuillby, and\nXara\u2028Quillby"
    (spans,) = detector.detect([text], "en", [known])
    assert covered(text, spans) == ["Xara", "Quillby", "Xara", "Quillby"]
    found = sorted(detector.find_known([text], known)[0])
    assert all(len(each.splitlines()) == 1 for each in covered(text, found))


class Busy(LocalRecognizer):
    """A recognizer that takes a moment on each text that contains "slow"."""

    def __init__(self, supported_language: str = "en") -> None:
        super().__init__(supported_entities=["BUSY"], supported_language=supported_language)

    def load(self) -> None: ...

    def analyze(self, text, entities, nlp_artifacts=None):
        began = time.thread_time()
        while "slow" in text and time.thread_time() - began < 0.05:
            pass
        return [RecognizerResult("BUSY", 0, 1, 0.9)]


@pytest.mark.parametrize("text", ["slow text", "slow text, and " * 500])
def test_a_record_that_runs_out_of_time_is_dropped_and_others_are_not(text: str) -> None:
    detector = Detector.from_settings(
        settings(record_seconds=0.02, window=1000, recognizers=[{"class": "tests.detection.test_detector.Busy"}])
    )
    first, dropped, last = detector.detect_each(["fine", text, "fine"], ["en"] * 3)
    assert isinstance(dropped, RecordDetectionError)
    assert (dropped.cause, dropped.reason) == ("RecordTimedOutError", "detection_failed")
    assert first == last != ()


def test_a_profile_may_keep_countries() -> None:
    settings = load_profile("social").model_copy(update={"kept_locations": KeptLocations.COUNTRIES})
    text = "I moved from Lyon to Germany and from Chicago to Canada."
    (spans,) = Detector.from_settings(settings).detect([text], "en")
    assert [text[span.start : span.end] for span in spans] == ["Lyon", "Chicago"]
