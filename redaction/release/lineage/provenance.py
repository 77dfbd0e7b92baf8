"""The Data & Trust Alliance's Data Provenance Standards 1.0.0: source, provenance and use, as models of its fields.

Codes are the Alliance's own where one fits, otherwise codes of this project with a description, as the standard allows.
"""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from redaction.base_model import FrozenModel
from redaction.release.build_facts import BuildFacts
from redaction.release.settings import CardSettings, LineageSettings
from redaction.release.statistics import ReleaseStatistics


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class _Part(FrozenModel):
    model_config = ConfigDict(alias_generator=_hyphens, populate_by_name=True)


class Organization(_Part):
    """A legal entity."""

    name: str = Field(min_length=1)


class Country(_Part):
    """A country, as ISO 3166-1 alpha-2 or `unknown`."""

    country: str


class Coded(_Part):
    """A term with the system that defines it."""

    code: str
    system: str
    description: str


class Regulation(_Part):
    """Whether a class of data was searched for."""

    regulation: Coded
    evaluated: bool


class PrivacyEnhancing(_Part):
    """A technique, its parameters and its result.

    The standard's schema requires `tool`, but describes it as `tool-category`, so both contain it.
    """

    tool: Coded
    tool_category: Coded
    tool_used: str
    parameters: tuple[str, ...]
    result: tuple[str, ...]


class Period(_Part):
    """First and last month."""

    start: str
    end: str


class Source(_Part):
    """The dataset and its issuer."""

    version: str
    title: str
    id: str
    issuer: Annotated[tuple[Organization, ...], Field(min_length=1)]
    description: str


class Provenance(_Part):
    """The origin, date and method of the data."""

    origin_geography: Annotated[tuple[Country, ...], Field(min_length=1)]
    date: str
    generation_period: Period | None
    generation_method: Annotated[tuple[Coded, ...], Field(min_length=1)]
    format: tuple[str, ...]


class Use(_Part):
    """The permitted use of the data."""

    classification: tuple[Regulation, ...]
    consents: tuple[str, ...]
    privacy_enhancing: tuple[PrivacyEnhancing, ...]
    processing_excluded: tuple[Country, ...]
    license: tuple[str, ...]
    intended_purpose: tuple[Coded, ...]


class DataProvenance(_Part):
    """The provenance of one dataset."""

    source: Source
    provenance: Provenance
    use: Use


_TERMS = "urn:discreet:terms"
_SYSTEM = "https://dataandtrustalliance.org/DPS/CodeSystem/"
_METHOD = Coded(
    code="user-generated-content-social-media",
    system=f"{_SYSTEM}Method",
    description="User generated content Social media",
)
_PII = Coded(
    code="pii",
    system=f"{_SYSTEM}Regulations",
    description="Personally identifiable information: redacted, not removed.",
)


def provenance(
    facts: BuildFacts, figures: ReleaseStatistics, card: CardSettings, lineage: LineageSettings
) -> dict[str, Any]:
    """Describe the provenance of a release. What is not configured is `unknown`."""
    title = card.title or facts.corpus
    document = DataProvenance(
        source=Source(
            version="1.0.0",
            title=title,
            id=f"urn:discreet:{facts.corpus}:{facts.version}",
            issuer=(Organization(name=lineage.issuer),),
            description=card.description or f"Redacted texts of a professional network, version {facts.version}.",
        ),
        provenance=Provenance(
            origin_geography=_countries(lineage.origin_countries or ("unknown",)),
            date=f"{facts.as_of:%Y-%m-%d}",
            generation_period=_period(figures),
            generation_method=(_METHOD,),
            format=("text", "application/x-parquet"),
        ),
        use=Use(
            classification=(Regulation(regulation=_PII, evaluated=True),),
            consents=lineage.consents,
            privacy_enhancing=_techniques(facts, figures),
            processing_excluded=_countries(lineage.processing_excluded),
            license=(lineage.license_url or card.license,),
            intended_purpose=(_coded("ai-training", "Training of language models."),),
        ),
    )
    return document.model_dump(mode="json", by_alias=True, exclude_none=True)


def _techniques(facts: BuildFacts, figures: ReleaseStatistics) -> tuple[PrivacyEnhancing, ...]:
    spans = sum(figures.entities.values())
    return (
        _technique(
            _coded("rights-filter", "Records are kept only by a positive decision on their author's rights."),
            (f"policy {facts.policy}", f"as of {facts.as_of:%Y-%m-%d}"),
            _left_out(facts),
        ),
        _technique(
            _coded("redaction", "Personal data in texts is found by type and replaced."),
            (
                f"models {facts.digests.model}",
                f"recognizers {facts.digests.recognizers}",
                f"operators {facts.digests.operators}",
            ),
            f"{spans} spans replaced; the remaining personal data is measured, not zero",
        ),
        _technique(
            _coded("keyed-ids", "Record ids are HMAC-SHA256 under a key of the release."),
            ("160 bits",),
            "cannot be matched with another release without the key",
        ),
    )


def _technique(tool: Coded, parameters: tuple[str, ...], result: str) -> PrivacyEnhancing:
    return PrivacyEnhancing(
        tool=tool, tool_category=tool, tool_used="discreet", parameters=parameters, result=(result,)
    )


def _left_out(facts: BuildFacts) -> str:
    inputs = [counts.input for counts in facts.sources.values()]
    if None in inputs:
        return "number of dropped or quarantined records withheld"
    left_out = sum(filter(None, inputs)) - sum(counts.kept for counts in facts.sources.values())
    return f"{left_out} records dropped or quarantined"


def _period(figures: ReleaseStatistics) -> Period | None:
    if figures.first_month is None or figures.last_month is None:
        return None
    return Period(start=figures.first_month, end=figures.last_month)


def _countries(codes: tuple[str, ...]) -> tuple[Country, ...]:
    return tuple(Country(country=code) for code in sorted(set(codes)))


def _coded(code: str, description: str) -> Coded:
    return Coded(code=code, system=_TERMS, description=description)
