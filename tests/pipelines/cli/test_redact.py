"""`discreet redact` redacts text and JSON Lines, line by line."""

import json
from pathlib import Path

from tests.pipelines.running import command


def test_a_file_to_redact_that_does_not_exist_is_named(tmp_path: Path) -> None:
    done = command("redact", str(tmp_path / "nosuch.txt"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "nosuch.txt: no such file" in done.stderr


def test_redact_returns_one_line_per_line() -> None:
    lines = [
        json.dumps({"id": 1, "text": "Write to jane@example.com today", "language": "en"}),
        "not json",
        json.dumps({"id": "x", "text": ""}),
        json.dumps({"id": 2}),
    ]
    done = command("redact", "--jsonl", stdin="\n".join(lines) + "\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(lines)
    assert rows[0]["text"] == "Write to [EMAIL_ADDRESS_1] today"
    [span] = rows[0]["spans"]
    assert (span["start"], span["end"], span["entity_type"]) == (9, 25, "EMAIL_ADDRESS")
    assert set(span) == {"start", "end", "entity_type", "score", "recognizer"}
    assert rows[2]["text"] == ""
    assert [row.get("error") for row in rows] == [None, "not_json", None, "missing_text"]
    assert done.returncode == 1


def test_redact_refuses_text_that_is_not_utf8(tmp_path: Path) -> None:
    odd = tmp_path / "latin.txt"
    odd.write_bytes("Grüße an Jane".encode("latin-1"))
    plain, lines = command("redact", str(odd)), command("redact", "--jsonl", str(odd))
    assert plain.returncode == lines.returncode == 1
    assert plain.stderr == "discreet: the text is not UTF-8; convert it first\n"
    assert json.loads(lines.stdout)["error"] == "not_json"


def test_redact_takes_plain_text() -> None:
    done = command("redact", stdin="Please write to jane@example.com about the slides.\n")
    assert done.stdout == "Please write to [EMAIL_ADDRESS_1] about the slides.\n"
    assert done.returncode == 0
