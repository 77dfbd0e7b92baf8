"""The results of the gates of the linkage attack."""

import math
from collections.abc import Iterator
from typing import Final

from redaction.release.gates.gate_names import Gate
from redaction.release.gates.linkage.attack import Linkage
from redaction.release.gates.linkage.results import ALL, MEMBERS, POSTS, PROFILE, RESUME
from redaction.release.manifest import NOT_MEASURED, GateResult
from redaction.release.report import LinkageFigures
from redaction.release.settings import LinkageSettings

_BY_CHANCE: Final = 3
"""So many records may be found by chance alone, however few there are."""
_SURE: Final = 0.95
_LARGE: Final = 100
"""A gate fails if more are found than a sample has, with this probability, where the limit is just kept."""


def linkage_results(linkage: Linkage, settings: LinkageSettings, own_words: frozenset[str]) -> Iterator[GateResult]:
    """Compare the figures of an attack with their limits.

    Of too few members or records nothing is measured: the result says so, and passes unless the settings
    require a measurement. Records in the members' own words have no limit; the card states what was measured.

    Args:
        linkage: The attack.
        settings: The limits.
        own_words: The kinds of records that are released in the members' own words.

    Yields:
        One result for each gate.
    """
    found = {each.name: each for each in linkage.found}
    left = {each.name: each for each in linkage.left}
    for gate, name, limit in (
        (Gate.LINKAGE_POSTS, POSTS, max(settings.times_chance / max(linkage.members, 1), linkage.chance)),
        (Gate.LINKAGE_RESUMES, RESUME, settings.resumes),
        (Gate.LINKAGE_PROFILES, PROFILE, settings.profiles),
    ):
        figures = left.get(name)
        if name in own_words:
            value = figures.first.value if figures else 0.0
            yield _result(gate, value, max(value, limit), "pseudonymous: released in the members' own words")
        else:
            allowed = (
                allowed_share(limit, figures.records, figures.independent) if figures and figures.records else limit
            )
            value = figures.first.value if figures else 0.0
            yield _limited(gate, figures, value, allowed, linkage, settings, asked=limit)
    for gate, name, limit in (
        (Gate.LINKAGE_CLAIMS, ALL, settings.claims),
        (Gate.LINKAGE_MEMBERS, MEMBERS, settings.members),
    ):
        figures = found.get(name)
        yield _limited(gate, figures, figures.claimed if figures else 0.0, limit, linkage, settings)


def allowed_share(limit: float, records: int, independent: int) -> float:
    """Return the share that a sample may show where the share of all is `limit` (Poisson).

    Args:
        limit: The share of all.
        records: The size of the sample.
        independent: How many records of different authors say as much.

    Returns:
        The share that 95 of 100 such samples keep.
    """
    expected, hits = limit * independent, 0
    if expected > _LARGE:  # Then as good as normally distributed, and the exponential would be 0.
        return (expected + 1.645 * math.sqrt(expected)) / independent
    probability = below = math.exp(-expected)
    while below < _SURE:
        hits += 1
        probability *= expected / hits
        below += probability
    return max(hits / independent, _BY_CHANCE / records)


def _limited(  # noqa: PLR0913, PLR0917 - each is independent of the others
    gate: Gate,
    figures: LinkageFigures | None,
    value: float,
    limit: float,
    linkage: Linkage,
    settings: LinkageSettings,
    *,
    asked: float | None = None,
) -> GateResult:
    if linkage.members < settings.least_members:
        return _unmeasured(gate, limit, f"fewer than {settings.least_members} members", settings)
    if figures is None or figures.records < settings.least_records:
        return _unmeasured(gate, limit, f"fewer than {settings.least_records} records", settings)
    if gate is Gate.LINKAGE_MEMBERS:
        detail = f"{figures.records} of {linkage.members} members"
    else:
        detail = f"{figures.records} records, {linkage.members} members to choose from"
    if asked is not None:
        detail += f"; the limit is {asked:.5f} of all, and what chance explains in so many"
    return _result(gate, value, round(limit, 6), detail)


def _unmeasured(gate: Gate, limit: float, why: str, settings: LinkageSettings) -> GateResult:
    # A kind of which there are no records has nothing to measure.
    return GateResult(
        name=gate.value, passed=not settings.required, value=0, threshold=limit, detail=f"{NOT_MEASURED}: {why}"
    )


def _result(gate: Gate, value: float, limit: float, detail: str) -> GateResult:
    return GateResult(name=gate.value, passed=value <= limit, value=value, threshold=limit, detail=detail)
