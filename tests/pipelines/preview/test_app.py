"""The page of the preview: in a real browser, and against requests of other sites."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from redaction.config import load_config
from tests.network import Network
from tests.pipelines.running import CANARY

BROWSER = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Network().write(tmp_path_factory.mktemp("preview"), release={"quality": {"shipped_set": True}})


@pytest.fixture(scope="module")
def address(config: Path) -> Iterator[str]:
    command = [sys.executable, "-c", "from pipelines.cli import app; app()", "preview", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def test_the_address_is_local_and_has_a_secret(address: str) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
    with httpx.Client(timeout=None) as client:
        assert client.get(address).status_code == 200
        assert client.get("/".join(address.split("/")[:3]) + "/").status_code == 404


def test_requests_of_other_sites_are_refused(address: str) -> None:
    body = {"text": "Write to ada@example.com today.", "choices": {}}
    with httpx.Client(timeout=None) as client:
        assert client.get(address, headers={"Host": "evil.example"}).status_code == 403
        foreign = client.post(address + "analyze", json=body, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        form = client.post(address + "analyze", content="text=x", headers={"Content-Type": "text/plain"})
        assert form.status_code == 415
        assert client.get(address + "save").status_code == 405
        assert client.post(address + "analyze", json=body).json()["redacted"] == "Write to [EMAIL_ADDRESS_1] today."


def test_mistakes_are_one_line_without_the_text(address: str) -> None:
    with httpx.Client(timeout=None) as client:
        wrong = client.post(address + "analyze", json={"text": CANARY, "choices": {"caution": CANARY}})
        assert wrong.status_code == 422
        assert CANARY not in wrong.text
        unknown = client.post(address + "analyze", json={"text": "x", "choices": {"profile": "socail"}})
        assert unknown.status_code == 400
        assert "social" in unknown.json()["error"]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_paste_a_text_change_caution_and_save(address: str, config: Path, scheme: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        asked, errors = [], []
        page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.fill("#own", "😀 Write to ada@example.com <img src=x onerror=alert(1)> today.")
        mark = page.locator("#found mark")
        playwright.expect(mark).to_have_count(1)
        playwright.expect(mark).to_contain_text("ada@example.com")
        playwright.expect(page.locator("#redacted")).to_contain_text("[EMAIL_ADDRESS_1]")
        assert page.locator("#found img").count() == 0
        playwright.expect(page.locator("#spans")).to_contain_text("EMAIL_ADDRESS1.00DisguisedEmailRecognizer")
        page.fill("#own", "Write to ada@example.com, or call +1 202 555 0143.")
        playwright.expect(mark).to_have_count(2)
        colors = [each.evaluate("mark => getComputedStyle(mark).backgroundColor") for each in mark.all()]
        assert len(set(colors)) == 2, "each type has its color"
        page.click("#next")
        playwright.expect(page.locator("#found")).not_to_contain_text("ada@example.com <img")
        page.fill("#caution", "2")
        page.dispatch_event("#caution", "change")
        page.click("#measure")
        playwright.expect(page.locator("#totals")).to_contain_text("made-up-posts", timeout=120_000)
        page.click("#decide")
        playwright.expect(page.locator("#reasons")).to_contain_text("opted_out", timeout=60_000)
        page.select_option("#policy", "linkedin-2025-11")
        page.click("#decide")
        failed = page.locator("#reasons.failed")
        playwright.expect(failed).to_contain_text("choose a later as_of", timeout=60_000)
        page.select_option("#policy", "")
        page.fill("#name", f"trial-{scheme}.yaml")
        page.click("#save")
        playwright.expect(page.locator("#message")).to_contain_text(f"trial-{scheme}.yaml")
        assert load_config(config.parent / f"trial-{scheme}.yaml").detection.caution == 2
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
        assert errors == []
        assert set(asked) == {urlsplit(address).netloc}
        browser.close()
