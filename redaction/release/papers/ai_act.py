"""The public summary of training content that Art. 53(1)(d) of Regulation (EU) 2024/1689 asks for.

The fields are those of the template of the Commission, C(2025) 8311 of 5 December 2025, in its order. The summary is
about this corpus alone: a provider who trains on more adds the rest.
"""

from typing import Any, Final

from redaction.release.papers.answer import Answer, configured, derived
from redaction.release.papers.figures import MODALITY, PROCESSING, Figures

TEMPLATE: Final = "C(2025) 8311 of 5 December 2025"


def ai_act_summary(figures: Figures) -> dict[str, Any]:
    """Fill the template.

    Args:
        figures: what is known of the release.

    Returns:
        The sections, by the numbers and names of the template; each field is an `Answer`.
    """
    facts, lineage = figures.facts, figures.lineage
    return {
        "regulation": "Regulation (EU) 2024/1689, Article 53(1)(d)",
        "template": TEMPLATE,
        "scope": "this corpus alone",
        "dataset": {"name": facts.corpus, "version": facts.version, "issuer": lineage.issuer},
        "last_update": derived(f"{facts.as_of:%Y-%m-%d}"),
        "1_general_information": _general(figures),
        "2_list_of_data_sources": _sources(figures),
        "3_data_processing_aspects": _processing(figures),
    }


def _general(figures: Figures) -> dict[str, dict[str, Answer]]:
    papers, statistics = figures.lineage.papers, figures.statistics
    return {
        "1.1_provider": {
            "provider": configured(papers.provider),
            "authorised_representative": configured(papers.representative),
        },
        "1.2_model": {
            "model_names": configured(papers.models),
            "model_dependencies": configured(papers.model_dependencies),
            "date_of_placement_on_the_market": configured(papers.placed_on_market),
        },
        "1.3_characteristics": {
            "modalities": derived(list(MODALITY)),
            "training_data_size": derived(figures.size_band),
            "size_basis": derived(figures.size_basis),
            "types_of_content": derived(figures.kinds),
            "latest_date": derived(statistics.last_month),
            "linguistic_characteristics": derived(list(statistics.languages)),
            "other_characteristics": derived(
                f"Rights as of {figures.facts.as_of:%Y-%m-%d}; redacted, with some personal data left."
            ),
        },
    }


def _sources(figures: Figures) -> dict[str, dict[str, Answer]]:
    papers = figures.lineage.papers
    text = list(MODALITY)

    def with_modality(**answers: Answer) -> dict[str, Answer]:
        used = any(answer.value is True for answer in answers.values())
        return answers | {"modalities": derived(text if used else None)}

    return {
        "2.1_publicly_available_datasets": with_modality(used=configured(papers.public_datasets)),
        "2.2_private_datasets_of_third_parties": with_modality(
            licensed_by_rightsholders=configured(papers.licensed_datasets),
            other_private_datasets=configured(papers.third_party_datasets),
        ),
        "2.3_crawled_and_scraped": with_modality(used=configured(papers.crawled)),
        "2.4_user_data": {
            "interactions_with_models": derived(figures.has_prompts or figures.has_outputs),
            "interactions_with_other_services": derived(figures.has_other_user_data),
            "modalities": derived(text if figures.kinds else None),
            "kinds": derived(figures.kinds),
            "services": configured(figures.lineage.services),
        },
        "2.5_synthetic": {
            "outputs_of_models_inside": derived(figures.has_outputs),
            "generated_for_training": configured(papers.synthetic),
            "texts_written_with_models_by_members": derived(None),
        },
        "2.6_other_sources": {"description": configured(papers.other_sources)},
    }


def _processing(figures: Figures) -> dict[str, dict[str, Answer]]:
    facts, papers = figures.facts, figures.lineage.papers
    return {
        "3.1_reservations_of_rights": {
            "code_of_practice": configured(papers.code_of_practice),
            "measures": derived(
                f"Decided record by record under policy {facts.policy} (sha256 {facts.digests.policy}); "
                "machine-readable signals of others count where the input has them."
            ),
        },
        "3.2_illegal_content": {"measures": configured(papers.illegal_content)},
        "3.3_other_information": {"processing": derived(list(PROCESSING))},
    }
