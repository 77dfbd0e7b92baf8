"""Evidence for three papers of the controller: the record of processing, the impact and the interest assessment.

The papers themselves are the controller's. This is what a build can contribute: what was measured, what was decided,
and what the operator configured. An assessment that is not known here was not made here.
"""

from typing import Any

from redaction.release.papers.answer import Answer, configured, derived
from redaction.release.papers.figures import PROCESSING, Figures
from redaction.release.report.facts import PolicyText


def assessment_evidence(figures: Figures) -> dict[str, Any]:
    """Collect the evidence.

    Args:
        figures: what is known of the release.

    Returns:
        One section for each paper, whose fields are `Answer`s.
    """
    facts = figures.facts
    return {
        "scope": "this corpus alone; evidence for assessments, not an assessment",
        "dataset": {"name": facts.corpus, "version": facts.version, "issuer": figures.lineage.issuer},
        "record_of_processing": _record(figures),
        "impact_assessment": _impact(figures),
        "legitimate_interest_assessment": _interest(figures),
    }


def _record(figures: Figures) -> dict[str, Answer]:
    """Return the items of Art. 30(1) GDPR."""
    papers, policy, statistics = figures.lineage.papers, figures.run.policy, figures.statistics
    return {
        "controller": configured(papers.controller),
        "data_protection_officer": configured(papers.data_protection_officer),
        "purposes": derived(_of(policy, "purpose")),
        "categories_of_subjects": derived("members of the network, and people whom their texts name"),
        "categories_of_data": derived({"kinds": figures.kinds, "replaced_entity_types": sorted(statistics.entities)}),
        "recipients": derived(_of(policy, "recipient")),
        "transfers": configured(papers.transfers),
        "retention": derived(_retention(figures)),
        "safeguards": derived(list(PROCESSING)),
    }


def _impact(figures: Figures) -> dict[str, Answer]:
    """Return the contents of Art. 35(7) GDPR."""
    papers, facts = figures.lineage.papers, figures.facts
    return {
        "operations_and_purposes": derived({"purpose": _of(figures.run.policy, "purpose"), "records": figures.records}),
        "necessity_and_proportionality": configured(papers.necessity),
        "records_left_out_by_reason": derived(figures.left_out),
        "measures": derived(list(PROCESSING)),
        "residual_risk": derived(_residual(figures)),
        "rights_as_of": derived(f"{facts.as_of:%Y-%m-%d}"),
        "assessment": configured(papers.assessment_reference),
    }


def _interest(figures: Figures) -> dict[str, Answer]:
    """Return the three steps of an assessment of legitimate interest, with what limits the effect on members."""
    papers, policy = figures.lineage.papers, figures.run.policy
    opt_outs = {source: counts.get("opted_out") for source, counts in figures.left_out.items()}
    return {
        "legal_basis": derived(_of(policy, "legal_basis")),
        "interest": configured(papers.intended_purpose),
        "necessity": configured(papers.necessity),
        "balancing": configured(papers.balancing),
        "default_of_the_policy": derived(_of(policy, "default_state")),
        "least_age": derived(policy.min_age if policy else None),
        "records_left_out_by_an_opt_out": derived(opt_outs if any(opt_outs.values()) else None),
        "safeguards": derived(list(PROCESSING)),
        "residual_risk": derived(_residual(figures)),
        "assessment": configured(papers.assessment_reference),
    }


def _retention(figures: Figures) -> dict[str, str | None] | None:
    """Return what the policy says, and when the release expires by the config; None where neither is known."""
    expires, policy = figures.facts.expires_at, _of(figures.run.policy, "retention")
    if expires is None and policy is None:
        return None
    return {"by_the_policy": policy, "release_expires": None if expires is None else f"{expires:%Y-%m-%d}"}


def _of(policy: PolicyText | None, name: str) -> str | None:
    return None if policy is None else getattr(policy, name)


def _residual(figures: Figures) -> dict[str, Any]:
    """State what was measured of the risk that is left. The gates' results are in the manifest, not repeated here."""
    return {
        "statement": "Some personal data may remain, and texts may be recognized or led back to their authors.",
        "spans_replaced": dict(figures.spans),
        "quality_of_detection": figures.quality,
        "gates": "measured on the staged bytes; results in manifest.json",
    }
