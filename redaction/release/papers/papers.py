"""The files of the papers. They depend on the build only and contain no current time."""

from typing import Any, Final

import rfc8785

from redaction.base_model import FrozenModel
from redaction.release.papers.ab_2013 import ab_2013_documentation
from redaction.release.papers.ai_act import ai_act_summary
from redaction.release.papers.assessments import assessment_evidence
from redaction.release.papers.figures import Figures

AI_ACT: Final = "ai-act.json"
AB_2013: Final = "ab-2013.json"
ASSESSMENTS: Final = "assessment-evidence.json"


def papers(figures: Figures) -> dict[str, bytes]:
    """Make all papers, file name to content, in canonical JSON."""
    documents = {
        AI_ACT: ai_act_summary(figures),
        AB_2013: ab_2013_documentation(figures),
        ASSESSMENTS: assessment_evidence(figures),
    }
    return {name: rfc8785.dumps(_plain(document)) for name, document in documents.items()}


def _plain(value: Any) -> Any:
    """Replace the answers in a document by their JSON."""
    if isinstance(value, FrozenModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
