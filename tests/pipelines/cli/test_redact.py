"""`discreet redact` redacts text and JSON Lines, line by line."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
    assert done.returncode == 3
    assert done.stderr == "discreet: 2 lines withheld: missing_text 1, not_json 1\n"


def test_redact_withholds_text_that_is_not_utf8(tmp_path: Path) -> None:
    odd = tmp_path / "latin.txt"
    odd.write_bytes("Grüße an Jane\nhello\n".encode("latin-1"))
    plain, lines = command("redact", str(odd)), command("redact", "--jsonl", str(odd))
    assert (plain.returncode, plain.stdout) == (3, "[LINE WITHHELD: not_utf8]\nhello\n")
    assert [json.loads(line)["error"] for line in lines.stdout.splitlines()] == ["not_utf8", "not_json"]
    whole = command("redact", "--whole", str(odd))
    assert (whole.returncode, whole.stdout, whole.stderr) == (
        1,
        "",
        "discreet: the text is not UTF-8; convert it first\n",
    )


def test_redact_takes_plain_text() -> None:
    done = command("redact", stdin="Please write to jane@example.com about the slides.\n")
    assert done.stdout == "Please write to [EMAIL_ADDRESS_1] about the slides.\n"
    assert done.returncode == 0


def test_whole_is_one_text_with_one_set_of_numbers() -> None:
    text = "I met Jane Miller.\nThen Jane Miller left, and Paul Becker came.\n"
    done = command("redact", "--whole", stdin=text)
    assert done.stdout == "I met [PERSON_1].\nThen [PERSON_1] left, and [PERSON_2] came.\n"
    refused = command("redact", "--whole", stdin="Od trzech lat mieszkam z moim bratem w Berlinie.\n")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "language_unsupported" in refused.stderr


def test_numbers_of_the_whole_stream_are_an_option() -> None:
    text = "I met Jane Miller\nand Paul Becker [PERSON_3]\nand Ann Fisher\nand Jane Miller\n"
    assert command("redact", stdin=text).stdout.count("[PERSON_1]") == 4
    done = command("redact", "--consistent", stdin=text)
    assert done.stdout == "I met [PERSON_1]\nand [PERSON_2] (PERSON_3)\nand [PERSON_4]\nand [PERSON_1]\n"


@pytest.mark.parametrize("arguments", [("--whole",), ("--language", "en")])
def test_json_lines_have_their_own_language_and_are_never_one_text(arguments: tuple[str, ...]) -> None:
    assert command("redact", "--jsonl", *arguments).returncode == 2


def test_a_wrong_profile_gets_the_nearest_name_and_the_choices() -> None:
    done = command("redact", "--profile", "socail", stdin="x\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "did you mean 'social'?" in done.stderr
    assert "multilingual, social, stock, strict" in done.stderr


def test_explain_says_why_without_the_text_of_any_line() -> None:
    done = command("redact", "--explain", stdin="ok then\nCall me at +1 202 555 0143, says Jane Miller\n")
    assert done.stdout == "ok then\nCall me at [PHONE_NUMBER_1], says [PERSON_1]\n"
    phone, person = done.stderr.splitlines()
    assert re.match(r"line 2, characters 11 to 26: PHONE_NUMBER 0\.\d\d, \w+: .+ Near: call", phone)
    assert re.match(r"line 2, characters 33 to 44: PERSON \d\.\d\d, \w+: Named by a language model\.$", person)
    line = json.dumps({"id": 1, "text": "Call me at +1 202 555 0143"})
    [span] = json.loads(command("redact", "--jsonl", "--explain", stdin=line).stdout)["spans"]
    assert "call" in span["context"]
    assert span["why"]


def test_color_is_an_option_and_control_characters_pass_where_no_terminal_is() -> None:
    text = "I met Jane Miller today \x1b[31m\n\xff\n"
    assert command("redact", stdin=text).stdout == "I met [PERSON_1] today \x1b[31m\n\xff\n"
    colored = command("redact", "--color", "always", stdin=text).stdout
    assert colored == "I met \x1b[1;36m[PERSON_1]\x1b[0m today \x1b[31m\n\xff\n"
    assert "\x1b[1;36m" not in command("redact", "--color", "never", stdin=text).stdout


DISCREET = [sys.executable, "-c", "from pipelines.cli import app; app()", "redact"]


def _default_interrupt() -> None:
    """Undo that a shell lets its jobs in the background ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def filtering(*arguments: str, stdout: int = subprocess.PIPE, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the filter in a process of its own, and end it."""
    with subprocess.Popen(
        [*DISCREET, *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        bufsize=0,
        preexec_fn=_default_interrupt,  # noqa: PLW1509 - the parent is done with its threads here
        env={**os.environ, **environment},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read(descriptor: int) -> bytes:
    """Return what is written next; fail where nothing comes."""
    assert select.select([descriptor], [], [], 120)[0], "nothing was printed"
    return os.read(descriptor, 1 << 16)


@pytest.mark.parametrize("form", ["text", pytest.param("json", marks=pytest.mark.slow)])
def test_each_line_is_answered_while_the_input_is_still_open(form: str) -> None:
    arguments = ("--jsonl",) if form == "json" else ()
    line = "Write to Jane Miller today"
    sent = (json.dumps({"id": 1, "text": line}) if form == "json" else line).encode() + b"\n"
    with filtering(*arguments) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(2):
            process.stdin.write(sent)
            answer = read(process.stdout.fileno())
            assert b"Write to [PERSON_1] today" in answer
            assert answer.count(b"\n") == 1
        process.stdin.close()
        assert process.wait(120) == 0


def test_a_closed_reader_ends_the_filter_quietly() -> None:
    with filtering() as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"Write to Jane Miller today\n")
        read(process.stdout.fileno())
        process.stdout.close()
        process.stdin.write(b"Write to Jane Miller today\n")
        process.stdin.close()
        assert (process.wait(120), process.stderr.read()) == (141, b"")


def test_an_interrupt_is_one_line_and_exit_code_130() -> None:
    with filtering() as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"Write to Jane Miller today\n")
        read(process.stdout.fileno())
        process.send_signal(signal.SIGINT)
        assert (process.wait(120), process.stderr.read()) == (130, b"discreet: interrupted\n")


@pytest.mark.parametrize("no_color", ["", pytest.param("1", marks=pytest.mark.slow)])
def test_a_terminal_gets_colors_and_control_characters_made_visible(no_color: str) -> None:
    ours, theirs = pty.openpty()
    try:
        with filtering(stdout=theirs, NO_COLOR=no_color) as process:
            assert process.stdin
            process.stdin.write("Jane Miller is here now \x1b]0;title\x07 \u202e ok\tok\r\n".encode())
            process.stdin.close()
            shown = read(ours)
        placeholder = b"[PERSON_1]" if no_color else b"\x1b[1;36m[PERSON_1]\x1b[0m"
        assert shown.strip() == placeholder + rb" is here now \x1b]0;title\x07 \u202e ok" + b"\tok"
    finally:
        os.close(ours)
        os.close(theirs)


MEMORY = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
"""


def peak_megabytes(file: Path, *arguments: str) -> tuple[int, bytes]:
    """Return the peak memory of a filter in MB, and what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, *DISCREET, *arguments], stdin=file.open("rb"), capture_output=True, check=True
    )
    return int(done.stderr), done.stdout


@pytest.mark.parametrize("megabytes", [0.3, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", ["text", pytest.param("json", marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_stream(megabytes: float, form: str, tmp_path: Path) -> None:
    texts = [f"Write to Ann Miller{n} at ann{n}@example.com, room {n}, about the slides of today" for n in range(500)]
    lines = [json.dumps({"id": n, "text": t}) for n, t in enumerate(texts)] if form == "json" else texts
    block = "".join(f"{line}\n" for line in lines).encode()
    few, many = tmp_path / "few", tmp_path / "many"
    few.write_bytes(block * 2)
    many.write_bytes(block * int(megabytes * 1e6 / len(block) + 1))
    arguments = ("--jsonl",) if form == "json" else ()
    (small, _), (large, out) = peak_megabytes(few, *arguments), peak_megabytes(many, *arguments)
    assert out.count(b"\n") == many.read_bytes().count(b"\n")
    assert b"ann1@" not in out
    assert large < small + 40
