"""The report of real releases: by the command, in a real browser, and after takedowns."""

import json
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.detection import Detector
from redaction.operations.report import present_examples
from redaction.release import Manifest
from redaction.release.errors import ReleaseError
from redaction.release.manifest import NOT_MEASURED
from redaction.release.report import TypeQuality, described
from tests.network import Network
from tests.pipelines.running import command
from tests.releases import release

BROWSER = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def test_the_command_writes_the_report_of_the_release(built: tuple[Path, Path], tmp_path: Path) -> None:
    _, folder = built
    done = command("report", str(folder), "-o", str(tmp_path / "r.html"))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "r.html"))
    assert (tmp_path / "r.html").read_bytes() == (folder / "report.html").read_bytes()


def test_the_manifest_names_the_software_and_tells_models_from_recognizers(built: tuple[Path, Path]) -> None:
    manifest = Manifest.read(built[1])
    assert manifest.software["python"] == platform.python_version()
    assert {name: version(name) for name in manifest.software if name != "python"}.items() <= manifest.software.items()
    assert {"discreet", "spacy", "presidio-analyzer", "polars"} < manifest.software.keys()
    detector = Detector.from_settings(load_config(built[0]).detection)
    assert manifest.digests.model == detector.models_digest
    assert manifest.digests.recognizers == detector.fingerprint != detector.models_digest
    others = detector.settings.model_copy(update={"threshold": detector.settings.threshold / 2})
    other = Detector.from_settings(others)
    assert other.models_digest == detector.models_digest
    assert other.fingerprint != detector.fingerprint


def test_sha256sum_checks_a_release(built: tuple[Path, Path]) -> None:
    _, folder = built
    checked = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=False)
    assert checked.returncode == 0


def test_a_release_states_its_measured_quality_and_its_changes(tmp_path: Path) -> None:
    network = Network()
    config = network.write(tmp_path, release={"quality": {"shipped_set": True}})
    first = release(config)
    facts = json.loads((first / "report.json").read_bytes())
    (quality,) = facts["quality"]
    assert quality["labeled_set"] == "made-up-posts"
    assert quality["texts"] >= 300
    person = next(each for each in quality["types"] if each["entity_type"] == "PERSON")
    assert 0 <= person["low"] <= person["leak"] <= person["high"] < 0.2
    assert facts["changes"] is None
    card, page = ((first / name).read_text("utf-8") for name in ("README.md", "report.html"))
    for each in map(TypeQuality.model_validate, quality["types"]):
        cells = (each.entity_type, str(each.labeled), f"{each.leak:.2%}", described.interval(each))
        assert "| `{}` | {} | {} | {} |".format(*cells) in card
        assert all(f">{cell}</" in page for cell in cells)
    network.posts[1]["text"] = "A sentence that nobody has written before about the launch."
    second = release(network.write(tmp_path, as_of="2025-07-02T00:00:00Z"))
    assert json.loads((second / "report.json").read_bytes())["changes"]["before"] == "1.0.0"


def test_a_superseded_release_says_so_and_a_withdrawn_one_keeps_no_example(tmp_path: Path) -> None:
    network = Network()
    config = network.write(tmp_path)
    folder = release(config)
    network.rights_events.append(
        {
            "event_id": "e-late",
            "subject_id": "ada",
            "action": "erase",
            "event_time": datetime(2025, 6, 1, tzinfo=UTC),
            "received_at": datetime(2025, 6, 1, tzinfo=UTC),
        }
    )
    config = network.write(tmp_path)
    assert (
        command("takedown", str(config), "--as-of", "2025-06-30T00:00:00Z", "--most-absent", "1", "--yes").returncode
        == 0
    )
    done = command("report", str(folder), "-o", str(tmp_path / "r.html"))
    assert done.returncode == 0, done.stderr
    assert "superseded this release" in (tmp_path / "r.html").read_text("utf-8")
    with pytest.raises(ReleaseError, match=r"superseded this release; use 2\.0\.0"):
        present_examples(folder)
    assert (
        command(
            "takedown", str(config), "--withdraw", "--as-of", "2025-06-30T00:00:00Z", "--most-absent", "1", "--yes"
        ).returncode
        == 0
    )
    assert {"README.md", "report.html"}.isdisjoint(path.name for path in folder.iterdir())
    done = command("report", str(folder), "-o", str(tmp_path / "r.html"))
    assert done.returncode == 1
    assert "was withdrawn" in done.stderr
    assert load_config(config).corpus in str(folder)


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_in_a_browser(built: tuple[Path, Path], scheme: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    _, folder = built
    manifest = json.loads((folder / "manifest.json").read_bytes())
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
        requests, errors = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.goto(f"file://{folder / 'report.html'}")
        assert requests == [f"file://{folder / 'report.html'}"], "nothing else is loaded"
        assert errors == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "a phone shows it without scrolling aside"
        passed = page.locator("#gates tbody tr .passed").count()
        assert passed == sum(not gate["detail"].startswith(NOT_MEASURED) for gate in manifest["gates"])
        ink, paper = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert (sum(map(int, paper[4:-1].split(","))) > sum(map(int, ink[4:-1].split(",")))) is (scheme == "light")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#left-out"
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
        browser.close()
