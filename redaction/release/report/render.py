"""The run report as one HTML page: no outside link, no script, readable in light and dark, on paper and aloud."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from redaction.release.counts import WITHHELD, SourceCounts
from redaction.release.gates.gate_names import Gate
from redaction.release.identity.version import parse_version
from redaction.release.manifest import GateResult, Manifest
from redaction.release.report import charts, described, linkage
from redaction.release.report.facts import RunFacts
from redaction.release.statistics import ReleaseStatistics

KEPT: Final = "kept"
_STATUS: Final = "<!-- The state of the release is written here when the report is shown later. -->"
_OTHER: Final = "Withheld: counts too small to publish"
_PER_TEXTS: Final = 1000
_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("redaction.release.report", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def environment() -> Environment:
    """Return the environment of the templates of reports."""
    return _ENVIRONMENT


def render_report(manifest: Manifest, statistics: ReleaseStatistics, facts: RunFacts) -> str:
    """Render the report of a release.

    Args:
        manifest: The manifest, with the results of the gates.
        statistics: The measured figures of its rows.
        facts: The facts that it was published with.

    Returns:
        The HTML. The same arguments give the same bytes.
    """
    template = _ENVIRONMENT.get_template("report.html.j2")
    return template.render(
        manifest=manifest,
        statistics=statistics,
        facts=facts,
        rounding=f", rounded to multiples of {facts.rounded_to}" if facts.rounded_to > 1 else "",
        status_marker=_STATUS,
        sources=[_source(name, counts, facts) for name, counts in sorted(manifest.sources.items())],
        months=_months(facts),
        replaced=_replaced(statistics, facts.rounded_to),
        utility=described.utility(statistics, facts.rounded_to),
        canaries=described.canaries(manifest.canaries),
        interval=described.interval,
        results=Counter(gate.result for gate in manifest.gates),
        lost_by_detection=_lost_by_detection(manifest, facts),
        few=partial(_few, smallest=facts.rounded_to),
        gates=[_gate(gate) for gate in manifest.gates],
        linkage_said=linkage.sentences(facts.linkage),
        linkage_header=linkage.HEADER,
        linkage_rows=linkage.rows(facts.linkage),
        leak_header=linkage.LEAK_HEADER,
        leak_rows=linkage.leak_rows(facts.subjects, facts.rounded_to),
        quality=[(quality, charts.leak(quality)) for quality in facts.quality],
        kept_records=sum(statistics.records.values()),
    )


def _lost_by_detection(manifest: Manifest, facts: RunFacts) -> bool:
    """Whether a MINOR version lacks records of the release before, which no right or rule denies."""
    changes = facts.changes
    if changes is None or not changes.lacks_records:
        return False
    return parse_version(manifest.version).major == parse_version(changes.before).major


def with_status(html: str, status: str) -> str:
    """Return a published report with a notice on top about the present state of its release."""
    notice = Markup('<p class="notice" role="status">{}</p>').format(status)
    return html.replace(_STATUS, notice, 1)


def _source(name: str, counts: SourceCounts, facts: RunFacts) -> dict[str, Any]:
    """Return the funnel of one source: groups with their reasons, shares of the input, and the chart."""
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for reasons in (counts.quarantined, counts.dropped):
        for reason, number in reasons.items():
            text = facts.reasons.get(reason)
            group = _OTHER if reason == WITHHELD else text.group if text else reason
            groups.setdefault(group, []).append((reason, text.meaning if text else "", number))
    total = counts.input or 0
    sized = sorted(
        ((group, sum(n for *_, n in rows), sorted(rows, key=lambda row: -row[2])) for group, rows in groups.items()),
        key=lambda each: (-each[1], each[0]),
    )
    steps = [("read", total), *((group, number) for group, number, _ in sized), (KEPT, counts.kept)]
    return {
        "name": name,
        "input": counts.input,
        "kept": counts.kept,
        "kept_share": _share(counts.kept, total),
        "groups": [
            (group, number, _share(number, total), [(*row, _share(row[2], total)) for row in rows])
            for group, number, rows in sized
        ],
        "withheld": [reason.split("/")[1] for reason in counts.withheld],
        "chart": charts.funnel(name, steps) if total else "",
    }


def _months(facts: RunFacts) -> dict[str, Any] | None:
    """Return posts by month and outcome, as a table and a chart; None where there are none."""
    if not facts.months:
        return None
    months = sorted({each.month for each in facts.months})
    sums: dict[str, int] = {}
    for each in facts.months:
        sums[each.outcome] = sums.get(each.outcome, 0) + each.records
    outcomes = sorted(sums, key=lambda name: (name != KEPT, -sums[name], name))[: charts.MOST_SERIES]
    cells = {(each.month, each.outcome): each.records for each in facts.months}
    series = {name: [cells.get((month, name), 0) for month in months] for name in outcomes}
    rows = [(month, [series[name][index] for name in outcomes]) for index, month in enumerate(months)]
    return {"outcomes": outcomes, "rows": rows, "chart": charts.by_month(months, series, "posts")}


def _replaced(statistics: ReleaseStatistics, smallest: int) -> dict[str, Any]:
    """Return the replaced spans by type, with the rate, and by month as a chart of spans per thousand texts.

    The chart has months and types of at least `smallest` texts and spans.
    """
    total = sum(statistics.entities.values())
    by_size = sorted(statistics.entities.items(), key=lambda item: (-item[1], item[0]))
    rows = [(name, number, _share(number, total), number / statistics.rows) for name, number in by_size]
    counted = {month: each for month, each in statistics.months.items() if each.rows >= smallest}
    months = list(counted)
    largest = [name for name, number in by_size[: charts.MOST_SERIES - 1] if number >= smallest]
    series: Mapping[str, Sequence[float]] = {
        name: [_PER_TEXTS * each.entities.get(name, 0) / max(each.rows, 1) for each in counted.values()]
        for name in largest
    }
    chart = charts.by_month(months, series, "spans per 1,000 texts") if months and largest else ""
    return {"rows": rows, "total": total, "chart": chart}


def _gate(gate: GateResult) -> dict[str, Any]:
    meaning = Gate(gate.name).meaning.replace("`", "") if gate.name in set(Gate) else ""
    return {
        "name": gate.name,
        "meaning": meaning,
        "result": gate.result,
        "value": f"{gate.value:.4g}",
        "limit": f"{gate.threshold:g}",
        "detail": gate.detail,
    }


def _few(count: int, smallest: int) -> str:
    """Show a rounded count; 0 may mean a few."""
    return f"{count:,}" if count or smallest == 1 else f"fewer than {smallest}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
