"""Finds the takedown that removed a record, in the notices and the tombstones: the decisions may have been erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import polars as pl

from redaction.config import Config
from redaction.operations.explain.decided import Asked
from redaction.release.registry import original_version
from redaction.release.takedown import Signer, TakedownNotice, Tombstones, read_chain
from redaction.release.takedown.notice import announced_ids
from redaction.rights import Reason
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.tables import Source


@dataclass(frozen=True, slots=True)
class Removal:
    """The takedown that removed a record, when, and from which source; the source is "" where it was erased."""

    takedown: str
    effective_at: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class RemovalSearch:
    """The notices and tombstones of a corpus, and which takedowns led to the release that is asked about."""

    notices: dict[str, TakedownNotice]
    stones: Tombstones
    before: frozenset[str]
    """The versions from which takedowns made the release."""

    @classmethod
    def of(cls, config: Config, asked: Asked) -> Self:
        """Read the notices and tombstones."""
        master, paths, release = master_key(config), CorpusPaths.of(config), asked.release
        before = (
            str(each.version)
            for each in (paths.registry.releases() if release else ())
            if release and each.version < release.version and original_version(each) == original_version(release)
        )
        chain = read_chain(paths.releases, Signer(master, config.corpus).public_key)
        return cls(
            {notice.takedown_id: notice for notice in chain},
            Tombstones.load(paths.tombstones, master, config.corpus),
            frozenset(before),
        )

    def of_row(self, row: dict[str, Any]) -> Removal | None:
        """Find the takedown that removed the record of a decision from the release."""
        if row["reason"] == Reason.TOMBSTONED.value:
            record = pl.DataFrame([{name: row[name] for name in ("source", "source_id")}])
            return self._removal(self.stones.takedowns(record)[0], row["source"])
        for notice in self.notices.values() if row["record_id"] else ():
            for version in self.before:
                if row["record_id"] in announced_ids((notice,), version):
                    return self._removal(notice.takedown_id, row["source"])
        return None

    def of_id(self, identifier: str) -> Removal | None:
        """Find the takedown that removed a record of which the state holds no decision: by any id."""
        for notice in self.notices.values():
            if any(identifier in announced_ids((notice,), affected.version) for affected in notice.releases):
                return self._removal(notice.takedown_id, "")
        sources = [source.value for source in Source]
        either = pl.DataFrame({"source": sources, "source_id": identifier})
        found = dict(zip(sources, self.stones.takedowns(either), strict=True))
        found[Source.profiles.value] = found[Source.profiles.value] or self._of_subject(identifier)
        return next((self._removal(takedown, source) for source, takedown in found.items() if takedown), None)

    def _of_subject(self, subject: str) -> str | None:
        takedowns = self.stones.removals_of(subject)["takedown"]
        return str(takedowns.max()) if takedowns.len() else None

    def _removal(self, takedown: str | None, source: str) -> Removal | None:
        if takedown is None:
            return None
        notice = self.notices.get(takedown)
        return Removal(takedown, notice.effective_at if notice else None, source)
