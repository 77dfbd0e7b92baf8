"""The words of letters, one file for each language."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import yaml
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.builds.report import ReasonGroup
from redaction.operations.requests.kinds import RequestKind
from redaction.operations.requests.reading import RequestError
from redaction.release.history.trace_report import Verdict
from redaction.rights.grounds.ledger import Action
from redaction.strict_yaml import StrictLoader

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt")
"""The languages of letters."""

Text = Annotated[str, Field(min_length=1)]


class Words(FrozenModel):
    """Every sentence of a letter; `{…}` are blanks that the answer fills."""

    language: Text
    title: Text
    dear: Text
    reference: Text
    no_request: Text
    kinds: dict[RequestKind, Text]
    verdict: dict[Verdict, Text]
    releases_head: Text
    release: Text
    states: dict[str, Text]
    decisions_head: Text
    decided: Text
    kept: Text
    groups: dict[ReasonGroup, Text]
    takedowns_head: Text
    takedown: Text
    copy_done: Text
    copy_open: Text
    events_head: Text
    event: Text
    actions: dict[Action, Text]
    models: Text
    redacted: Text
    files_head: Text
    files: dict[str, Text]
    texts_head: Text
    no_texts: Text
    rights: Text
    contact: Text


@cache
def words_of(language: str) -> Words:
    """Read the words of a language. Raises RequestError where letters are not written in it."""
    if language not in LANGUAGES:
        raise RequestError(f"language {language!r}: letters are written in {', '.join(LANGUAGES)}; choose one")
    text = files("redaction.operations.requests.answers").joinpath(f"words/{language}.yaml").read_text("utf-8")
    return Words.model_validate(yaml.load(text, Loader=StrictLoader))  # noqa: S506 - a safe loader
