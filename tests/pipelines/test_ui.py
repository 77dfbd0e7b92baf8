"""`discreet ui` as a process: what it prints, which requests it refuses, and what a browser shows of a release."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.web import listen
from pipelines.web.examples import draw_rows
from redaction.errors import DiscreetError
from redaction.operations.report import present_examples
from redaction.release import Manifest
from tests.network import Network, paths_of
from tests.pipelines.evidence.test_report import BROWSER, needs_browser

DISCREET = str(Path(sys.executable).with_name("discreet"))
QUERY = json.dumps({"query": "{ version }"})


@contextmanager
def serving(config: Path, *options: str) -> Iterator[int]:
    """Run `discreet ui` on a free port, which is its first line."""
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    with subprocess.Popen(
        [DISCREET, "ui", str(config), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"open http://127\.0\.0\.1:(\d+)\n", line)
        try:
            assert match, line + process.stderr.read()
            yield int(match[1])
        finally:
            process.send_signal(signal.SIGINT)
            printed, errors = process.communicate()
        assert (process.returncode, printed) == (0, ""), errors
        assert "superseded" not in errors
        assert "Warning" not in errors


@pytest.fixture(scope="module")
def port(built: tuple[Path, Path]) -> Iterator[int]:
    with serving(built[0]) as opened:
        yield opened


def _ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest(method, path, skip_host="host" in headers)
    content = (body or "").encode()
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(content)
    answer = connection.getresponse()
    read = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, read


def _graphql(port: int, query: str) -> dict[str, Any]:
    status, answer = _ask(port, "POST", "/graphql", json.dumps({"query": query}), Content_Type="application/json")
    assert status == 200, answer
    data: dict[str, Any] = json.loads(answer)["data"]
    return data


@pytest.mark.slow
def test_the_interface_answers_its_own_pages(port: int) -> None:
    assert _graphql(port, "{ version }")["version"]
    own = f"http://127.0.0.1:{port}"
    assert _ask(port, "POST", "/graphql", QUERY, Content_Type="application/json", Origin=own)[0] == 200
    posted = _ask(port, "POST", "/graphql?op=Version", QUERY, Content_Type="application/json", Origin=own)
    assert posted[0] == 200, "the pages name the operation in the address"
    in_address = "/graphql?query=mutation+%7B+setNuxSeen+%7D"
    assert _ask(port, "POST", in_address, Content_Type="application/json")[0] == 400, "the body alone is read"
    assert _ask(port, "GET", "/assets")[0] == 200
    assert _ask(port, "GET", "/", host=f"localhost:{port}")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", "/", None, {"host": "evil.example"}),
        ("GET", "/", None, {"host": "127.0.0.1:1"}),
        ("POST", "/graphql", QUERY, {"Content_Type": "application/json", "host": "evil.example"}),
        ("POST", "/graphql", QUERY, {"Content_Type": "application/json", "Origin": "https://evil.example"}),
        ("POST", "/graphql", QUERY, {"Content_Type": "application/json", "Origin": "null"}),
        ("POST", "/graphql", QUERY, {"Content_Type": "text/plain"}),
        ("POST", "/graphql", QUERY, {"Content_Type": "application/x-www-form-urlencoded"}),
        ("GET", "/graphql?query=mutation+%7B+setNuxSeen+%7D", None, {}),
        ("GET", "/graphql?query=%7B+version+%7D", None, {"Sec_Fetch_Site": "cross-site"}),
        ("GET", "/server_info", None, {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}),
        ("POST", "/report_asset_materialization/tiny/corpus", "{}", {"Content_Type": "application/json"}),
        ("GET", "/notebook?path=/etc/x.ipynb&repoLocName=tiny", None, {}),
        ("OPTIONS", "/graphql", None, {}),
    ],
)
def test_foreign_requests_and_changes_by_get_are_refused(
    port: int, method: str, path: str, body: str | None, headers: dict[str, str]
) -> None:
    status, answer = _ask(port, method, path, body, **headers)
    assert status == 403
    assert answer.startswith("refused: ")


@pytest.mark.slow
@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_a_connection_from_another_site_is_refused(port: int, origin: str | None) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    upgrade |= {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", **({"Origin": origin} if origin else {})}
    assert _ask(port, "GET", "/graphql", **upgrade)[0] == 403


@pytest.mark.slow
@pytest.mark.parametrize("while_loading", [True, False])
def test_ctrl_c_stops_every_process_without_a_traceback(built: tuple[Path, Path], *, while_loading: bool) -> None:
    with subprocess.Popen(
        [DISCREET, "ui", str(built[0]), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        while not Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8"):
            time.sleep(0.05)
        if not while_loading:
            assert _graphql(port, "{ version }")["version"]
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate() == ("", ""), "the pipes end when the last process that holds them has ended"
        assert process.returncode == 0


@pytest.mark.slow
def test_the_port_is_open_to_this_machine_alone(port: int) -> None:
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))


@pytest.mark.slow
def test_the_report_is_served_with_the_state_of_its_release(built: tuple[Path, Path], port: int) -> None:
    status, page = _ask(port, "GET", "/discreet/tiny/1.0.0/report.html")
    assert (status, page) == (200, (built[1] / "report.html").read_text("utf-8"))
    for path in ("other/1.0.0", "tiny/9.0.0", "tiny/..%2F..", "tiny/x"):
        assert _ask(port, "GET", f"/discreet/{path}/report.html")[0] == 404


@pytest.mark.slow
def test_the_picture_of_example_rows_is_drawn_from_the_card(built: tuple[Path, Path], port: int) -> None:
    status, picture = _ask(port, "GET", "/discreet/tiny/1.0.0/examples.svg")
    assert status == 200
    drawn = " ".join(" ".join(xml.etree.ElementTree.fromstring(picture).itertext()).split())
    for row in present_examples(built[1]):
        assert " ".join(row.split()) in drawn
    assert "[PERSON_1] in [LOCATION_1]" in drawn
    for path in ("other/1.0.0", "tiny/9.0.0", "tiny/x"):
        assert "PERSON" not in _ask(port, "GET", f"/discreet/{path}/examples.svg")[1]


def test_what_a_row_holds_is_drawn_as_text() -> None:
    hostile = '<script>alert(1)</script> & "a" \x1b[31m \x00 ]]> <image href="https://evil.example/x"/>'
    drawn = xml.etree.ElementTree.fromstring(draw_rows([hostile, "word " * 60, ""]))
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} == {"svg", "rect", "g", "text"}
    assert "<script>alert(1)</script>" in "".join(drawn.itertext())
    assert not [name for element in drawn.iter() for name in element.attrib if "href" in name or name.startswith("on")]


@pytest.mark.slow
def test_a_read_only_interface_launches_nothing(built: tuple[Path, Path]) -> None:
    query = """mutation { launchRun(executionParams: {selector: {repositoryLocationName: "tiny",
        repositoryName: "__repository__", jobName: "build"}, runConfigData: {}}) { __typename } }"""
    with serving(built[0], "--read-only") as port:
        assert _graphql(port, query)["launchRun"]["__typename"] == "UnauthorizedError"


def test_a_taken_port_is_an_error_that_names_another_one(built: tuple[Path, Path]) -> None:
    with listen(0) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(DiscreetError, match=rf"port {number} of 127\.0\.0\.1 is taken; .* --port \d+"):
            listen(number)
        done = subprocess.run(
            [DISCREET, "ui", str(built[0]), "--port", str(number)], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
@needs_browser
def test_the_page_of_the_corpus_leads_to_the_report(built: tuple[Path, Path], port: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    manifest = Manifest.read(built[1])
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(180_000)
        page.goto(f"http://127.0.0.1:{port}/assets/tiny/corpus?view=overview")
        link = page.get_by_role("link", name="/discreet/tiny/1.0.0/report.html", exact=True)
        link.wait_for()
        shown = page.locator("body").inner_text()
        assert str(manifest.rows) in shown
        for name in ("leak", "gates", "reasons", "card", "posts_kept", "examples"):
            assert name in shown
        picture = page.get_by_role("img", name="three redacted rows")
        picture.wait_for()
        assert picture.evaluate("image => image.naturalWidth") > 100, "the rows are on the page of the asset"
        with page.expect_popup() as opened:
            link.click()
        report = opened.value
        report.wait_for_load_state()
        tiles = report.locator(".tiles").inner_text()
        for source, counts in manifest.sources.items():
            assert re.search(rf"\b{counts.kept:,}\s*{source} kept", tiles), source
        browser.close()


@pytest.mark.slow
@needs_browser
def test_a_build_is_launched_in_the_interface_and_its_report_shows_its_figures(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    config = Network().write(tmp_path, partitions={"start": "2025-01-01"})
    release = paths_of(config).releases / "1.0.0"
    with serving(config) as port, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(180_000)
        page.goto(f"http://127.0.0.1:{port}/locations/tiny/jobs/build")
        page.get_by_role("button", name="Materialize all").click()
        page.get_by_role("button", name="All", exact=True).click()
        page.get_by_role("button", name="Launch backfill").click()
        page.get_by_role("button", name="Launch backfill").wait_for(state="hidden")
        page.goto(f"http://127.0.0.1:{port}/runs")
        page.get_by_text("Success", exact=True).first.wait_for(timeout=600_000)
        assert not page.get_by_text("Failure", exact=True).count()
        manifest = Manifest.read(release)
        page.goto(f"http://127.0.0.1:{port}/assets/tiny/corpus?view=overview")
        with page.expect_popup() as opened:
            page.get_by_role("link", name="/discreet/tiny/1.0.0/report.html", exact=True).click()
        report = opened.value
        report.wait_for_load_state()
        for source, counts in manifest.sources.items():
            shown = _funnel(report, source)
            assert (shown.pop("Read"), shown.pop("Kept")) == (counts.input, counts.kept)
            assert shown == {**counts.dropped, **counts.quarantined}
        browser.close()


def _funnel(report: Any, source: str) -> dict[str, int]:
    """Read the records of each reason of a source, of all that was read, and of what was kept, from the page."""
    table = report.get_by_role("region", name=f"Table of {source} by reason")
    reasons = {row.locator("code").inner_text(): row for row in table.locator("tr.reason").all()}
    whole = {name: table.get_by_role("row", name=name) for name in ("Read", "Kept")}
    numbers = {name: row.locator("td.n").first.inner_text() for name, row in (reasons | whole).items()}
    return {name: int(number.replace(",", "")) for name, number in numbers.items()}
