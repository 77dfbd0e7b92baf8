"""What the rules say before texts are compared, whoever holds it: one memory, or files of partitions."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from redaction.rights.policy.rules import Rules
from redaction.rights.records.posts import DecisionBlock, Flags


class Judged(Protocol):
    """The interface of `RuleResults`, and of the results of `apply_rules_in_partitions`."""

    @property
    def rules(self) -> Rules:
        """The rules of the run."""
        ...

    @property
    def kept(self) -> Flags:
        """Which posts nothing denies before texts are compared, in the order of their ids."""
        ...

    @property
    def protected(self) -> Flags:
        """Which posts are dropped, and copies of them too."""
        ...

    def ids(self, which: Flags) -> pl.Series:
        """Read the ids of some posts, sorted."""
        ...

    def usable(self, subjects: pl.Series) -> pl.Series:
        """Test which ids are of people whom nothing denies as of the build."""
        ...

    def blocks(self, copies: pl.DataFrame | None = None) -> Iterator[DecisionBlock]:
        """Decide the posts, block by block; `copies` are sorted rows of `POST_EVIDENCE`."""
        ...

    def profile_blocks(self, copies: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
        """Yield the decisions of the profiles, sorted by source_id; `copies` has source_id and evidence."""
        ...

    def subject_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the right of each person as of the build, sorted by subject_id."""
        ...

    def allowed(self) -> Iterator[pl.DataFrame]:
        """Yield source and source_id of the records that nothing denies, posts first, each sorted by id."""
        ...
