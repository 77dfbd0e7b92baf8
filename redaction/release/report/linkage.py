"""What card and report say about the linkage attack, in plain words."""

from collections.abc import Sequence
from typing import Final

from redaction.release.report.facts import JoinedFigures, LinkageFacts, LinkageFigures, SubjectLeak

HEADER: Final = ("records", "attacked", "author found first", "95 % interval", "among the first ten", "claimed at 90 %")
_NAMES: Final = {
    "posts": "posts, all kinds but résumés",
    "all": "all records",
    "members": "members, over all their records",
}
TRIED: Final = (
    "Each record was compared with the profiles of all members: by words, by characters, and by names, employers, "
    "schools, towns, titles and years. Somebody who has seen the texts elsewhere, who knows how a member writes, or a "
    "language model that reads between the lines may find more."
)


def sentences(linkage: LinkageFacts | None) -> list[str]:
    """Describe what was tried and found."""
    if linkage is None:
        return ["Not measured in this release."]
    said = [_own_words(linkage)] if linkage.own_words else []
    if not linkage.found:
        return [*said, "Whether records lead back to their authors was not measured: there are too few members."]
    chance = 1 / max(linkage.members, 1)
    raw = f" Before redaction it found {linkage.raw.first.value:.1%} of posts." if linkage.raw else ""
    return [
        *said,
        TRIED,
        f"By chance, {chance:.3%} of the authors are found; by a guess among the members whose profile is in the "
        f"language of a post, {linkage.chance:.3%}.{raw}",
        *([_joined(linkage.joined)] if linkage.joined else []),
    ]


def rows(linkage: LinkageFacts | None) -> list[tuple[str, ...]]:
    """Return the figures of the records that are released, as `HEADER`."""
    return [_row(each) for each in (linkage.left if linkage else ()) if each.records]


LEAK_HEADER: Final = ("people", "how many", "of whom identified", "of whom by full name")
_ROLES: Final = {
    "author": "authors, in their own records",
    "mentioned": "members who are mentioned, there",
    "thread": "authors above in a thread, there",
    "objector": "people outside who objected, anywhere",
    "protected": "members of whom nothing may be used, anywhere",
}


def leak_rows(leaks: Sequence[SubjectLeak], smallest: int) -> list[tuple[str, ...]]:
    """Return of how many people a direct identifier can be read, in records of any kind, as `LEAK_HEADER`."""
    return [
        (_ROLES[each.role], f"{each.people:,}", _few(each.identified, smallest), _few(each.named, smallest))
        for each in leaks
        if each.kind == "any"
    ]


def _few(count: int, smallest: int) -> str:
    return f"{count:,}" if count == 0 or count >= smallest else f"fewer than {smallest}"


def _row(figures: LinkageFigures) -> tuple[str, ...]:
    first = figures.first
    return (
        _NAMES.get(figures.name, figures.name),
        f"{figures.records:,}",
        f"{first.value:.2%}",
        f"{first.low:.2%} to {first.high:.2%}",
        f"{figures.first_ten.value:.2%}",
        f"{figures.claimed:.2%}",
    )


def _joined(joined: JoinedFigures) -> str:
    return (
        f"{joined.records:,} posts were also compared with each other, by words and habits of writing: to "
        f"{joined.nearest.value:.2%} the nearest other one is by the same author (by chance {joined.chance:.2%}); two "
        f"of one author are more alike than two of others in {joined.auc.value:.1%} of all cases (by chance 50 %; 95 % "
        f"interval {joined.auc.low:.1%} to {joined.auc.high:.1%})."
    )


def _own_words(linkage: LinkageFacts) -> str:
    found = {each.name: each.first.value for each in linkage.left}
    rates = ", ".join(f"{kind} {found[kind]:.0%}" for kind in linkage.own_words if kind in found)
    measured = f" Measured: {rates} lead back to their member." if rates else ""
    kinds = " and ".join(linkage.own_words)
    return f"Records of kind {kinds} are in the members' own words: pseudonymous, not more.{measured}"
