import time

import pytest

from redaction.detection.recognizers.online.emails import DisguisedEmailRecognizer
from tests.detection.recognizers.support import found, hides

ADDRESSES = [
    "jane@example.com",
    "jane.doe+tag@mail.example.co.uk",
    "o'brien@example.com",
    "jane@xn--bcher-kva.example",
    "jürgen@müller.example",
    "jane@[192.0.2.1]",
    "jane (at) example (dot) com",
    "jane[at]example[dot]com",
    "jane(at)example.com",
    "jane {at} example {dot} com",
    "jane <at> example <dot> com",
    "jane -at- example -dot- com",
    "jane(a)example.com",
    "jane[@]example.com",
    "jane at gmail dot com",
    "jane AT example DOT com",
    "jane dot doe at example dot co dot uk",
    "jane at gmail.com",
    "jane @ example.com",
    "jane@ example . com",
    "jane.doe @gmail.com",
    "j a n e @ gmail . com",
    "j a n e @ g m a i l . c o m",
    "jane_at_example_dot_com",
    "jane arroba ejemplo punto com",
    "jane (at) beispiel punkt de",
    "jane chiocciola example punto it",
    "jane arobase example point fr",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("frame", ["{}", "Mail me: {}", "({})", "write to {}.", "{}, please", "<{}>", "a\n{}\nb"])
def test_every_disguise_is_covered_completely(address: str, frame: str) -> None:
    text = frame.format(address)
    assert hides(DisguisedEmailRecognizer(), text, address), found(DisguisedEmailRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "I work at example.com and love it",
        "see you at gmail.com for details",
        "meet at the dot com boom",
        "lunch @ noon, bring 2",
        "thanks @jane for the talk",
        "we are at booth 4 (at the back)",
        "a great point at last",
        "arrived at London. Come over",
        "it is at 4.5 percent",
    ],
)
def test_texts_without_an_address_have_no_finding(text: str) -> None:
    assert not found(DisguisedEmailRecognizer(), text)


def test_a_long_sequence_of_letters_is_fast() -> None:
    text = "a" * 200_000 + "@" + "b" * 200_000
    start = time.process_time()
    found(DisguisedEmailRecognizer(), text)
    assert time.process_time() - start < 2
