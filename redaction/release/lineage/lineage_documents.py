"""The JSON documents beside the data of a release. They depend on the build only and contain no current time."""

from collections.abc import Sequence
from typing import Final

import rfc8785

from redaction.release.lineage.ai_act import ai_act_fragment
from redaction.release.lineage.croissant import croissant
from redaction.release.lineage.provenance import provenance
from redaction.release.manifest import BuildFacts, FileEntry
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import ReleaseStatistics

CROISSANT: Final = "croissant.json"
PROVENANCE: Final = "provenance.json"
AI_ACT: Final = "ai-act.json"


def lineage_documents(
    facts: BuildFacts,
    figures: ReleaseStatistics,
    shards: Sequence[FileEntry],
    card: CardSettings,
    lineage: LineageSettings,
) -> dict[str, bytes]:
    """Make all documents, file name to content: Croissant with RAI fields, D&TA provenance, the AI Act fragment."""
    documents = {
        CROISSANT: croissant(facts, figures, shards, card, lineage),
        PROVENANCE: provenance(facts, figures, card, lineage),
        AI_ACT: ai_act_fragment(facts, figures, lineage),
    }
    return {name: rfc8785.dumps(document) for name, document in documents.items()}
