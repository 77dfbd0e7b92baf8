"""What a profile of detection may say (configs/redaction/*.yaml).

Frozen; unknown keys are refused. `read_profile` reads a file and names the key and the mend in one line.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from redaction.base_model import FrozenModel
from redaction.detection.entities import EntityType
from redaction.detection.errors import DetectionError

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Cover(StrEnum):
    """How far a finding reaches."""

    EXACT = "exact"
    """As the recogniser gave it; overlaps are still resolved."""
    TOKEN = "token"  # noqa: S105
    """Nothing of a partly hit token stays, and adjacent parts of a name or an address become one."""


class LanguageSettings(FrozenModel):
    """What looks at the texts of one language."""

    ner: str | None = None
    """An installed spaCy pipeline, or `own` for the model that is shipped with this project."""
    also: tuple[str, ...] = ()
    """Further models; the findings of all are joined. Lowers the leak, raises over-redaction."""
    rules_only: bool = False
    """Without a model the language is dropped, unless this says that rules and known values are enough."""
    lemmas: bool = False
    """Let the pipeline's lemmatizer serve context words of Presidio's own recognisers, as Presidio does."""
    type_weights: dict[str, Share] = Field(default_factory=dict)
    """Factor on a model's score for a type, such as Presidio's 0.4 for ORGANIZATION."""

    @model_validator(mode="after")
    def _looks_at_something(self) -> "LanguageSettings":
        if self.ner is None and not self.rules_only:
            raise ValueError("name a model under `ner`, or say `rules_only: true`")
        if self.ner is None and (self.also or self.lemmas):
            raise ValueError("`also` and `lemmas` need a model under `ner`")
        return self


class IdentificationSettings(FrozenModel):
    """How the language of a record is told."""

    min_score: Share = 0.3
    """Below this the guess counts for nothing and the declared language, if plausible, is taken."""
    min_letters: int = Field(default=20, ge=0)
    """Texts with fewer letters are too short to contradict a declared language."""
    foreign_share: Share = 0.2
    """A text with more of its letters in sentences of unsupported languages is dropped."""
    default: str | None = None
    """Language of texts that are too short to tell and declare none, such as "Congrats!"; None drops them."""


class PhoneSettings(FrozenModel):
    """Where numbers in national form may come from."""

    regions: tuple[str, ...] = ("US", "GB", "IN")
    """ISO 3166 codes that count for every text; the text's language and known numbers add theirs."""
    by_language: bool = True


class KnownSettings(FrozenModel):
    """What of the known values is searched for."""

    enabled: bool = True
    nicknames: bool = True
    single_names: bool = True
    """A given or family name alone counts, too."""
    employers: bool = False
    schools: bool = False
    locations: bool = False
    min_letters: int = Field(default=2, ge=1)


class LinkSettings(FrozenModel):
    """Hosts whose links point at a person: `host/prefix/NAME`; an empty prefix means `host/NAME`."""

    profile_hosts: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class PluggedRecognizer(FrozenModel):
    """A recogniser of the user's own: any subclass of Presidio's EntityRecognizer."""

    class_name: str = Field(alias="class")
    languages: tuple[str, ...] = ()
    """Languages to add it for; none means every language of the profile."""
    params: dict[str, Any] = Field(default_factory=dict)


class DetectionSettings(FrozenModel):
    """A profile of detection, whole."""

    languages: dict[str, LanguageSettings]
    identification: IdentificationSettings = IdentificationSettings()
    caution: float = Field(default=0.0, ge=-10, le=10)
    """How much less likely our own model holds "no entity": higher leaks less and hides more."""
    cautions: dict[EntityType, Annotated[float, Field(ge=-10, le=10)]] = Field(default_factory=dict)
    """Per type, on top of `caution`; for the types that our own model names."""
    entities: tuple[EntityType, ...] | None = None
    """The types that are looked for; None means all."""
    rules: bool = True
    """This project's own recognisers."""
    predefined: Literal["default"] | tuple[str, ...] = ()
    """Presidio's predefined recognisers by name, or `default` for those that Presidio itself switches on."""
    recognizers: tuple[PluggedRecognizer | dict[str, Any], ...] = ()
    """The user's own: `{class: pkg.mod.Class, params: {…}}`, or Presidio's YAML form of a pattern."""
    whole_word_context: bool = True
    """Context words match whole words; Presidio's default is substrings ("lic" in "public")."""
    threshold: Share = 0.35
    thresholds: dict[str, Share] = Field(default_factory=dict)
    """Per type, over `threshold`."""
    allow_list: tuple[str, ...] = ()
    """Never redacted when a finding is exactly one of these, whatever the case."""
    deny_list: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Always redacted: type → words."""
    see_through: bool = True
    """Look through HTML entities, look-alikes, invisible characters."""
    cover: Cover = Cover.TOKEN
    phones: PhoneSettings = PhoneSettings()
    known: KnownSettings = KnownSettings()
    links: LinkSettings = LinkSettings()
    window: int = Field(default=20_000, ge=1_000, le=500_000)
    """Longest piece of text, in characters, that is looked at in one go."""
    overlap: int = Field(default=300, ge=50)
    """Characters that two pieces of a long text share."""
    regex_seconds: float = Field(default=5.0, gt=0)
    """A pattern that runs longer fails the record; the record is dropped."""

    @model_validator(mode="after")
    def _fits(self) -> "DetectionSettings":
        if not self.languages:
            raise ValueError("`languages` names no language; nothing could be kept")
        if self.overlap * 2 > self.window:
            raise ValueError("`overlap` must be at most half of `window`")
        return self

    def threshold_of(self, entity_type: str) -> float:
        """The score that a finding of this type must reach."""
        return self.thresholds.get(entity_type, self.threshold)


def read_profile(path: Path) -> DetectionSettings:
    """Read a profile.

    Raises:
        DetectionError: the file is missing, is no YAML, or says what cannot be; one line with file and key.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DetectionError(f"{path}: cannot be read ({type(error).__name__}); check the path") from error
    except yaml.YAMLError as error:
        raise DetectionError(f"{path}: is not valid YAML; check the indentation") from error
    try:
        return DetectionSettings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(top level)"
        raise DetectionError(f"{path}: {key}: {first['msg']}") from error
