"""Decides how much of each career is released: in profile records, and in résumés."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from redaction.builds.context import Build
from redaction.builds.inputs import load_rules
from redaction.replacement import Grain, generalize, generalize_careers, generalize_resume, hide_titles
from redaction.replacement.occupations import occupation_group
from redaction.rights import KEEP
from redaction.state.private_tables import RIGHTS
from redaction.tables import LOCATOR, TABLES, Source, TableName, read_batches

RESUME: Final = "resume"
"""The kind of posts that tell a whole career."""
_OWN_WORDS: Final = ("headline", "about", "experience", "education")
_SHORT: Final = 2
"""Titles of so few letters may be any word."""
_STUDIES: Final = ("degree", "field")


@dataclass(frozen=True)
class Careers:
    """The careers of the kept profiles of a build, read when they are first needed."""

    build: Build

    @property
    def keep_profile_texts(self) -> bool:
        """Whether profile records have the members' own words."""
        return self.build.config.release.profiles.keeps_texts

    @property
    def keep_resumes(self) -> bool:
        """Whether résumés are released as they are redacted."""
        return self.build.config.release.resumes.keeps_texts

    def profiles(self) -> pl.DataFrame:
        """Return the kept profiles in file order: locator, user_id, experience, and `withheld`.

        `experience` is the text of the generalized career; or, if the members' own words are released, the list of
        employments, each shared by k. `withheld` says that a profile has text of which nothing is released.
        """
        rows = self._rows
        if self.keep_profile_texts:
            chosen = rows.select(*LOCATOR, "user_id", "experience")
            return generalize(chosen, _with_margin(self._k)).profiles.with_columns(withheld=pl.lit(value=False))
        limit = self.build.config.release.gates.linkage.profiles
        careers = generalize_careers(
            rows.select("user_id", "experience", "language"), _with_margin(self._k_for(limit)), count_jobs=False
        )
        return rows.select(*LOCATOR, "user_id", "has_text").with_columns(
            careers["career"].alias("experience"),
            (pl.col("has_text") & careers["career"].is_null()).alias("withheld"),
        )

    def in_resumes(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Generalize the careers in résumés; other texts are unchanged.

        Args:
            texts: Texts with `kind`, `subjects` (the author first) and `text`.

        Returns:
            The same rows.
        """
        if self.keep_resumes or not texts.select((pl.col("kind") == RESUME).any()).item():
            return texts
        chosen = texts.with_row_index("at").filter(pl.col("kind") == RESUME)
        made = []
        for author, text in chosen.select(pl.col("subjects").list.first(), "text").iter_rows():
            titles, studies, grain = self._by_author[author]
            made.append(generalize_resume(text, titles, studies, grain))
        return texts.with_columns(texts["text"].scatter(chosen["at"], pl.Series(made, dtype=pl.String)))

    def in_posts(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Hide the titles of authors that are rare, in their posts of all kinds but résumés.

        Args:
            texts: Texts with `kind`, `subjects` (the author first) and `text`.

        Returns:
            The same rows.
        """
        if self.build.config.release.titles.keeps_texts or texts.is_empty() or not self._rare_titles:
            return texts
        rare = self._rare_titles
        changed = [
            hide_titles(text, rare[author]) if kind != RESUME and author in rare else text
            for kind, author, text in texts.select("kind", pl.col("subjects").list.first(), "text").iter_rows()
        ]
        return texts.with_columns(pl.Series("text", changed, pl.String))

    def rare_resumes(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the résumés among records (`kind`, `subjects`) whose author's career is too rare at every grain."""
        if self.keep_resumes:
            return records.clear()
        resumes = records.filter(pl.col("kind") == RESUME)
        if resumes.is_empty():
            return resumes
        shared = [user for user, (_, _, grain) in self._by_author.items() if grain < Grain.WITHHELD]
        return resumes.filter(~pl.col("subjects").list.first().is_in(shared))

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """The kept profiles: locator, user_id, experience, education, language, has_text."""
        build = self.build
        rights = pl.scan_parquet(build.folder.file(RIGHTS), glob=False)
        kept = rights.filter(source=Source.profiles.value, decision=KEEP).select("source_id").collect()["source_id"]
        columns = ["user_id", *_OWN_WORDS, "languages"]
        batches = read_batches(TABLES[TableName.profiles], build.inputs.files[TableName.profiles], columns)
        nothing = pl.DataFrame(
            schema={**LOCATOR, **{name: TABLES[TableName.profiles].schema[name] for name in columns}}
        )
        return pl.concat(
            [_chosen(nothing, kept), *(_chosen(self.without_denied_fields(batch.rows), kept) for batch in batches)]
        )

    def without_denied_fields(self, profiles: pl.DataFrame) -> pl.DataFrame:
        """Empty the fields of profiles that the policy does not let be used."""
        allowed = load_rules(self.build.config)[0].profile_fields
        denied = [name for name in _OWN_WORDS if name not in allowed and name in profiles.columns]
        return profiles.with_columns(pl.lit(None, profiles.schema[name]).alias(name) for name in denied)

    @cached_property
    def _rare_titles(self) -> dict[str, tuple[str, ...]]:
        """The titles of each author that too few kept members have: as few as may not share a résumé either."""
        enough = _with_margin(self._k_for(self.build.config.release.gates.linkage.resumes))
        jobs = self._rows.select("user_id", pl.col("experience").list.eval(pl.element().struct.field("title")))
        titles = jobs.explode("experience", empty_as_null=False).drop_nulls()
        titles = titles.select("user_id", pl.col("experience").str.strip_chars().alias("title"))
        members = pl.col("user_id").n_unique().over(pl.col("title").str.to_lowercase())
        rare = titles.filter((members < enough) & (pl.col("title").str.len_chars() > _SHORT))
        of_authors = rare.group_by("user_id").agg(pl.col("title").unique())
        return {user: tuple(sorted(found)) for user, found in of_authors.iter_rows()}

    @cached_property
    def _by_author(self) -> dict[str, tuple[dict[str, str], tuple[str, ...], Grain]]:
        """For each kept profile: its titles with their groups, the latest first, its studies, and its grain."""
        rows = self._rows
        limit = self.build.config.release.gates.linkage.resumes
        grains = generalize_careers(rows.select("user_id", "experience"), self._k_for(limit), count_jobs=True)["grain"]
        written = rows["experience"].explode().struct.field("title").unique().drop_nulls()
        groups = {title: occupation_group(title) for title in map(str.strip, written)}
        found = {}
        for (user, jobs, studies), grain in zip(
            rows.select("user_id", "experience", "education").iter_rows(), grains, strict=True
        ):
            latest = sorted((job for job in jobs or () if job and job["title"]), key=_start, reverse=True)
            titles = {title: groups[title] for job in latest if (title := job["title"].strip())}
            values = (each[name].strip() for each in studies or () if each for name in _STUDIES if each[name])
            found[user] = titles, tuple(value for value in values if value), Grain(grain)
        return found

    @property
    def _k(self) -> int:
        return self.build.config.release.gates.k

    def _k_for(self, limit: float) -> int:
        """Return how many members must share a career, so that whoever knows it finds at most `limit` of them."""
        return max(self._k, math.ceil(1 / limit))


def _start(job: dict[str, object]) -> str:
    return str(job["start"] or "")


def _with_margin(k: int) -> int:
    """Return about 1.5 k: detection or the audit may still drop some, and k must be left."""
    return k + (k + 1) // 2


def _chosen(rows: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    has_text = pl.any_horizontal(
        (pl.col("headline").str.strip_chars() != "").fill_null(value=False),
        (pl.col("about").str.strip_chars() != "").fill_null(value=False),
        (pl.col("experience").list.len() > 0).fill_null(value=False),
        (pl.col("education").list.len() > 0).fill_null(value=False),
    )
    return rows.filter(pl.col("user_id").is_in(kept.implode())).select(
        *LOCATOR,
        "user_id",
        "experience",
        "education",
        pl.col("languages").list.first().alias("language"),
        has_text.alias("has_text"),
    )
