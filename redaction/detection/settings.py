"""The settings of a detection profile (`configs/redaction/*.yaml`)."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from redaction.base_model import FrozenModel
from redaction.detection.acceleration import Accelerator
from redaction.detection.entities import EntityType
from redaction.detection.errors import DetectionError
from redaction.detection.models.backend import OWN
from redaction.detection.models.fine_tuned import FineTuned
from redaction.detection.models.own_languages import has_own_model

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Cover(StrEnum):
    """How far a span reaches."""

    EXACT = "exact"
    """As the recognizer reported it; overlaps are still resolved."""
    TOKEN = "token"  # noqa: S105
    """Extended over whole tokens; adjacent parts of a name or an address are joined."""


class KeptLocations(StrEnum):
    """Which locations are left in the text."""

    NONE = "none"
    """None: every location is replaced."""
    COUNTRIES = "countries"
    """Countries, continents and parts of the world; what is finer is replaced."""
    REGIONS = "regions"
    """These, and first-level regions, such as states; not those with the name of a large city."""


class LanguageSettings(FrozenModel):
    """What analyzes the texts of one language."""

    ner: str | None = None
    """An installed spaCy pipeline, or `own` for the model that ships with this project."""
    also: tuple[str, ...] = ()
    """More models; the findings of all are joined. Lowers the leak, raises over-redaction."""
    caution: float = Field(default=0.0, ge=-10, le=10)
    """Added to the profile's `caution` for the `own` model of this language; chosen on labeled text of the language."""
    cautions: dict[EntityType, Annotated[float, Field(ge=-10, le=10)]] = Field(default_factory=dict)
    """Added to `caution` for single types of the `own` model of this language."""
    fine_tuned: FineTuned | None = None
    """Another last layer of the `own` model, which `discreet fine-tune` fitted to labeled texts."""
    if_installed: bool = False
    """Leave the language out, and drop its records, where the `own` model of it is a package that is not installed."""
    rules_only: bool = False
    """Confirms that a language without a model relies on rules and known values; else it is an error."""
    lemmas: bool = False
    """Match context words of Presidio's recognizers with the pipeline's lemmas, as Presidio does."""
    type_weights: dict[str, Share] = Field(default_factory=dict)
    """Factor on a model's score for a type, such as Presidio's 0.4 for ORGANIZATION."""

    @model_validator(mode="after")
    def _has_model_or_rules(self) -> "LanguageSettings":
        if self.ner is None and not self.rules_only:
            raise ValueError("name a model under `ner`, or say `rules_only: true`")
        if self.ner is None and (self.also or self.lemmas):
            raise ValueError("`also` and `lemmas` need a model under `ner`")
        if self.fine_tuned is not None and OWN not in (self.ner, *self.also):
            raise ValueError("`fine_tuned` needs `ner: own`")
        if self.if_installed and self.ner != OWN:
            raise ValueError("`if_installed` needs `ner: own`")
        return self


class IdentificationSettings(FrozenModel):
    """How the language of a record is identified."""

    min_score: Share = 0.3
    """Below this score the guess is ignored and the declared language, if plausible, is used."""
    min_letters: int = Field(default=20, ge=0)
    """Texts with fewer letters are too short to contradict a declared language."""
    foreign_share: Share = 0.2
    """A text with a larger share of its letters in sentences of unsupported languages is dropped."""
    default: str | None = None
    """Language of texts that are too short to identify and declare none, such as "Congrats!"; None drops them."""


class PhoneSettings(FrozenModel):
    """Whose national phone numbers are recognized."""

    regions: tuple[str, ...] = ("US", "GB", "IN")
    """ISO 3166 codes for every text; the text's language and known numbers add theirs."""
    by_language: bool = True
    """Whether the text's language adds its regions."""


class KnownSettings(FrozenModel):
    """Which known values are searched for."""

    enabled: bool = True
    """Whether values of profiles are searched for in texts."""
    nicknames: bool = True
    """Search for nicknames of given names."""
    single_names: bool = True
    """Search for a given or family name on its own."""
    employers: bool = True
    """Search for the author's employers in the author's records: else posts can be linked to profiles."""
    schools: bool = True
    """Search for the author's schools in the author's records."""
    locations: bool = True
    """Search for the author's locations, and their towns, in the author's records."""
    min_letters: int = Field(default=2, ge=1)
    """Names of fewer letters are not searched for."""


class LinkSettings(FrozenModel):
    """Hosts whose links point at a person: `host/prefix/NAME`; an empty prefix means `host/NAME`."""

    profile_hosts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """More hosts, each with the prefixes after which the name of a person follows."""


class CustomRecognizer(FrozenModel):
    """A recognizer that the user adds: any subclass of Presidio's EntityRecognizer."""

    class_name: str = Field(alias="class")
    """The dotted name of the class."""
    languages: tuple[str, ...] = ()
    """Languages to add it for; none means every language of the profile."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Arguments of its constructor."""


class DetectionSettings(FrozenModel):
    """A complete detection profile."""

    languages: dict[str, LanguageSettings]
    """Each language, by its code, and what analyzes its texts. Texts in any other language are dropped."""
    identification: IdentificationSettings = IdentificationSettings()
    """How the language of a record is identified."""
    caution: float = Field(default=0.0, ge=-10, le=10)
    """Added to the log odds of every type in the `own` model: higher leaks less and redacts more."""
    cautions: dict[EntityType, Annotated[float, Field(ge=-10, le=10)]] = Field(default_factory=dict)
    """Added to `caution` for single types of the `own` model."""
    entities: tuple[EntityType, ...] | None = None
    """The types to detect; None means all."""
    rules: bool = True
    """Use this project's own recognizers."""
    predefined: Literal["default"] | tuple[str, ...] = ()
    """Presidio's predefined recognizers by name, or `default` for those that Presidio enables by default."""
    recognizers: tuple[CustomRecognizer | dict[str, Any], ...] = ()
    """The user's own: `{class: pkg.mod.Class, params: {…}}`, or Presidio's YAML form of a pattern."""
    kept_locations: KeptLocations = KeptLocations.NONE
    """Locations that are left: `none`, `countries` (and continents), or `regions` (first-level regions too)."""
    whole_word_context: bool = True
    """Context words match whole words; Presidio's default is substrings ("lic" in "public")."""
    threshold: Share = 0.35
    """Findings of a lower score are ignored."""
    thresholds: dict[str, Share] = Field(default_factory=dict)
    """Per type, instead of `threshold`."""
    hashtag_threshold: Share = 0.0
    """What a model names inside a hashtag is ignored below this score; most hashtags are topics, not people."""
    allow_list: tuple[str, ...] = ()
    """A finding that equals one of these, in any case, is never redacted."""
    deny_list: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Words that are always redacted, by type."""
    see_through: bool = True
    """Normalize texts before analysis: decode HTML entities, resolve homoglyphs, remove invisible characters."""
    cover: Cover = Cover.TOKEN
    """How far a span reaches."""
    phones: PhoneSettings = PhoneSettings()
    """Whose national phone numbers are recognized."""
    known: KnownSettings = KnownSettings()
    """Which known values are searched for."""
    links: LinkSettings = LinkSettings()
    """Which links point at a person."""
    window: int = Field(default=20_000, ge=1_000, le=500_000)
    """Longest text, in characters, that is analyzed at once; a longer one is cut into windows."""
    overlap: int = Field(default=300, ge=50)
    """Characters that two windows of a long text share."""
    regex_seconds: float = Field(default=5.0, gt=0)
    """A pattern that runs longer fails the record; the record is dropped."""
    record_seconds: float = Field(default=60.0, gt=0)
    """A record that takes more CPU seconds is dropped; a longer one is usually an attack, or no text."""
    acceleration: bool | tuple[Accelerator, ...] = True
    """False uses the slow code of the libraries, with the same results; a list turns on single accelerators."""

    @field_validator("languages")
    @classmethod
    def _without_missing_models(cls, languages: dict[str, LanguageSettings]) -> dict[str, LanguageSettings]:
        return {code: each for code, each in languages.items() if not each.if_installed or has_own_model(code)}

    @model_validator(mode="after")
    def _is_consistent(self) -> "DetectionSettings":
        if not self.languages:
            raise ValueError("`languages` names no language; every record would be dropped")
        if self.overlap * 2 > self.window:
            raise ValueError("`overlap` must be at most half of `window`")
        return self

    @property
    def accelerators(self) -> frozenset[Accelerator]:
        """The accelerators that are on."""
        if isinstance(self.acceleration, bool):
            return frozenset(Accelerator if self.acceleration else ())
        return frozenset(self.acceleration)


def read_profile(path: Path) -> DetectionSettings:
    """Read a profile.

    Args:
        path: a YAML file.

    Returns:
        The settings; unknown keys are refused.

    Raises:
        DetectionError: the file is missing, is not YAML, or has an invalid value; one line with file and key.
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
