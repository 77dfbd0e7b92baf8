"""The page of the review in a real browser: ten spans by keyboard are in the next evaluation."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from redaction.state.stores.review_store import read_review
from tests.network import paths_of
from tests.operations.review.network import build_talkative
from tests.pipelines.running import CANARY, command

BROWSER = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_talkative(tmp_path_factory.mktemp("page") / "net")


@pytest.fixture
def config(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built.parent, tmp_path / "net") / built.name


@contextmanager
def served(config: Path) -> Iterator[str]:
    command = [sys.executable, "-c", "from pipelines.cli import app; app()", "review", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@contextmanager
def opened(address: str, scheme: str = "light", width: int = 1280) -> Iterator[Any]:
    """Open the page, and check at the end that it asked nobody else and had no error."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        asked, errors = set(), []
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        playwright.expect(page.locator("#title")).to_contain_text("Text 1 of")
        yield page
        assert errors == []
        assert asked == {urlsplit(address).netloc}
        browser.close()


def picture(page: Any, name: str) -> None:
    """Save a screenshot for eyes, where a folder is named for them."""
    if folder := os.environ.get("DISCREET_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def shown(page: Any) -> list[str]:
    return [page.locator(f"#{name}").inner_text() for name in ("title", "progress", "now")]


def press(page: Any, *keys: str) -> None:
    """Press keys one after the other, each after the page has shown the effect of the one before."""
    for key in keys:
        before = shown(page)
        page.keyboard.press(key)
        for _ in range(1000):
            if shown(page) != before:
                break
            page.wait_for_timeout(20)
        else:
            raise AssertionError(f"{key} changed nothing: {before}")


def test_requests_of_others_are_refused(config: Path) -> None:
    with served(config) as address, httpx.Client(timeout=None) as client:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
        page = client.get(address)
        assert page.status_code == 200
        assert CANARY not in page.text
        assert "Maria" not in page.text
        assert client.get("/".join(address.split("/")[:3]) + "/").status_code == 404
        body = {"number": 0}
        assert client.post(address + "item", json=body).status_code == 200
        assert client.post(address + "item", json=body, headers={"Origin": "http://evil.example"}).status_code == 403
        wrong = client.post(address + "store", json={"number": 0, "status": "done", "spans": [{"start": CANARY}]})
        assert wrong.status_code == 422
        assert CANARY not in wrong.text
        undecided = client.post(address + "store", json={"number": 0, "status": "done", "spans": _open_span()})
        assert undecided.json() == {"error": "not every span is decided; accept or reject the others first"}


def _open_span() -> list[dict[str, object]]:
    return [{"start": 0, "end": 1, "entity_type": "PERSON", "decision": "open"}]


@needs_browser
def test_ten_spans_by_keyboard_are_in_the_next_evaluation(config: Path) -> None:
    accepted = 0
    with served(config) as address, opened(address) as page:
        while accepted < 10:
            number = page.locator("#spans button").count()
            for _ in range(number):
                press(page, "a")
            accepted += number
            press(page, "Enter")
    done = command("evaluate", "--reviewed", str(config), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert sum(each["labelled"] for each in report["types"]) == accepted
    assert {each["type"] for each in report["types"]} >= {"PERSON", "LOCATION", "EMAIL_ADDRESS"}
    assert all(each["leak"]["value"] == 0 for each in report["types"])


@needs_browser
def test_correct_add_undo_and_skip_by_keyboard(config: Path) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    with served(config) as address, opened(address) as page:
        while "Leila Rahimi" not in page.locator("#text").inner_text():
            press(page, "n")
        marks = page.locator("#text mark")
        expect(marks).to_have_count(3)
        press(page, "r")
        expect(marks.nth(0)).to_have_attribute("data-decision", "rejected")
        press(page, "u")
        expect(marks.nth(0)).to_have_attribute("data-decision", "open")
        press(page, "Shift+ArrowLeft", "Shift+ArrowDown")
        expect(page.locator("#spans button").nth(0)).to_contain_text("eila Rahim")
        press(page, "Shift+ArrowUp", "Shift+ArrowRight", "a", "a", "a")
        page.keyboard.press("t")
        page.keyboard.type("ORG")
        page.keyboard.press("Enter")
        expect(marks.nth(2)).to_have_attribute("data-decision", "changed")
        press(page, "m")
        for _ in range(60):
            if "“Friday”" in page.locator("#now").inner_text():
                break
            press(page, "ArrowRight")
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Enter")
        expect(page.locator("#text mark[data-decision=added]")).to_have_text("Friday")
        press(page, "Enter", "s")
        expect(page.locator("#progress")).to_contain_text("1 of")
        expect(page.locator("#progress")).to_contain_text("1 skipped")
    rows = read_review(paths_of(config)).filter(status="done")
    spans = {span["decision"]: span["entity_type"] for span in rows["spans"][0]}
    assert spans == {"accepted": "LOCATION", "changed": "ORGANIZATION", "added": "ORGANIZATION"}


@needs_browser
@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 700),
        pytest.param("light", 700, marks=pytest.mark.slow),
        pytest.param("dark", 1280, marks=pytest.mark.slow),
    ],
)
def test_the_page_is_accessible(config: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with served(config) as address, opened(address, scheme, width) as page:
        press(page, "a", "r")
        page.locator("summary").click()
        picture(page, f"review-{scheme}-{width}")
        press(page, "m")
        picture(page, f"review-add-{scheme}-{width}")
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@needs_browser
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_private_report_is_accessible(config: Path, scheme: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    done = command("report", str(paths_of(config).releases / "1.0.0"), "--private", str(config))
    assert done.returncode == 0, done.stderr
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        page.goto(f"file://{done.stdout.strip()}")
        page.get_by_role("link", name="Before and after").click()
        playwright.expect(page.locator("#before-and-after mark").first).to_be_visible()
        picture(page, f"private-report-{scheme}")
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
        browser.close()
