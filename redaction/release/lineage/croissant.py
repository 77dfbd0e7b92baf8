"""Croissant 1.1 (MLCommons) with its Responsible AI extension, PROV-O and the conditions of use in ODRL."""

from collections.abc import Sequence
from typing import Any, Final

from redaction.release.build_facts import BuildFacts
from redaction.release.files.corpus_schema import CORPUS_COLUMNS, CORPUS_SCHEMA, DATA
from redaction.release.lineage.origin_and_use import prov_o, usage_info
from redaction.release.manifest import FileEntry
from redaction.release.papers.figures import Figures
from redaction.release.report import described
from redaction.release.statistics import ReleaseStatistics

_CROISSANT: Final = "http://mlcommons.org/croissant/"
_TERMS: Final = (
    "arrayShape citeAs column conformsTo containedIn data dataType equivalentProperty examples extract field "
    "fileProperty fileObject fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet "
    "references regex repeated replace samplingRate separator source subField transform"
)
_JSON_TERMS: Final = {"data", "examples"}
_PARQUET: Final = "application/x-parquet"
_ROWS: Final = "rows"
_SHARDS: Final = "shards"


def croissant(figures: Figures, shards: Sequence[FileEntry]) -> dict[str, Any]:
    """Describe a release as JSON-LD: its files with hashes, one record set over them, RAI fields, origin and uses."""
    facts, card, lineage = figures.facts, figures.card, figures.lineage
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "name": facts.corpus,
        "description": card.description or f"Redacted texts of a professional network, version {facts.version}.",
        "conformsTo": [f"{_CROISSANT}1.1", f"{_CROISSANT}RAI/1.0"],
        "version": facts.version,
        "datePublished": f"{facts.as_of:%Y-%m-%d}",
        "license": lineage.license_url or card.license,
        "url": lineage.url,
        "citeAs": described.citation(facts, card),
        "isLiveDataset": False,
        "inLanguage": list(figures.statistics.languages),
        "creator": {"@type": "sc:Organization", "name": lineage.issuer},
        "distribution": [*(_file(shard) for shard in shards), _file_set()],
        "recordSet": [_record_set()],
        **_responsible(facts, figures.statistics, card.smallest_count),
        **prov_o(facts),
        **usage_info(facts, figures.run.policy),
    }


def _context() -> dict[str, Any]:
    terms: dict[str, Any] = {term: f"cr:{term}" for term in _TERMS.split()}
    terms |= {term: {"@id": f"cr:{term}", "@type": "@json"} for term in _JSON_TERMS}
    terms |= {"dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "conformsTo": "dct:conformsTo"}
    return terms | {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "cr": _CROISSANT,
        "rai": f"{_CROISSANT}RAI/",
        "dct": "http://purl.org/dc/terms/",
        "sc": "https://schema.org/",
        "prov": "http://www.w3.org/ns/prov#",
        "odrl": "http://www.w3.org/ns/odrl/2/",
    }


def _file(shard: FileEntry) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": shard.path,
        "name": shard.path.rsplit("/", 1)[-1],
        "contentUrl": shard.path,
        "contentSize": f"{shard.bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": shard.sha256,
    }


def _file_set() -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": _SHARDS,
        "name": _SHARDS,
        "encodingFormat": _PARQUET,
        "includes": f"{DATA}/*.parquet",
    }


def _record_set() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": _ROWS,
        "name": _ROWS,
        "description": "One row per text; a record can have several texts.",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{_ROWS}/{column.name}",
                "name": column.name,
                "description": CORPUS_COLUMNS[column.name],
                "dataType": "sc:Text",
                "source": {"fileSet": {"@id": _SHARDS}, "extract": {"column": column.name}},
            }
            for column in CORPUS_SCHEMA
            if column.name != "entity_counts"
        ],
    }


def _responsible(facts: BuildFacts, figures: ReleaseStatistics, smallest: int) -> dict[str, Any]:
    entities = ", ".join(
        f"{kind} {count if count >= smallest else f'fewer than {smallest}'}" for kind, count in figures.entities.items()
    )
    return {
        "rai:dataCollection": "Posts and profiles of a professional network, as its members wrote them.",
        "rai:dataCollectionTimeframe": [month for month in (figures.first_month, figures.last_month) if month],
        "rai:dataPreprocessingProtocol": [
            f"Filtered by the rights of every author as of {facts.as_of:%Y-%m-%d} under policy {facts.policy}.",
            "Personal data redacted by entity type; timestamps cut to months; ids keyed per release.",
        ],
        "rai:personalSensitiveInformation": [
            f"Redacted spans by type: {entities}." if entities else "No span was redacted.",
            "Some personal data may remain in the texts: redaction is measured, not perfect.",
        ],
        "rai:dataLimitations": "People who have seen a text elsewhere may recognize it. Treat as personal data.",
        "rai:dataBiases": "Members who opted out, live in protected regions, or are under age are not represented.",
        "rai:dataReleaseMaintenancePlan": (
            "A new MAJOR version lacks records of the one before; use the newest version only."
        ),
    }
