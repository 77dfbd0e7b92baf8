"""A recognizer that panics or exits withholds its line; the stream goes on."""

from typing import Any

import pytest

from redaction import Detector, Replacer, load_profile
from redaction.detection import DetectionSettings
from redaction.operations.stream import StreamRedactor, TextIn
from tests.faults.failing.plugins import TRIGGER

LINES = ("We talked about trains.", f"A {TRIGGER} is here.", "Write to ada@example.com today.")


@pytest.mark.parametrize("how", ["panic", "exit", "polars panic"])
def test_the_lines_around_a_failing_one_are_answered(how: str) -> None:
    plain: dict[str, Any] = load_profile("social").model_dump(mode="json", by_alias=True)
    one = {"en": plain["languages"]["en"] | {"ner": None, "also": [], "rules_only": True}}
    plug_in = [{"class": "tests.faults.failing.plugins.Fails", "params": {"how": how}}]
    settings = DetectionSettings.model_validate(plain | {"languages": one, "recognizers": plug_in})
    redactor = StreamRedactor(Detector.from_settings(settings), Replacer())
    answers = redactor.redact([TextIn(number, line, "en") for number, line in enumerate(LINES)])
    assert [answer.text for answer in answers] == [LINES[0], None, "Write to [EMAIL_ADDRESS_1] today."]
    assert answers[1].problem == "detection_failed"
