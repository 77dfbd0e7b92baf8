"""What is glued to a label, has a line of its own, or looks like a handle; and the time that long lines take."""

import time

import pytest

from redaction.detection import Detector
from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.recognizers.numbers.document_numbers import MachineReadableRecognizer
from redaction.detection.recognizers.online.handles import HandleRecognizer
from redaction.detection.recognizers.secrets import SecretRecognizer
from redaction.detection.recognizers.structure.columns import ColumnRecognizer
from redaction.detection.recognizers.structure.file_names import FileNameRecognizer
from redaction.detection.recognizers.structure.keyed_values import KeyedValueRecognizer
from redaction.detection.recognizers.structure.user_names import UserNameRecognizer
from tests.detection.recognizers.support import found, hides


@pytest.mark.parametrize(
    "text",
    [
        "Add @Override and @Autowired, @media queries and @dataclass",
        'import y from "@tanstack/table-core"; "@types/react": "^18"',
        "npm i @scope-x/pkg@latest, yarn add @vue/cli",
        '<a @click="go"> @if($x) @endif @param a @return b',
        "@app.route('/x')\ndef view(): ...",
        "@my_decorator\ndef view(): ...",
        "uses: actions/checkout@v4",
    ],
)
def test_annotations_and_packages_are_no_handles(text: str) -> None:
    assert not found(HandleRecognizer(), text)


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("thanks @tilda_neuer!", "@tilda_neuer"),
        ("@tneuer: look", "@tneuer"),
        ("with @tneuer/@mneuer", "@tneuer"),
        ("@tneuer\nhello there", "@tneuer"),
        ("pay tneuer77@okaxis now", "tneuer77"),
        ("pay shop.55@paytm now", "shop.55"),
    ],
)
def test_handles_are_found(text: str, handle: str) -> None:
    assert hides(HandleRecognizer(), text, handle), found(HandleRecognizer(), text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the host адрес198.51.100.42 is down", "198.51.100.42"),
        ("IP:198.51.100.42, ip_198.51.100.42.log", "198.51.100.42"),
        ("bssid:3c:22:fb:4a:9d:07 at home", "3c:22:fb:4a:9d:07"),
        ("주소3C:22:FB:4A:9D:07 was", "3C:22:FB:4A:9D:07"),
        ("my addr:2001:db8:85a3::8a2e:370:7355 is", "2001:db8:85a3::8a2e:370:7355"),
        ("邮箱tilda.neuer@corp.example please", "tilda.neuer@corp.example"),
        ("GET /find?a=b&to=t.neuer%40corp.example&p=2", "t.neuer%40corp.example"),
        ("u%3Femail%3Dt.neuer%2540corp.example", "t.neuer%2540corp.example"),
        ("Date of birth: 23 4 1979", "23 4 1979"),
        ("my birthday is 23/4", "23/4"),
        ("Voter ID (EPIC) YKP5591207 was", "YKP5591207"),
        ('{"lat": 48.208174, "lon": 16.373819}', "48.208174"),
        ("home_lng=16.373819", "16.373819"),
        ("Bank account: 5591207736 there", "5591207736"),
        ("sort code 30-51-25 account 55912077", "55912077"),
    ],
)
def test_values_glued_to_their_labels_are_found(rules: Detector, text: str, value: str) -> None:
    covered = {i for span in rules.detect([text], "en")[0] for i in range(span.start, span.end)}
    start = text.rindex(value)
    assert set(range(start, start + len(value))) <= covered


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("GET /find?affiliate=nps&to=t.neuer%40corp.example&p=2", "affiliate=nps"),
        ("mail t.neuer@corp.co.uk.Then wait", "Then wait"),
        ("cafe:: and dead::beef are namespaces", "cafe::"),
        ("accuracy 0.812345, 0.781234 on two folds", "0.812345, 0.781234"),
        ("https://news.example/2027/11/30/markets-fall", "https://news.example/2027/11/30/markets-fall"),
    ],
)
def test_what_is_around_a_value_stays(rules: Detector, text: str, stays: str) -> None:
    covered = {i for span in rules.detect([text], "en")[0] for i in range(span.start, span.end)}
    start = text.index(stays)
    assert covered.isdisjoint(range(start, start + len(stays)))


@pytest.mark.parametrize(
    "unit",
    [
        "a_",
        "a.b.",
        "password",
        "pass=",
        "key-",
        "--token ",
        "a,b,",
        "x\n",
        "\\users\\",
        "~a/",
        "-Users-a",
        "@a/",
        "5" * 52,
        "-p ",
        "://a:",
        "passport_",
        "A_a",
        "mysql -p",
    ],
)
def test_long_lines_take_linear_time(unit: str) -> None:
    kinds = (KeyedValueRecognizer, ColumnRecognizer, UserNameRecognizer, FileNameRecognizer, SecretRecognizer)
    rules = [kind() for kind in (*kinds, HandleRecognizer)]

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        for rule in rules:
            rule.analyze(text, rule.supported_entities)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(100_000) < 30 * max(seconds(10_000), 0.01)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (UserNameRecognizer, "look in ~tneuer/bin", "tneuer"),
        (UserNameRecognizer, "tneuer@build7:~/src$ make", "tneuer"),
        (ColumnRecognizer, "Team,DOB,Hobby\nNorth,1979-04-23,Chess", "1979-04-23"),
        (MachineReadableRecognizer, "P<XXBNEUER<<TILDA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "NEUER<<TILDA"),
        (MachineReadableRecognizer, "L8204417<0XXB7904237F3109093<<<<<<<<<<<<<<02", "L8204417"),
    ],
)
def test_whole_lines_are_read(kind: type[RuleRecognizer], text: str, value: str) -> None:
    assert hides(kind(), text, value), found(kind(), text)
