"""The report states the figures of the manifest, and nothing in it acts on a page."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from redaction.release import Manifest, verify
from redaction.release.files.corpus_schema import REPORT, SUMS
from redaction.release.manifest import NOT_MEASURED
from redaction.release.report import (
    ChangeCounts,
    Changes,
    MonthCount,
    PolicyText,
    Quality,
    ReasonText,
    RegionCount,
    RunFacts,
    TypeQuality,
    rounded,
)
from redaction.release.report.render import render_report, with_status
from redaction.release.statistics import measure_release
from tests.release.making import corpus_rows, release

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y>'


class Page(HTMLParser):
    """Collects tags, attributes and the cells of each table row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data

    def row(self, head: str) -> list[str]:
        return next(row for row in self.rows if row and row[0].strip() == head)


def facts(**more: Any) -> RunFacts:
    values: dict[str, Any] = {
        "reasons": {"opted_out": ReasonText(group="Said no", meaning="The author opted out.")},
        "months": (
            MonthCount(month="2025-01", outcome="kept", records=20),
            MonthCount(month="2025-02", outcome="Said no", records=10),
        ),
        "regions": (RegionCount(region="EU27", records=30),),
        "policy": PolicyText(
            policy_id="p",
            platform="network",
            source_url="https://example.com/policy",
            published_at=date(2024, 9, 18),
            effective_from=date(2024, 9, 18),
            default_state="opted_in",
            legal_basis="none",
            purpose="ai_training",
            recipient="self",
            kinds_allowed=("post",),
            kinds_denied=("message",),
            min_age=18,
        ),
        "quality": (
            Quality(
                labeled_set="set",
                made_up=True,
                texts=4,
                over=0.01,
                over_low=0.0,
                over_high=0.02,
                types=(TypeQuality(entity_type="PERSON", labeled=90, leak=0.125, low=0.1, high=0.2),),
            ),
        ),
        "changes": Changes(before="0.9.0", counts=(ChangeCounts(source="posts", added=10, removed=20, same=30),)),
        "rounded_to": 10,
    }
    return RunFacts(**(values | more))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("out"), corpus_rows())


def rendered(folder: Path, run: RunFacts) -> str:
    return render_report(Manifest.read(folder), measure_release(folder), run)


def test_the_counts_are_those_of_the_manifest(published: Path) -> None:
    manifest = Manifest.read(published)
    page = Page(rendered(published, facts()))
    for counts in manifest.sources.values():
        assert f"{counts.kept:,}" in [row[2] for row in page.rows if row[0] == "Kept"]
        for reason, number in counts.dropped.items():
            assert page.row(reason)[2] == f"{number:,}"
    gates = {gate.name: gate for gate in manifest.gates}
    assert gates
    for name, gate in gates.items():
        assert page.row(name)[2:4] == [f"{gate.value:g}", f"{gate.threshold:g}"]
    assert page.row("EU27")[1] == "30"
    assert page.row("2025-01") == ["2025-01", "20", "0"]
    assert ["PERSON", "90", "12.50%", "10.00% to 20.00%"] in page.rows
    assert page.row("posts") == ["posts", "10", "20", "30"]


def test_a_gate_that_measured_nothing_is_not_counted_as_passed(published: Path) -> None:
    manifest = Manifest.read(published)
    first, *others = manifest.gates
    unmeasured = first.model_copy(update={"detail": f"{NOT_MEASURED}: fewer than 30 members"})
    html = render_report(
        manifest.model_copy(update={"gates": (unmeasured, *others)}), measure_release(published), facts()
    )
    assert f"<b>{len(others)} of {len(manifest.gates)}</b>gates passed, 1 not measured" in html
    assert Page(html).row(first.name)[4] == NOT_MEASURED
    failed = first.model_copy(update={"passed": False})
    assert [each.result for each in (first, unmeasured, failed)] == ["passed", NOT_MEASURED, "failed"]


def test_the_page_is_self_contained_and_has_no_script(published: Path) -> None:
    page = Page(rendered(published, facts()))
    assert not {"script", "iframe", "object", "link", "img"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        target = attributes.get("href") or attributes.get("src") or "#"
        assert target.startswith("#")


def test_names_from_outside_are_text(published: Path) -> None:
    policy = facts().policy
    assert policy is not None
    run = facts(
        policy=policy.model_copy(update={"platform": HOSTILE, "source_url": HOSTILE}),
        regions=(RegionCount(region=HOSTILE, records=10),),
        quality=(),
    )
    tags = {tag for tag, _ in Page(rendered(published, run)).tags}
    assert not {"script", "img"} & tags
    shown = Page(with_status(rendered(published, facts()), HOSTILE))
    assert "script" not in {tag for tag, _ in shown.tags}


def test_every_picture_has_a_name_and_a_table_has_its_numbers(published: Path) -> None:
    page = Page(rendered(published, facts()))
    figures = [attributes for tag, attributes in page.tags if tag == "figure"]
    assert figures
    assert all(each.get("role") == "img" and each.get("aria-label") for each in figures)
    assert all(each.get("aria-hidden") == "true" for tag, each in page.tags if tag == "svg")


def test_the_same_release_gives_the_same_bytes(published: Path) -> None:
    assert rendered(published, facts()) == rendered(published, facts())


def test_the_report_is_a_file_of_the_release_and_a_change_is_found(tmp_path: Path) -> None:
    folder = release(tmp_path)
    assert REPORT in {entry.path for entry in Manifest.read(folder).files}
    assert verify(folder).ok
    (folder / REPORT).write_text((folder / REPORT).read_text("utf-8") + " ", "utf-8")
    assert [problem.split(":")[0] for problem in verify(folder).problems] == [REPORT]


def test_changed_sums_are_found_and_absent_ones_are_those_of_an_older_release(tmp_path: Path) -> None:
    folder = release(tmp_path)
    sums = (folder / SUMS).read_text("ascii")
    (folder / SUMS).write_text(sums.replace(sums[:4], "0000", 1), "ascii")
    assert verify(folder).problems == (f"{SUMS}: differs from the manifest",)
    (folder / SUMS).unlink()
    assert verify(folder).ok


def test_facts_are_read_as_they_were_written(published: Path, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(facts().to_bytes())
    assert RunFacts.read(tmp_path) == facts()
    assert RunFacts.read(published) == RunFacts()
    assert json.loads((published / "report.json").read_bytes())["rounded_to"] == 1


@pytest.mark.parametrize(("count", "to", "expected"), [(0, 10, 0), (4, 10, 0), (5, 10, 10), (14, 10, 10), (7, 1, 7)])
def test_counts_are_rounded_to_multiples(count: int, to: int, expected: int) -> None:
    assert rounded(count, to) == expected


def test_the_report_claims_nothing_that_redaction_cannot_give(published: Path) -> None:
    text = re.sub(r"<[^>]*>", " ", (published / REPORT).read_text("utf-8"))
    assert not re.findall(r"\b(?:anonymous|anonymi[sz]ed|compliant|guaranteed)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(("before", "lacks"), [("0.9.0", True), ("1.0.0", True), ("1.0.0", False)])
def test_a_minor_version_says_where_detection_left_out_records(published: Path, before: str, lacks: bool) -> None:
    manifest = Manifest.read(published).model_copy(update={"version": "1.1.0"})
    counts = (ChangeCounts(source="posts", added=0, removed=0, same=30),)
    few = facts(changes=Changes(before=before, counts=counts, lacks_records=lacks))
    html = render_report(manifest, measure_release(published), few)
    assert ("Drop them from what you made of it" in html) == ((before, lacks) == ("1.0.0", True))


def test_what_is_withheld_or_too_small_is_not_drawn(published: Path) -> None:
    manifest = Manifest.read(published)
    sources = {
        name: counts.model_copy(update={"input": None, "dropped": {}, "withheld": ("dropped/opted_out",)})
        for name, counts in manifest.sources.items()
    }
    (quality,) = facts().quality
    (person,) = quality.types
    few = facts(
        changes=Changes(before="0.9.0", counts=(ChangeCounts(source="posts", added=0, removed=0, same=30),)),
        quality=(quality.model_copy(update={"types": (person.model_copy(update={"labeled": 2}),)}),),
    )
    html = render_report(manifest.model_copy(update={"sources": sources}), measure_release(published), few)
    page = Page(html)
    assert "Funnel of" not in html
    assert page.row("Read")[2] == "withheld"
    assert page.row("Kept")[3] == "–"
    none = [person.model_copy(update={"leak": 0.0, "low": 0.0, "high": 0.0})]
    without = few.model_copy(update={"quality": (quality.model_copy(update={"types": tuple(none)}),)})
    assert ["PERSON", "90", "0.00%", "none of 90 missed"] in Page(rendered(published, without)).rows
    assert page.row("posts") == ["posts", "fewer than 10", "fewer than 10", "30"]
    assert ["PERSON", "2", "12.50%", "too few to tell"] in page.rows
