"""What an attack found: probabilities, ranks, figures, the records to set aside, and the risk of each record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from redaction.release.gates.linkage.candidates import EXPECTED, Ranked
from redaction.release.gates.linkage.conditional_logit import Choices, Floats, fit
from redaction.release.gates.linkage.figures import Flags, figures
from redaction.release.gates.linkage.tokens import Integers
from redaction.release.report import LinkageFigures

PROFILE: Final = "profile"
RESUME: Final = "resume"
POSTS: Final = "posts"
ALL: Final = "all"
MEMBERS: Final = "members"

_SURE: Final = 0.5
_UNRANKED: Final = 1_000_000
_NEIGHBORS: Final = 25


@dataclass(frozen=True, slots=True)
class Compared:
    """Records that were compared with every member.

    Attributes:
        rows: record_id, kind, candidate (the author's number), sampled (by chance, or for their nearness).
        ranked: Their candidates.
        probabilities: Of each candidate.
        ranks: The rank of the author, from 1.
        confidence: The probability of the first candidate.
        own: The probability of the author.
        is_found: Whether the author comes first with a probability of one half or more; or comes first, and is found
            by another record.
    """

    rows: pl.DataFrame
    ranked: Ranked
    probabilities: Floats
    ranks: Integers
    confidence: Floats
    own: Floats
    is_found: Flags

    @classmethod
    def of(cls, rows: pl.DataFrame, ranked: Ranked, seed: int) -> "Compared":
        """Calibrate the comparison on the records of one half of the members, and apply it to those of the other."""
        authors, sampled = rows["candidate"].to_numpy(), rows["sampled"].to_numpy()
        probabilities = _probabilities(ranked.choices, authors, sampled, seed)
        # A member drawn at random is never first; candidates who are equally likely are in a random order.
        jitter = 1 + 1e-6 * np.random.default_rng(seed + 2).random(probabilities.shape)
        ranks, confidence, own = _of_author(ranked.choices, probabilities * jitter)
        # Where nothing else links, nothing is learnt of the one record that does: then the expected weights find it.
        first, _, expected = _of_author(ranked.choices, ranked.choices.probabilities(EXPECTED))
        is_found = ((ranks == 1) & (own >= _SURE)) | ((first == 1) & (expected >= _SURE))
        # Who is found by one record is looked for in others: there it is enough to come first.
        is_found |= np.isin(authors, authors[is_found]) & ((ranks == 1) | (first == 1))
        own = np.where(is_found, np.maximum(own, expected), own)
        return cls(rows, ranked, probabilities, ranks, confidence, own, is_found)

    @property
    def authors(self) -> Integers:
        """The number of the author of each record."""
        return self.rows["candidate"].to_numpy()

    @property
    def sampled(self) -> Flags:
        """Which records were chosen by chance."""
        return self.rows["sampled"].to_numpy()

    def is_kind(self, *kinds: str) -> Flags:
        """Return which records are of some kinds."""
        return self.rows["kind"].is_in(kinds).to_numpy()


@dataclass(frozen=True, slots=True)
class Results:
    """The figures of all sampled records and of those that are left, and the ids of the records to set aside."""

    found: tuple[LinkageFigures, ...]
    left: tuple[LinkageFigures, ...]
    linkable: pl.Series


def results(compared: Compared, rare: pl.Series, own_words: frozenset[str], members: int) -> Results:
    """Measure an attack, and choose the records to set aside.

    Args:
        compared: The records.
        rare: The ids of those that are set aside for another reason.
        own_words: The kinds that are measured by themselves, and never set aside.
        members: How many members there are.

    Returns:
        The results.
    """
    limited = ~compared.is_kind(*own_words)
    linkable = compared.is_found & limited
    is_rare = compared.rows["record_id"].is_in(rare.implode()).to_numpy()

    def measured(chosen: Flags) -> tuple[LinkageFigures, ...]:
        groups = {POSTS: ~compared.is_kind(RESUME, PROFILE), ALL: limited}
        groups |= {str(kind): compared.is_kind(str(kind)) for kind in compared.rows["kind"].unique().sort()}
        ranks, confidence = _pooled(compared, chosen & limited, members)
        of_members = figures(MEMBERS, ranks, confidence, np.arange(len(ranks)))
        return *figures_by_group(compared, chosen, groups), of_members

    ids = compared.rows["record_id"].filter(pl.Series(linkable)).unique().sort()
    return Results(measured(compared.sampled), measured(compared.sampled & ~linkable & ~is_rare), ids)


def figures_by_group(compared: Compared, chosen: Flags, groups: Mapping[str, Flags]) -> tuple[LinkageFigures, ...]:
    """Measure groups of the chosen records."""
    return tuple(
        figures(
            name,
            compared.ranks[chosen & group],
            compared.confidence[chosen & group],
            compared.authors[chosen & group],
        )
        for name, group in groups.items()
    )


def risks(overview: pl.DataFrame, compared: Compared, members: int) -> pl.DataFrame:
    """Return the risk of every record: about how likely its author is found.

    Args:
        overview: `record_id` and `near`, how near each record is to its author.
        compared: The records that were compared with every member.
        members: How many members there are.

    Returns:
        `record_id` and `risk`: as measured, or as of the compared records that are as near to their authors.
    """
    own = pl.Series("risk", np.maximum(compared.own, 1 / members))
    measured = compared.rows.select("record_id").with_columns(own).unique("record_id", keep="first")
    distinct = overview.select("record_id", "near").unique("record_id", keep="first", maintain_order=True)
    both = distinct.join(measured, on="record_id", how="left", maintain_order="left")
    known = both.drop_nulls("risk").sort("near", "record_id")
    smoothed = known["risk"].rolling_mean(min(known.height, _NEIGHBORS), min_samples=1).to_numpy()
    guess = pl.Series(np.interp(both["near"].to_numpy(), known["near"].to_numpy(), smoothed))
    return both.select("record_id", pl.col("risk").fill_null(guess).round(4)).sort("record_id")


def _probabilities(choices: Choices, authors: Integers, sampled: Flags, seed: int) -> Floats:
    half = np.random.default_rng(seed + 1).permutation(int(authors.max(initial=0)) + 1)[authors] % 2 == 0
    probabilities = np.zeros(choices.weights.shape)
    for side in (half, ~half):
        coefficients = fit(choices.of(side & sampled), EXPECTED)
        probabilities[~side] = choices.of(~side).probabilities(coefficients)
    return probabilities


def _of_author(choices: Choices, probabilities: Floats) -> tuple[Integers, Floats, Floats]:
    """Return the rank of each author, the probability of the first candidate, and that of the author."""
    single = np.where(choices.weights == 1, probabilities, 0)
    own = single[np.arange(len(single)), np.maximum(choices.author, 0)]
    ranks = np.where(choices.author >= 0, 1 + (single > own[:, None]).sum(axis=1), _UNRANKED)
    return ranks, single.max(axis=1), np.where(choices.author >= 0, own, 0.0)


def _pooled(compared: Compared, chosen: Flags, members: int) -> tuple[Integers, Floats]:
    """Pool the records of each member: the rank of the member, and how sure the first candidate is."""
    ranks, confidence = [], []
    for author in np.unique(compared.authors[chosen]):
        scores = np.zeros(members)
        for row in np.flatnonzero(chosen & (compared.authors == author)):
            single = compared.ranked.choices.weights[row] == 1
            likely = compared.probabilities[row][single]
            others = max(1 - likely.sum(), 1e-12) / max(members - single.sum(), 1)
            scores[compared.ranked.members[row][single]] += np.log(np.maximum(likely, 1e-12) / others)
        likelihoods = np.exp(scores - scores.max())
        best = int(scores.argmax())
        ranks.append(1 if best == author and scores[best] > 0 else _UNRANKED)
        confidence.append(float(likelihoods[best] / likelihoods.sum()))
    return np.array(ranks, np.int64), np.array(confidence)
