"""An object store that fails: a proxy before a real server returns errors, loses replies, cuts uploads, is slow."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from pipelines.build import build
from redaction.errors import DiscreetError
from redaction.release import Registry, verify
from redaction.storage import list_files, read_bytes
from tests.faults.outcome import Outcome
from tests.network import Network, paths_of
from tests.store import Store, running

FAULTS: Final = ("error 500", "error 503", "lost reply", "cut upload", "slow")
_HOP: Final = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class FailingProxy:
    """A proxy that lets a share of the requests fail. Nothing fails while `fault` is None."""

    def __init__(self, target: str, seed: int = 1) -> None:
        self.fault: str | None = None
        self.share = 0.0
        self.failed: Counter[str] = Counter()
        self._target, self._random = urlsplit(target).netloc, random.Random(seed)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                """Pass on one request, or fail."""
                self.raw_requestline = self.rfile.readline(65_537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                proxy.answer(self)

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        fault = self.fault if self.fault and self._random.random() < self.share else None
        if fault == "cut upload" and request.command not in {"PUT", "POST"}:
            fault = None
        if fault:
            self.failed[fault] += 1
        if fault in {"error 500", "error 503"}:
            request.send_response(int(fault[-3:]))
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if fault == "cut upload":
            request.close_connection = True
            return
        if fault == "slow":
            time.sleep(0.2)
        status, headers, content = self._pass_on(request, body)
        if fault == "lost reply":  # it was done, but nobody hears of it
            request.close_connection = True
            return
        request.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                request.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length", str(len(content)))
        request.send_header("Content-Length", length if request.command == "HEAD" else str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _pass_on(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(self._target, timeout=60)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in {"connection"}}
        connection.request(request.command, request.path, body, headers)
        answer = connection.getresponse()
        read = answer.status, answer.getheaders(), answer.read()
        connection.close()
        return read


def store_row(folder: Path, rounds: int = 3, share: float = 0.15, minutes: float = 1e9) -> Outcome:
    """Build into a failing store, each fault some times; then without faults, which must give the bytes of a disk."""
    outcome, started = Outcome("store faults"), time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    one = {"partitions": {"grain": "month", "start": "2025-06-01"}}
    build(Network().write(folder / "disk", **one))
    expected = _bytes_of(folder / "disk/out/tiny/1.0.0")
    refused = 0
    with running() as store, store.in_environment(), FailingProxy(store.endpoint) as proxy:
        for number in range(rounds * len(FAULTS)):
            if time.monotonic() - started > minutes * 60:
                break
            fault = FAULTS[number % len(FAULTS)]
            here = folder / str(number)
            here.mkdir()
            (here / "key").write_bytes((folder / "disk/key").read_bytes())
            (here / "key").chmod(0o600)
            bucket = Store(store.endpoint).bucket()
            config = Network().write(
                here, storage={"s3": {"endpoint_url": proxy.endpoint}}, output=f"{bucket}out", **one
            )
            with _failing(proxy, fault, share):
                try:
                    build(config)
                except DiscreetError:
                    refused += 1
                except BaseException as error:  # noqa: BLE001 - that is what is looked for
                    outcome.found.append(f"{fault}: {type(error).__name__}")
            outcome.count += 1
            paths = paths_of(config)
            for release in Registry(paths.corpora, paths.corpus).releases():
                if not verify(release.folder).ok:
                    outcome.found.append(f"{fault}: {release.version} can be seen and does not verify")
            build(config)
            if _bytes_of(paths.releases / "1.0.0") != expected:
                outcome.found.append(f"{fault}: other bytes after it")
        counts = ", ".join(f"{name} {count}" for name, count in sorted(proxy.failed.items()))
    outcome.note = f"{proxy.failed.total()} requests failed ({counts}); {refused} builds refused, then repeated"
    return outcome


@contextmanager
def _failing(proxy: FailingProxy, fault: str, share: float) -> Iterator[None]:
    proxy.fault, proxy.share = fault, share
    try:
        yield
    finally:
        proxy.fault = None


def _bytes_of(release: Any) -> dict[str, bytes]:
    return {path: read_bytes(release / path) for path in list_files(release)}
