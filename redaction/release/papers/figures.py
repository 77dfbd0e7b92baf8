"""The figures of a release that several papers state, so that they agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redaction.release.build_facts import BuildFacts
from redaction.release.report.facts import RunFacts
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import ReleaseStatistics

PROMPTS: Final = "ai_prompt"
OUTPUTS: Final = "ai_output"
_CHARACTERS_A_TOKEN: Final = 4
_BANDS: Final = (
    (1_000_000_000, "less than 1 billion tokens"),
    (10_000_000_000_000, "1 billion to 10 trillion tokens"),
)
MODALITY: Final = ("text",)
PROCESSING: Final = (
    "Records are kept only by a positive decision on the rights of their authors and of those they refer to.",
    "Personal data in texts is found by type and replaced; times are cut to months; record ids are keyed.",
    "Careers in profiles are published only as precisely as enough members share them, where so configured.",
    "Every published byte is audited by code that shares nothing with detection.",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a paper is made from: the facts of a build, with small counts withheld, and the settings."""

    facts: BuildFacts
    statistics: ReleaseStatistics
    run: RunFacts
    card: CardSettings
    lineage: LineageSettings

    @property
    def size_band(self) -> str:
        """The band of the size in tokens."""
        tokens = self.statistics.characters // _CHARACTERS_A_TOKEN
        return next((band for limit, band in _BANDS if tokens < limit), "more than 10 trillion tokens")

    @property
    def size_basis(self) -> str:
        """What the band is computed from."""
        return f"{self.statistics.characters} characters at {_CHARACTERS_A_TOKEN} a token; a token count was not made"

    @property
    def canaries(self) -> int:
        """How many rows are made-up sentences by which use can be shown."""
        return self.facts.canaries.placed if self.facts.canaries else 0

    @property
    def kinds(self) -> list[str]:
        """The kinds of the records, sorted."""
        return sorted(self.statistics.kinds)

    @property
    def period(self) -> dict[str, str] | None:
        """The first and the last month of creation, None where no record has a month."""
        first, last = self.statistics.first_month, self.statistics.last_month
        return None if first is None or last is None else {"first_month": first, "last_month": last}

    @property
    def has_prompts(self) -> bool:
        """Whether a record is a prompt to an AI feature."""
        return PROMPTS in self.statistics.kinds

    @property
    def has_outputs(self) -> bool:
        """Whether a record is what an AI feature answered."""
        return OUTPUTS in self.statistics.kinds

    @property
    def has_other_user_data(self) -> bool:
        """Whether a record is of another kind than those two."""
        return bool(self.statistics.kinds.keys() - {PROMPTS, OUTPUTS})

    @property
    def spans(self) -> Mapping[str, int | str]:
        """Replaced spans by entity type; small counts as words."""
        least = self.card.smallest_count
        return {
            kind: count if count >= least else f"fewer than {least}" for kind, count in self.statistics.entities.items()
        }

    @property
    def records(self) -> dict[str, int]:
        """How many records of each source were kept, as the manifest says."""
        return {source: counts.kept for source, counts in sorted(self.facts.sources.items())}

    @property
    def left_out(self) -> dict[str, dict[str, int]]:
        """How many records of each source were dropped, by reason, as the manifest says."""
        return {source: dict(counts.dropped) for source, counts in sorted(self.facts.sources.items())}

    @property
    def quality(self) -> list[dict[str, Any]] | None:
        """The measured quality of detection on each labeled set, as the report says; None if none was measured."""
        return [quality.model_dump(mode="json") for quality in self.run.quality] or None
