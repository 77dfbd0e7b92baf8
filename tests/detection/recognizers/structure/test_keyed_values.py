"""The key before a value says what it is, in any style of code, config or query."""

import pytest

from redaction.detection import Detector
from redaction.detection.recognizers.secrets import SecretRecognizer
from redaction.detection.recognizers.structure.keyed_values import KeyedValueRecognizer
from redaction.detection.recognizers.structure.keys import words_of
from tests.detection.recognizers.support import found

KEYS = [
    ("date of birth", "1979-04-23"),
    ("birth date", "23.04.1979"),
    ("user dob", "23/04/1979"),
    ("passport number", "L8204417"),
    ("passport no", "L8204417"),
    ("driver license", "S5523941"),
    ("drivers license number", "S5523941"),
    ("employee id", "559120"),
    ("student number", "5591207"),
    ("aadhaar no", "559120773641"),
    ("national id", "559-12-0773"),
    ("customer id", "CX-5591207"),
    ("member number", "M5591207"),
    ("patient ref", "PT5591207"),
    ("smtp password", "Quay7Lantern"),
    ("db passwd", "Quay7Lantern"),
    ("client secret", "q8Zr41mXw22Lt"),
    ("access token", "q8Zr41mXw22Lt"),
    ("service api key", "q8Zr41mXw22Lt"),
    ("phone number", "+1 303 555 0162"),
]


STYLES = [
    ("snake", "_".join),
    ("upper", lambda words: "_".join(words).upper()),
    ("camel", lambda words: words[0] + "".join(map(str.capitalize, words[1:]))),
    ("pascal", lambda words: "".join(map(str.capitalize, words))),
    ("kebab", "-".join),
]


@pytest.mark.parametrize(("words", "value"), KEYS)
@pytest.mark.parametrize("style", [style for _, style in STYLES], ids=[name for name, _ in STYLES])
@pytest.mark.parametrize(
    "frame", ['{{"{0}":"{1}"}}', '"{0}": "{1}", "x": 1', "{0}='{1}' there", "a; {0}={1}; b", "{0}: {1}"]
)
def test_values_behind_keys_of_any_style_are_found(
    rules: Detector, words: str, value: str, style: object, frame: str
) -> None:
    assert callable(style)
    text = frame.format(style(words.split()), value)
    covered = {i for span in rules.detect([text], "en")[0] for i in range(span.start, span.end)}
    start = text.rindex(value)
    assert set(range(start, start + len(value))) <= covered, text


NO_VALUES = [
    '"passport_version": "2.10.3"',
    '"dateOfBirth": "required"',
    "birth_date: Optional[date] = None",
    '"password_required": false, "has_token": null',
    "first_name = user.first_name",
    '"token": "${{ secrets.DEPLOY }}"',
    'password = os.environ["DB_PASS"]',
    "api_key: YOUR_KEY_HERE",
    "access_token=<token>",
    "apiToken: xxxxxxxx",
    "client_secret=$CLIENT_SECRET",
    "max_tokens=4096, token_count: 8192",
    "secretary: 12345678 letters",
    "passenger_count=1234567",
    "customer_count: 12345678",
    "user_id=1000",
    "employee_count=5591207",
]


@pytest.mark.parametrize("text", NO_VALUES)
def test_keys_without_a_personal_value_are_left(text: str) -> None:
    assert not found(KeyedValueRecognizer(), text) | found(SecretRecognizer(), text)


def test_a_key_is_split_at_signs_and_humps() -> None:
    assert words_of("dateOfBirth") == words_of("date_of-birth") == words_of("DATE.OF.BIRTH") == ["date", "of", "birth"]
    assert words_of("HTTPProxyURL") == ["http", "proxy", "url"]
