"""Keys, columns, paths, file names and command lines say what a value is; code and placeholders are no one's."""

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
from redaction.detection.recognizers.structure.keys import words_of
from redaction.detection.recognizers.structure.user_names import UserNameRecognizer
from tests.detection.recognizers.support import found, hides

HOME, USERS = "/{}/".format("home"), "/{}/".format("Users")
"""Made up here, so that no path of a machine is in this file."""

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


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " | "])
@pytest.mark.parametrize("header", ["DOB", "date_of_birth", "BirthDate", "Born"])
def test_cells_of_a_personal_column_are_found(delimiter: str, header: str) -> None:
    rows = [["Team", header, "Hobby"], ["North", "1979-04-23", "Chess"], ["South", "11/09/1988", "Climbing"]]
    text = "\n".join(map(delimiter.join, rows))
    assert found(ColumnRecognizer(), text) == {"1979-04-23", "11/09/1988"}


@pytest.mark.parametrize(
    "text",
    [
        "Team,Founded,Hobby\nNorth,1979-04-23,Chess",
        "I was born, raised and schooled here\nin 1979-04-23, or so, they say",
        "Name the day,then the place\n1979-04-23,here",
    ],
)
def test_other_columns_are_left(text: str) -> None:
    assert not found(ColumnRecognizer(), text) - {"Name"}


USER_NAMES = [
    (f"see {HOME}{{}}/x.py", "tneuer"),
    (f"at C:{USERS}{{}}/app.ts", "tneuer"),
    (f"at /mnt/c{USERS}{{}}/app.ts and /var{HOME}x", "tneuer"),
    (f"file://{HOME}{{}}/x.txt", "tneuer"),
    ("C:\\Users\\{}\\AppData", "tilda.neuer"),
    ("C:\\\\Users\\\\{}\\\\AppData", "tneuer"),
    ("C:\\Users\\{}\\AppData", "Tilda Neuer"),
    ("\\\\server\\users\\{}\\cv.docx", "tilda.neuer"),
    ("~{}/bin/run", "tneuer"),
    ("cache of -Users-{}-work-api", "tneuer"),
    ("Failed password for invalid user {} from 203.0.113.4", "tneuer"),
    ("Accepted publickey for {} from 203.0.113.4", "tneuer"),
    ("session opened for user {} by (uid=0)", "tneuer"),
    ("uid=1000({}) gid=1000", "tneuer"),
    ("{}@build7:~/src$ make", "tneuer"),
]


@pytest.mark.parametrize(("frame", "user"), USER_NAMES)
def test_names_of_users_in_paths_and_logs_are_found(frame: str, user: str) -> None:
    text = frame.format(user)
    assert hides(UserNameRecognizer(), text, user), found(UserNameRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        f"{HOME}runner/work, {HOME}ubuntu/x and {USERS}Shared/y",
        "C:\\Users\\Public\\Documents and C:\\Users\\%USERNAME%\\x",
        f"https://shop.example{HOME}garden/chairs",
        "/usr/local/bin/python3 and /api/users/list",
        "invalid user or password",
        "~/bin/run, ~5 km, a ~ b",
    ],
)
def test_names_of_systems_are_left(text: str) -> None:
    assert not found(UserNameRecognizer(), text)


@pytest.mark.parametrize("name", ["CV_Tobias_Neuer_2027.pdf", "Invoice_Marta_Neuer_Nov.docx", "marta-neuer-resume.pdf"])
def test_names_in_file_names_are_found(name: str) -> None:
    hit = found(FileNameRecognizer(), f"I attached {name} for you")
    assert any("neuer" in value.lower() and ("marta" in value.lower() or "Tobias" in value) for value in hit)


@pytest.mark.parametrize(
    "name", ["Annual_Report_Final.pdf", "test_main_module.py", "Some_Class_Name", "release-notes-2027.md"]
)
def test_other_file_names_are_left(name: str) -> None:
    assert not found(FileNameRecognizer(), f"I attached {name} for you")


COMMANDS = [
    ("gpg --passphrase {} --decrypt x.gpg", "Quay7Lantern"),
    ("tool --api-key {} run", "q8Zr41mXw22Lt"),
    ("tool --token={} run", "q8Zr41mXw22Lt"),
    ("tool --password={} run", "Quay7Lantern"),
    ("sshpass -p {} ssh a@b", "Quay7Lantern"),
    ("docker login -u svc -p {} reg.example", "Quay7Lantern"),
    ("unzip -P {} x.zip", "Quay7Lantern"),
    ("mysqldump -u root -p{} shop", "Quay7Lantern"),
    ("openssl enc -aes-256-cbc -k {} -in a", "Quay7Lantern"),
    ("openssl rsa -passin pass:{} -in a", "Quay7Lantern"),
    ("curl -u svc:{} https://api.example", "Quay7Lantern"),
    ("redis-cli -h h -a {} ping", "Quay7Lantern"),
    ("mysql://svc:{}@db.internal/shop", "qu@y7lantern"),
    ("redis://:{}@cache.internal:6379/0", "Quay7Lantern"),
    ("PGPASSWORD={} psql", "Quay7Lantern"),
    ("export SSHPASS={}", "Quay7Lantern"),
    ("REDISCLI_AUTH={}", "Quay7Lantern"),
    ("Endpoint=sb://x;SharedAccessKey={};y=1", "q8Zr41mXw22Ltq8Zr41mXw22Lt"),
    (
        "wallet 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    ),
    ("eth private key: 0x{}", "5d" * 32),
    ("AKIA4RZT7VWXNLP2KDQ9 / {}", "wJa8rXVtnFEMI/K7NDENGbQxRfiCYz3kQp9TLm1s"),
]


@pytest.mark.parametrize(("frame", "secret"), COMMANDS)
def test_secrets_of_command_lines_and_connections_are_found(frame: str, secret: str) -> None:
    text = frame.format(secret)
    recognizers: list[RuleRecognizer] = [SecretRecognizer(), KeyedValueRecognizer()]
    assert any(hides(recognizer, text, secret) for recognizer in recognizers), text


@pytest.mark.parametrize(
    "text",
    [
        "restic --password-command x --password-file /etc/p",
        "docker run -u 1000:1000 -p 8080:80 img",
        "tool --password <password> --token $TOKEN --api-key YOUR_API_KEY",
        "mysql://user:<password>@db/shop",
        "https://user:${PASS}@host.example/x",
        "the password is wrong; the token expired; pass the salt",
        "ssh -p 2222 a@b",
        "mkdir -p build/outputs",
        "commit a94a8fe5ccb19ba61c4c0873d391e987982fbbd3 on aws",
        "tx 0x" + "5d" * 32,
        "if let token = timeObserverToken { player.stop(token) }",
        "const password = getPassword(); secret: process.env.APP_SECRET",
    ],
)
def test_what_only_refers_to_a_secret_is_left(text: str) -> None:
    assert not found(SecretRecognizer(), text) | found(KeyedValueRecognizer(), text)


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
