"""What a reconciliation shows that a build must not pass over in silence, each in one line with its mend."""

from collections.abc import Iterator, Sequence
from typing import Final

from redaction.rights.reconciliation.joins import PROTECTING, Join
from redaction.rights.reconciliation.reconcile import JoinCounts, Reconciliation
from redaction.rights.settings import RightsSettings

FEW: Final = 20
"""Fewer ids or rows than this say nothing about a share of references."""

_NAMES: Final = {
    Join.RIGHTS_EVENTS: ("rights_events.subject_id", "a member's id"),
    Join.REGION_SIGNALS: ("region_signals.subject_id", "a member's id"),
    Join.AUTHORS: ("posts.author_id", "the id of a profile"),
    Join.MENTIONS: ("posts.mentions", "a member's id"),
    Join.IN_REPLY_TO: ("posts.in_reply_to", "the id of a post"),
    Join.REPOST_OF: ("posts.repost_of", "the id of a post"),
    Join.QUOTE_OF: ("posts.quote_of", "the id of a post"),
    Join.SIGNAL_SUBJECTS: ("signals_of_others.subject_id", "a member's id"),
    Join.SIGNAL_POSTS: ("signals_of_others.post_id", "the id of a post"),
    Join.SIGNAL_LINKS: ("signals_of_others.url and domain", "what a post links to"),
    Join.SUPERSEDES: ("rights_events.supersedes", "the id of an event"),
}
"""The joins that can stop a build: the column, and what its ids should be."""


def reconciliation_problems(
    result: Reconciliation, settings: RightsSettings, joins: Sequence[Join] = tuple(_NAMES)
) -> list[str]:
    """List what must stop a build.

    An id that differs from a known one only in spelling stops it in any join: the right, or the reference, would be
    lost. So do subjects of the ledger or the signals who are no member, beyond `rights.max_unmatched`, and references
    that mostly lead nowhere.

    Args:
        result: The reconciliation.
        settings: The limits.
        joins: The joins to consider.

    Returns:
        One line a problem, without any id; none where the build may go on.
    """
    considered = [counts for counts in result.joins if counts.join in joins and counts.join in _NAMES]
    return [line for counts in considered for line in _problems(counts, settings)]


def _problems(counts: JoinCounts, settings: RightsSettings) -> Iterator[str]:
    join, (column, target) = counts.join, _NAMES[counts.join]
    if counts.near_misses > settings.max_near_misses.get(join, 0):
        changes = ", ".join(f"{change}: {number}" for change, number in counts.near.items())
        yield (
            f"{column}: {counts.near_misses} of {counts.ids} ids would be {target} but for their spelling ({changes}); "
            f"map or export both columns with one spelling; rights.max_near_misses: {{{join}: "
            f"{counts.near_misses}}} allows it"
        )
    if join in PROTECTING:
        if counts.unknown > settings.unmatched_limit(join) * counts.ids:
            yield (
                f"{column}: {counts.unknown} of {counts.ids} ids are of no member, now or in an earlier release, so "
                f"these rights reach nobody; map the right column, or export ids as in profiles; "
                f"rights.max_unmatched: {{{join}: {_share(counts.unknown, counts.ids)}}} allows it"
            )
    elif join is not Join.SUPERSEDES:
        yield from _dangling(counts, settings)


def _dangling(counts: JoinCounts, settings: RightsSettings) -> Iterator[str]:
    join, (column, target) = counts.join, _NAMES[counts.join]
    missing, limit = counts.known_before + counts.unknown, settings.dangling_limit(counts.join)
    if counts.most_common >= FEW and counts.most_common > limit * counts.rows:
        yield (
            f"{column}: {counts.most_common} of {counts.rows} rows have one value, which is not {target}; if it means "
            f"none, export null; rights.max_dangling: {{{join}: {_share(counts.most_common, counts.rows)}}} allows it"
        )
    elif missing >= FEW and missing > limit * counts.ids:
        yield (
            f"{column}: {missing} of {counts.ids} ids are not {target}; map the right column, or export ids of one "
            f"spelling; rights.max_dangling: {{{join}: {_share(missing, counts.ids)}}} allows it"
        )


def _share(part: int, whole: int) -> float:
    """Return a share, rounded up to two digits, so that it allows what it describes."""
    return min(1.0, (part * 100 // whole + 1) / 100)
