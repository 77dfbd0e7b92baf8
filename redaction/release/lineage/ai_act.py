"""A fragment for the public summary of training content under Art. 53(1)(d) of Regulation (EU) 2024/1689.

It contains what a build knows of this dataset; the provider adds the other entries. It is not legal advice.
"""

from typing import Any, Final

from redaction.release.manifest import BuildFacts
from redaction.release.settings import LineageSettings
from redaction.release.statistics import ReleaseStatistics

_CHARACTERS_A_TOKEN: Final = 4
_BANDS: Final = (
    (1_000_000_000, "less than 1 billion tokens"),
    (10_000_000_000_000, "1 billion to 10 trillion tokens"),
)


def ai_act_fragment(facts: BuildFacts, figures: ReleaseStatistics, lineage: LineageSettings) -> dict[str, Any]:
    """Describe the size, latest date, languages, modality and user data of a release."""
    tokens = figures.characters // _CHARACTERS_A_TOKEN
    return {
        "regulation": "Regulation (EU) 2024/1689, Article 53(1)(d)",
        "dataset": {"name": facts.corpus, "version": facts.version, "issuer": lineage.issuer},
        "general_information": {
            "modality": ["text"],
            "size_band": next((band for limit, band in _BANDS if tokens < limit), "more than 10 trillion tokens"),
            "size_basis": f"{figures.characters} characters at {_CHARACTERS_A_TOKEN} a token",
            "latest_date": figures.last_month or "unknown",
            "rights_as_of": f"{facts.as_of:%Y-%m-%d}",
            "languages": list(figures.languages),
        },
        "list_of_data_sources": {
            "publicly_available_datasets": False,
            "data_crawled_and_scraped": False,
            "user_data": True,
            "services": list(lineage.services),
            "synthetic_data": False,
        },
        "data_processing": {
            "rights_reservations": f"Decided record by record under policy {facts.policy}.",
            "removal_of_personal_data": "Redacted by entity type; what may remain is described in the dataset card.",
            "policy_sha256": facts.digests.policy,
        },
    }
