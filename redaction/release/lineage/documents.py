"""The documents that lie beside the data of a release: each is JSON, follows from the build, and holds no clock."""

from collections.abc import Sequence
from typing import Final

from redaction.release.lineage.ai_act import ai_act_fragment
from redaction.release.lineage.croissant import croissant
from redaction.release.lineage.provenance import provenance
from redaction.release.manifest import BuildFacts, FileEntry, canonical_json
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import Figures

CROISSANT: Final = "croissant.json"
PROVENANCE: Final = "provenance.json"
AI_ACT: Final = "ai-act.json"


def lineage_documents(
    facts: BuildFacts, figures: Figures, shards: Sequence[FileEntry], card: CardSettings, lineage: LineageSettings
) -> dict[str, bytes]:
    """File name to content: Croissant with RAI fields, D&TA provenance, and the AI Act fragment."""
    documents = {
        CROISSANT: croissant(facts, figures, shards, card, lineage),
        PROVENANCE: provenance(facts, figures, card, lineage),
        AI_ACT: ai_act_fragment(facts, figures, lineage),
    }
    return {name: canonical_json(document).encode() for name, document in documents.items()}
