"""Attacks the redacted texts of a build before they are staged, and stores the risk of each record."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from redaction.builds.context import Build
from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.redact.record_texts import raw_texts
from redaction.release import GateResult
from redaction.release.gates.linkage import RECORDS, Knowledge, Linkage, attack, is_candidate, linkage_results
from redaction.release.gates.record_checks import digest_rows, sum_digests
from redaction.release.report import LinkageFacts
from redaction.replacement import career_forms
from redaction.replacement.occupations import occupation_group
from redaction.rights import KEEP
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import KEPT, RIGHTS, RISKS
from redaction.tables import TABLES, RowReader, Source, TableName, read_batches

_NAMES: Final = ["full_name", "given_name", "family_name", "handle"]
_SET_ASIDE: Final = pl.Schema(dict.fromkeys(("record_id", "reason", "kinds"), pl.String()))


@dataclass(frozen=True, slots=True)
class Attacked:
    """The attack on the texts of a build.

    Attributes:
        linkage: What it found.
        own_words: The kinds of records that are released in the members' own words.
        digests: `record_id` and `digest` of every record that it read.
    """

    linkage: Linkage
    own_words: frozenset[str]
    digests: pl.DataFrame

    @property
    def set_aside(self) -> pl.DataFrame:
        """The records to set aside: record_id, reason, kinds."""
        reasons = ((self.linkage.rare, OutcomeReason.RARE_CAREER), (self.linkage.linkable, OutcomeReason.LINKABLE))
        parts = [
            pl.DataFrame({"record_id": ids}).with_columns(
                pl.lit(reason.value).alias("reason"), pl.lit(None, pl.String).alias("kinds")
            )
            for ids, reason in reasons
        ]
        return pl.concat([pl.DataFrame(schema=_SET_ASIDE), *parts])

    def digest_without(self, record_ids: pl.Series) -> int:
        """Return the digest of all rows that were attacked but those of some records."""
        return sum_digests(self.digests.filter(~pl.col("record_id").is_in(record_ids.implode()))["digest"])

    def results(self, build: Build) -> Iterable[GateResult]:
        """Return the results of the gates."""
        return linkage_results(self.linkage, build.config.release.gates.linkage, self.own_words)

    def facts(self, fewest: int) -> LinkageFacts:
        """Return the figures to publish: those of at least `fewest` records."""
        found = self.linkage
        return LinkageFacts(
            members=found.members,
            chance=found.chance,
            own_words=tuple(sorted(self.own_words)),
            found=tuple(each for each in found.found if each.records >= fewest),
            left=tuple(each for each in found.left if each.records >= fewest),
            raw=found.raw,
            joined=found.joined,
        )


@dataclass(slots=True)
class _Texts:
    """Reads the records of a build again and again, and their digests the first time."""

    rows: Callable[[], Iterator[pl.DataFrame]]
    authors: pl.DataFrame
    digests: list[pl.DataFrame] = field(default_factory=list)

    def __call__(self) -> Iterator[pl.DataFrame]:
        is_first = not self.digests
        for rows in self.rows():
            if is_first:
                self.digests.append(digest_rows(rows))
            records = rows.group_by("record_id", maintain_order=True).agg(
                pl.col("kind", "language").first(), pl.col("text").str.join("\n")
            )
            yield records.join(self.authors, on="record_id", maintain_order="left").select(RECORDS.names())


def attack_texts(build: Build, rows: Callable[[], Iterator[pl.DataFrame]]) -> Attacked | None:
    """Attack the redacted texts of a build, and store the risk of each record in its folder.

    Args:
        build: The open build.
        rows: Reads the rows before staging: record_id, kind, field, text.

    Returns:
        What was found; None if the attack is disabled.
    """
    settings, release = build.config.release.gates.linkage, build.config.release
    if not settings.enabled:
        return None
    authors = authors_of(build)
    knowledge = knowledge_of(build, authors)
    texts = _Texts(rows, authors)
    found = attack(texts, knowledge, settings, release.gates.k, _seed(build))
    named = found.risks.join(authors, on="record_id").select(RISKS.schema.names()).sort("source", "source_id")
    write_table(RISKS, build.folder.file(RISKS), named)
    nothing = digest_rows(pl.DataFrame(schema=dict.fromkeys(("record_id", "field", "text"), pl.String)))
    return Attacked(found, knowledge.own_words, pl.concat([nothing, *texts.digests]))


def knowledge_of(build: Build, authors: pl.DataFrame) -> Knowledge:
    """Return what the attacker of a build knows; `authors` are those of the kept records (`authors_of`)."""
    release = build.config.release
    kinds = (("profile", release.profiles), ("resume", release.resumes))
    own_words = frozenset(name for name, released in kinds if released.keeps_texts)
    profiles = _profiles(build, release.gates.linkage.max_members, _seed(build))
    titles = profiles["experience"].explode(empty_as_null=False).struct.field("title").drop_nulls().unique()
    return Knowledge(
        profiles,
        {title: occupation_group(title) for title in titles},
        career_forms(profiles.select("user_id", "experience")),
        own_words,
        lambda ids: _raw_records(build, authors, ids),
    )


def _seed(build: Build) -> int:
    """Return a number that chooses the samples: another one for other inputs and for each version."""
    chosen = f"{build.plan.version} {build.plan.inputs_digest}"
    return int.from_bytes(hashlib.sha256(chosen.encode()).digest()[:4])


def authors_of(build: Build) -> pl.DataFrame:
    """Return the kept records: record_id, source, source_id, author."""
    kept = (
        pl.scan_parquet(build.folder.file(RIGHTS), glob=False)
        .filter(decision=KEEP)
        .select("source", "source_id", pl.col("subject_id").alias("author"))
        .collect()
    )
    parts = [
        rows.with_columns(build.key.record_ids(source.value, rows["source_id"]).alias("record_id"))
        for source in Source
        if (rows := kept.filter(source=source.value)).height
    ]
    return pl.concat(parts) if parts else kept.with_columns(pl.lit(None, pl.String).alias("record_id"))


def _profiles(build: Build, most: int, seed: int) -> pl.DataFrame:
    """Read all profiles: names and careers of all members, and texts of those with whom records are compared."""
    table, files = TABLES[TableName.profiles], build.inputs.files[TableName.profiles]
    ids = [batch.rows["user_id"] for batch in read_batches(table, files, ["user_id"])]
    members = pl.concat(ids).unique() if ids else pl.Series("user_id", [], pl.String)
    chosen = members.filter(is_candidate(members, most, seed))
    described = pl.col("user_id").is_in(chosen.implode())
    columns = ["user_id", *_NAMES, "headline", "about", "experience", "education"]
    parts = [
        batch.rows.select(columns).with_columns(
            pl.when(described).then(name).alias(name) for name in ("headline", "about")
        )
        for batch in read_batches(table, files, columns)
    ]
    whole = pl.concat([pl.DataFrame(schema={name: table.schema[name] for name in columns}), *parts])
    return whole.unique("user_id", keep="last", maintain_order=True)


def _raw_records(build: Build, authors: pl.DataFrame, record_ids: pl.Series) -> pl.DataFrame:
    """Read the raw texts of some posts. They stay in memory."""
    wanted = authors.join(record_ids.to_frame("record_id"), on="record_id").select("record_id", "source_id", "author")
    kept = pl.scan_parquet(build.folder.file(KEPT), glob=False)
    rows = kept.join(wanted.lazy(), on="source_id").collect().sort("file", "row_group", "row")
    if rows.is_empty():
        return pl.DataFrame(schema=RECORDS)
    reader = RowReader(TABLES[TableName.posts], build.inputs.files[TableName.posts])
    texts = raw_texts(rows, reader)
    texts = texts.group_by("record_id", "kind").agg(pl.col("language").first(), pl.col("text").str.join("\n"))
    return texts.join(wanted.select("record_id", "author"), on="record_id").select(RECORDS.names())
