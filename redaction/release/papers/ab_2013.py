"""The documentation that California's AB 2013 asks for: the twelve items of Civil Code § 3111(a), in their order."""

from typing import Any

from redaction.release.papers.answer import Answer, configured, derived
from redaction.release.papers.figures import PROCESSING, Figures


def ab_2013_documentation(figures: Figures) -> dict[str, Any]:
    """Answer the twelve items about this corpus.

    Args:
        figures: what is known of the release.

    Returns:
        The document; each item has its number, what it asks and an `Answer`.
    """
    facts = figures.facts
    return {
        "law": "California Civil Code § 3111(a), added by AB 2013 (2024)",
        "scope": "this corpus alone",
        "dataset": {"name": facts.corpus, "version": facts.version, "issuer": figures.lineage.issuer},
        "items": [
            {"number": number, "asks": asks, **answer.model_dump(mode="json")}
            for number, (asks, answer) in enumerate(_items(figures), 1)
        ],
    }


def _items(figures: Figures) -> list[tuple[str, Answer]]:
    papers, statistics = figures.lineage.papers, figures.statistics
    issuer = None if figures.lineage.issuer == "unknown" else figures.lineage.issuer
    sources = {"owner": issuer, "services": list(figures.lineage.services)} if issuer else None
    spans = bool(statistics.entities)
    return [
        ("sources or owners of the datasets", configured(sources)),
        ("how the datasets further the intended purpose", configured(papers.intended_purpose)),
        ("number of data points", derived({"records": figures.records, "texts": statistics.rows})),
        (
            "types of data points",
            derived({"kinds": figures.kinds, "languages": list(statistics.languages), "labels": "none"}),
        ),
        ("copyright, trademark, patent or public domain", configured(papers.works_protected)),
        ("whether purchased or licensed", configured(papers.purchased)),
        (
            "whether personal information is included",
            derived(
                "Yes. Texts of members are redacted, not without personal information: "
                f"{'spans of personal data were replaced' if spans else 'no span was replaced'}, and some may remain."
            ),
        ),
        ("whether aggregate consumer information is included", configured(papers.aggregate_information)),
        ("cleaning, processing or other modification, and its purpose", derived(list(PROCESSING))),
        (
            "time period of collection, and whether it goes on",
            derived(
                {
                    "months_of_creation": figures.period,
                    "rights_as_of": f"{figures.facts.as_of:%Y-%m-%d}",
                    "ongoing": papers.collection_ongoing,
                }
            ),
        ),
        ("dates of first use during development", configured(papers.first_used)),
        (
            "whether synthetic data generation is used",
            derived(
                {
                    "outputs_of_models_inside": figures.has_outputs,
                    "generated_for_training": papers.synthetic,
                    "canaries": figures.canaries,
                }
            ),
        ),
    ]
