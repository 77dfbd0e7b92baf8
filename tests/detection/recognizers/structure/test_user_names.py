"""Paths and logs hold the names of users; those of systems are left."""

import pytest

from redaction.detection.recognizers.structure.user_names import UserNameRecognizer
from tests.detection.recognizers.support import found, hides

HOME, USERS = "/{}/".format("home"), "/{}/".format("Users")
"""Made up here, so that no path of a machine is in this file."""


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
