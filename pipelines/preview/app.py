"""The page of the preview, and what its script asks. Nothing is written but by `save`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from pipelines.web import LocalPage
from redaction.base_model import FrozenModel
from redaction.config import Kind, shipped_names
from redaction.detection.entities import EntityType
from redaction.operations.preview import Choices, PreviewSession, save_config
from redaction.replacement.settings import OperatorName

_LONGEST: Final = 200_000


class _Text(FrozenModel):
    text: str = Field(max_length=_LONGEST)
    choices: Choices = Choices()


class _Sample(FrozenModel):
    number: int = Field(ge=0)
    choices: Choices = Choices()


class _Choices(FrozenModel):
    choices: Choices = Choices()


class _Save(FrozenModel):
    name: str = Field(max_length=200)
    choices: Choices = Choices()


def preview_page(session: PreviewSession, config: Path) -> LocalPage:
    """Make the page.

    Args:
        session: The config and its sample.
        config: The file of the config, beside which choices are saved.

    Returns:
        The page.
    """

    def analyze(body: _Text) -> dict[str, Any]:
        return asdict(session.analyze_text(body.text, body.choices))

    def sample(body: _Sample) -> dict[str, Any]:
        if not session.samples:
            return {"text": "", "language": None, "reason": "no record may be used", "spans": [], "redacted": None}
        chosen = session.samples[body.number % len(session.samples)]
        return asdict(session.analyze([chosen], body.choices)[0])

    def totals(body: _Choices) -> dict[str, Any]:
        quality = [each.model_dump(mode="json") for each in session.quality(body.choices)]
        return asdict(session.totals(body.choices)) | {"quality": quality}

    def reasons(body: _Choices) -> dict[str, Any]:
        return {"rows": session.reasons(body.choices).rows()}

    def save(body: _Save) -> dict[str, Any]:
        return {"path": str(save_config(config, body.choices, body.name))}

    values = {
        "corpus": session.config.corpus,
        "samples": len(session.samples),
        "profiles": shipped_names(Kind.PROFILE),
        "policies": shipped_names(Kind.POLICY),
        "policy": session.config.rights.policy,
        "types": [entity_type.value for entity_type in EntityType],
        "operators": [name.value for name in OperatorName if name is not OperatorName.KEEP],
        "caution": session.config.detection.caution,
        "threshold": session.config.detection.threshold,
    }
    page = LocalPage("preview/page.html.j2", values)
    page.answer("analyze", _Text, analyze)
    page.answer("sample", _Sample, sample)
    page.answer("totals", _Choices, totals)
    page.answer("reasons", _Choices, reasons)
    page.answer("save", _Save, save)
    return page
