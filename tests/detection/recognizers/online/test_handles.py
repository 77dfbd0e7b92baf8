import pytest

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.recognizers.online.handles import HandleRecognizer

HIT = [
    ("thanks @jane_d!", ["@jane_d"]),
    ("(@jane)", ["@jane"]),
    ('"@jane"', ["@jane"]),
    ("RT @jane: hello", ["@jane"]),
    ("cc:@jane,@joe", ["@jane", "@joe"]),
    (".@jane said", ["@jane"]),
    ("I am @jane@social.example", ["@jane@social.example"]),
    ("ask u/jane_doe", ["u/jane_doe"]),
    ("ask /u/jane_doe.", ["/u/jane_doe"]),
    ("snap: janed", ["janed"]),
    ("IG: jane.doe", ["jane.doe"]),
    ("my telegram @jane", ["@jane"]),
    ("Telegram: jane_99", ["jane_99"]),
    ("discord jane#1234", ["jane#1234"]),
    ("@4chanfan hi", ["@4chanfan"]),
]
MISS = [
    "mail jane@example.com today",
    "meet @ noon",
    "coffee @3pm",
    "rendered @2x and @60fps",
    "a @ b",
    "the menu/index page",
    "and u/i design",
    "snap out of it",
    "1 @ 100",
]


@pytest.mark.parametrize(("text", "handles"), HIT)
def test_handles_are_found_completely(text: str, handles: list[str]) -> None:
    found = {text[m.start : m.end] for m in HandleRecognizer().matches(ScannedText(text))}
    assert found == set(handles)


@pytest.mark.parametrize("text", MISS)
def test_texts_without_a_handle_have_no_finding(text: str) -> None:
    assert not list(HandleRecognizer().matches(ScannedText(text)))
