"""Runs commands in forks of a process that has loaded everything, and kills each where it is asked to.

Reads one JSON object a line: `folder`, `arguments`, and `at`, the number of the change to the file system before which
the process gets a signal, or `after`, the seconds after which it does; `number` is that of the signal, by default of
kill -9. With `victim`, the beginning of a command line, the signal goes to such a process of the command's session,
`after` seconds after it is seen. A process that is stopped goes on once the file `cut` has lost its second half, or
`gone` is removed. `memory` limits its address space, in bytes. Dagster's events are written to the disk, or kept in
memory where `history` is false, which is twice as fast. Answers with how the command ended and, if asked by `list`,
with the changes that it made below the folder.
"""

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
           "shutil.rmtree", "sqlite3.connect"}  # fmt: skip
"""The events of Python's auditing that change a file system; opening a file for writing is one more."""

_LIMIT = 300.0
_IN_MEMORY = "event_log_storage: {module: dagster._core.storage.event_log, class: InMemoryEventLogStorage}"


def count_changes(under: str, at: int, number: int, seen: list[str]) -> None:
    """Count the changes that this process makes below a folder, and send it a signal before one of them."""
    process = os.getpid()

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2]
            if not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                return
        elif event not in CHANGES:
            return
        name = str(arguments[0])
        if os.getpid() != process or (under not in name and not isinstance(arguments[0], int)):
            return
        seen.append(f"{event} {name.replace(under, '')}")
        if len(seen) == at:
            os.kill(process, number)

    sys.addaudithook(note)
    flush = os.fsync

    def noted_flush(fd: Any) -> None:
        note("os.fsync", (Path(f"/proc/self/fd/{fd}").readlink(),))
        flush(fd)

    os.fsync = noted_flush  # Python audits no fsync


def run_here(asked: dict[str, Any]) -> int:
    """Run a command in this fork, and return its exit code."""
    from pipelines.cli import app

    folder, arguments = asked["folder"], asked["arguments"]
    os.setsid()
    if "memory" in asked:
        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    said = os.open(f"{folder}/said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ["RAY_TMPDIR"] = tempfile.gettempdir()  # the paths of Ray's sockets must be short
    tempfile.tempdir = None
    os.environ["TMPDIR"] = f"{folder}/tmp"
    os.environ.pop("DAGSTER_HOME", None)
    if not asked.get("history", True):
        os.environ["DAGSTER_HOME"] = _home_in_memory(Path(folder))
    Path(folder, "tmp").mkdir(exist_ok=True)
    seen = list[str]()
    count_changes(folder, asked.get("at", 0), asked.get("number", signal.SIGKILL), seen)
    sys.argv = ["discreet", arguments[0], f"{folder}/config.yaml", *arguments[1:]]
    try:
        app()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    if "list" in asked:
        Path(asked["list"]).write_text("\n".join(seen), "utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _home_in_memory(folder: Path) -> str:
    """Make a home that keeps events in memory, beside all that is compared."""
    home = folder / "history"
    home.mkdir(exist_ok=True)
    shipped = files("pipelines.instance").joinpath("dagster.yaml").read_text("utf-8")
    (home / "dagster.yaml").write_text(f"{shipped}\n{_IN_MEMORY}\n", "utf-8")
    return str(home)


def change_input(asked: dict[str, Any]) -> None:
    """Cut or remove a file, as somebody may while the command runs."""
    if "gone" in asked:
        Path(asked["gone"]).unlink()
    else:
        os.truncate(asked["cut"], Path(asked["cut"]).stat().st_size // 2)


def processes_of(session: int, name: str = "") -> Iterator[int]:
    """Yield the living processes of a session whose command lines begin with a name."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, IndexError):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            is_of = int(fields[3]) == session and fields[0] != "Z"
            if is_of and (folder / "cmdline").read_bytes().startswith(name.encode()):
                yield int(folder.name)


def run_forked(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork, wait, and send a signal on the way if asked."""
    started, sent = time.monotonic(), False
    process, seen_at = os.fork(), started
    if process == 0:
        code = 98
        try:
            code = run_here(asked)
        finally:
            os._exit(code)
    target = None if "victim" in asked else process
    while True:
        done, status = os.waitpid(process, os.WNOHANG | os.WUNTRACED)
        if done and os.WIFSTOPPED(status):
            change_input(asked)
            os.kill(process, signal.SIGCONT)
            continue
        passed = time.monotonic() - started
        if done:
            break
        if "victim" in asked and target is None:
            target = next(iter(processes_of(process, asked["victim"])), None)
            seen_at = time.monotonic()
        if "after" in asked and not sent and target and time.monotonic() - seen_at >= asked["after"]:
            with suppress(ProcessLookupError):
                os.kill(target, asked.get("number", signal.SIGKILL))
                sent = True
        if passed > _LIMIT:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return {"end": "hung", "process": process, "seconds": passed}
        time.sleep(0.01)
    end = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {"end": end, "process": process, "seconds": round(passed, 2), "sent": sent}


def serve() -> None:
    """Answer until the input ends."""
    import pipelines.build  # noqa: F401
    import pipelines.cli.build  # noqa: F401
    import pipelines.cli.evidence.takedown  # noqa: F401
    import redaction.release.report.render  # noqa: F401
    from redaction import load_profile
    from redaction.builds.redact.redact_chunk import load_models

    load_models(load_profile(sys.argv[1]).model_dump_json(by_alias=True))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run_forked(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
