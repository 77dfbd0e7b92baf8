"""Sentences that card and report share: what redaction took from the texts, and that there are canaries."""

from typing import Final

from redaction.release.build_facts import BuildFacts, Canaries
from redaction.release.report.facts import TypeQuality
from redaction.release.settings import CardSettings
from redaction.release.statistics import HEAVY, ReleaseStatistics

_TOO_FEW: Final = 10
"""Of fewer labeled spans no interval is stated: none was missed by chance alone."""


def interval(measured: TypeQuality) -> str:
    """Say how sure the measured leak of one entity type is."""
    if measured.labeled < _TOO_FEW:
        return "too few to tell"
    if not measured.high:
        return f"none of {measured.labeled:,} missed"
    return f"{measured.low:.2%} to {measured.high:.2%}"


def citation(facts: BuildFacts, card: CardSettings) -> str:
    """Say how to cite a release: as the config has it, or by title, version and the day of its rights."""
    named = f"{card.title or facts.corpus}, version {facts.version}, rights as of {facts.as_of:%Y-%m-%d}"
    return card.citation.strip() if card.citation and card.citation.strip() else named


def utility(figures: ReleaseStatistics, smallest: int) -> str:
    """Say how much of the texts redaction replaced; shares of fewer than `smallest` texts are withheld."""
    if not figures.rows or not figures.words:
        return ""
    placeholders = sum(figures.entities.values())
    return (
        f"Of {figures.words:,} words, {placeholders / figures.words:.1%} are replacements, each counted as one word; "
        f"the others are the members' own. {_texts(figures.touched, figures.rows, smallest)} have a replacement, "
        f"{_texts(figures.heavy, figures.rows, smallest).lower()} have {HEAVY} or more for every ten words."
    )


def canaries(found: Canaries | None) -> str:
    """Say that there are canaries; nothing if there are none."""
    if found is None:
        return ""
    return (
        f"{found.placed:,} more rows are canaries: sentences without meaning, made up by the program, of nobody. They "
        "are counted nowhere else on this page. Whoever has the private list can show by them that a model was trained "
        "on this release. Leave them in."
    )


def _texts(count: int, total: int, smallest: int) -> str:
    return f"Fewer than {smallest} texts" if 0 < count < smallest else f"{count / total:.1%} of the texts"
