"""Attacks the texts of a release before somebody else does: whose profile does each record lead back to?

The attacker holds the whole profile table, and knows how careers are generalized. Every record is compared with the
profile of its own author. Those of a sample of members, and those nearest to their authors, are compared with every
member.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from redaction.release.gates.linkage.candidates import MemberTable, Prepared
from redaction.release.gates.linkage.careers_shown import CareersShown
from redaction.release.gates.linkage.facts import Facts
from redaction.release.gates.linkage.joined import joined_figures
from redaction.release.gates.linkage.results import POSTS, PROFILE, RESUME, Compared, figures_by_group, results, risks
from redaction.release.gates.linkage.tokens import Words, folded
from redaction.release.report import JoinedFigures, LinkageFigures
from redaction.release.settings import LinkageSettings

_CAREERS: Final = pl.Schema({"user_id": pl.String(), "career": pl.String()})
_OVERVIEW: Final = pl.Schema(
    {
        **dict.fromkeys(("record_id", "author", "kind", "language"), pl.String()),
        "candidate": pl.Int64(),
        "near": pl.Float32(),
    }
)
RECORDS: Final = pl.Schema(dict.fromkeys(("record_id", "author", "kind", "language", "text"), pl.String()))
"""The records of a release: the whole text of each, and the member who wrote it."""

_RISKIEST: Final = 300
_RESUMES: Final = 300
_RAW: Final = 250

Records = Callable[[], Iterable[pl.DataFrame]]
"""Yields the records (`RECORDS`) in blocks, in the same order each time."""
RawTexts = Callable[[pl.Series], pl.DataFrame]
"""Returns the raw records (`RECORDS`) of some record ids."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the attacker holds beside the texts.

    Attributes:
        profiles: The profile table: user_id, names, handle, headline, about, experience, education; one row a member.
        groups: The group of each title, as careers are generalized.
        careers: `user_id` and `career`: the generalized forms of each member's career.
        own_words: The kinds of records (`profile`, `resume`) that are released in the members' own words. Most of them
            lead back to their member, so they are measured, and not set aside.
        raw: Reads raw texts, for a comparison.
    """

    profiles: pl.DataFrame
    groups: Mapping[str, str] = field(default_factory=dict)
    careers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_CAREERS))
    own_words: frozenset[str] = frozenset()
    raw: RawTexts | None = None


@dataclass(frozen=True, slots=True)
class Linkage:
    """The result of an attack.

    Attributes:
        members: How many members there are to choose from.
        chance: The share of posts whose author a guess finds among the members whose profile is in the language of the
            post, which is not hidden.
        found: The figures of each kind, of posts as a whole, of all records without own words, and of members over
            these; nothing where there are too few members.
        left: The same without the records that are set aside.
        raw: The figures of some of the same posts before redaction.
        joined: How well posts of one author are found among some of the posts.
        linkable: The ids of the records whose author is found, to be set aside.
        rare: The ids of the records that show a career that fewer than k members share, to be set aside.
        risks: `record_id` and `risk`: about how likely its author is found, for every record.
    """

    members: int
    chance: float
    found: tuple[LinkageFigures, ...]
    left: tuple[LinkageFigures, ...]
    raw: LinkageFigures | None
    joined: JoinedFigures | None
    linkable: pl.Series
    rare: pl.Series
    risks: pl.DataFrame


def attack(records: Records, knowledge: Knowledge, settings: LinkageSettings, k: int, seed: int) -> Linkage:
    """Try to find the author of each record.

    Args:
        records: The records.
        knowledge: What the attacker holds.
        settings: How many records and members are compared.
        k: What a record shows of a career must apply to so many members.
        seed: Chooses the samples.

    Returns:
        The figures, and the records to set aside.
    """
    profiles = knowledge.profiles
    chosen = is_candidate(profiles["user_id"], settings.max_members, seed)
    members = profiles.select(
        pl.col("user_id").alias("author"),
        pl.int_range(pl.len()).alias("member"),
        pl.when(chosen).then(chosen.cast(pl.Int64).cum_sum() - 1).alias("candidate"),
    )
    careers = knowledge.careers.rename({"user_id": "author"}).join(members, on="author").select("member", "career")
    facts = Facts.of(profiles, knowledge.groups, careers)
    table = MemberTable(profiles, facts, chosen.arg_true().to_numpy())
    overview, shows_rare = _overview(records, table, members, k)
    rare = overview.filter(shows_rare & ~pl.col("kind").is_in(list(knowledge.own_words)))["record_id"].unique().sort()
    if table.height < settings.least_members or overview["candidate"].count() == 0:
        nothing = pl.Series("record_id", [], pl.String)
        unknown = overview.select("record_id", pl.lit(0.0).alias("risk")).unique("record_id").sort("record_id")
        return Linkage(table.height, 0.0, (), (), None, None, nothing, rare, unknown)
    sample = _sample(overview, settings.max_records, seed)
    rows = pl.concat([_authored(block.join(sample, on="record_id"), members) for block in records()])
    rows = rows.sort("record_id", "text")
    prepared = table.prepare(rows["text"])
    compared = _compared(rows, prepared, table, seed)
    found = results(compared, rare, knowledge.own_words, table.height)
    raw = _raw_figures(compared, table, members, knowledge.raw, seed) if knowledge.raw else None
    return Linkage(
        table.height,
        _chance(rows, prepared, table),
        found.found,
        found.left,
        raw,
        joined_figures(_posts(rows), seed),
        found.linkable,
        rare,
        risks(overview, compared, table.height),
    )


def is_candidate(user_ids: pl.Series, most: int, seed: int) -> pl.Series:
    """Return which members records are compared with: all, or a random choice of `most`."""
    if len(user_ids) <= most:
        return pl.repeat(value=True, n=len(user_ids), dtype=pl.Boolean, eager=True)
    order = user_ids.hash(seed)
    return pl.Series(order <= order.sort()[most - 1])


def _authored(block: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return the records whose authors have a profile, with the numbers of each: `member`, `candidate`."""
    return block.join(members, on="author", how="inner", maintain_order="left")


def _overview(records: Records, table: MemberTable, members: pl.DataFrame, k: int) -> tuple[pl.DataFrame, pl.Series]:
    """Compare every record with its own author only: `_OVERVIEW`, and whether it shows a rare career."""
    shown = CareersShown(table.facts, k)
    rarity = table.rarity(np.zeros(len(table.facts.keys), np.int64), table.height)
    parts, height = [pl.DataFrame(schema=_OVERVIEW)], 0
    for block in records():
        known = _authored(block, members)
        if known.is_empty():
            continue
        words = Words.of(folded(known["text"]))
        facts = table.facts.shown_in(known.height, words)
        shown.add(height, facts, known["member"].to_numpy())
        height += known.height
        near = table.near_own(words, facts, known.select("member", "candidate"), rarity)
        parts.append(known.with_columns(pl.Series("near", near)).select(_OVERVIEW.names()))
    is_rare = np.zeros(height, bool)
    is_rare[shown.rare()] = True
    return pl.concat(parts), pl.Series(is_rare)


def _sample(overview: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """Choose the records to compare with every member: record_id, and `sampled`, whether by chance."""
    known = overview.drop_nulls("candidate")
    ordered = known.with_columns(pl.col("candidate").hash(seed).alias("order")).sort("order", "record_id")
    by_chance = pl.concat([ordered.head(most), ordered.filter(kind=RESUME).head(_RESUMES)])
    nearest = known.sort("near", "record_id", descending=[True, False]).head(_RISKIEST)
    return pl.concat(
        [
            by_chance.select("record_id", pl.lit(value=True).alias("sampled")),
            nearest.select("record_id", pl.lit(value=False).alias("sampled")),
        ]
    ).unique("record_id", keep="first", maintain_order=True)


def _compared(rows: pl.DataFrame, prepared: Prepared, table: MemberTable, seed: int) -> Compared:
    rarity = table.rarity(np.bincount(prepared.facts.indices, minlength=len(table.facts.keys)), rows.height)
    ranked = table.rank(prepared, rows["candidate"].to_numpy(), rarity, np.random.default_rng(seed))
    return Compared.of(rows.drop("text"), ranked, seed)


def _chance(rows: pl.DataFrame, prepared: Prepared, table: MemberTable) -> float:
    """Return how often a guess by language is right, for the sampled posts."""
    numbered = _posts(rows.with_row_index("at"))
    prepared = prepared.of(numbered["at"].to_numpy())
    return round(table.chance_by_language(prepared, numbered["language"], numbered["candidate"].to_numpy()), 6)


def _posts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the posts that were chosen by chance."""
    return rows.filter("sampled", ~pl.col("kind").is_in([PROFILE, RESUME]))


def _raw_figures(
    compared: Compared, table: MemberTable, members: pl.DataFrame, raw: RawTexts, seed: int
) -> LinkageFigures | None:
    """Attack the raw texts of some of the sampled posts."""
    wanted = _posts(compared.rows).sort(pl.col("record_id").hash(seed)).head(_RAW)["record_id"]
    rows = _authored(raw(wanted), members).drop_nulls("candidate").with_columns(sampled=pl.lit(value=True))
    if rows.is_empty():
        return None
    rows = rows.sort("record_id", "text")
    as_written = _compared(rows, table.prepare(rows["text"]), table, seed)
    return figures_by_group(as_written, as_written.sampled, {POSTS: as_written.sampled})[0]
