import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import mlcroissant
import pytest
import rdflib
from pydantic import ValidationError

from redaction.release import ShardWriter, Staging, draft_release
from redaction.release.claims import lint_card
from redaction.release.errors import PublishError
from redaction.release.lineage import CROISSANT, PROVENANCE
from redaction.release.lineage.provenance import DataProvenance
from redaction.release.report import RunFacts
from redaction.release.settings import CardSettings, LineageSettings
from tests.release.making import build_facts, corpus_rows, make_policy_text, release

# The structure of the D&TA Data Provenance Standards 1.0.0, written down from the JSON Schema that the Alliance gave to
# OASIS (oasis-tcs/dps, contributions/schema/json). Stricter than that, it takes no property that is not described. Two
# slips of the original are mended: `sub-provenance` refers to nothing, and a technique must have a `tool`, which is
# described under another name.
TEXT: dict[str, Any] = {"type": "string"}


def _list(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "uniqueItems": True}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in properties.items()}
    return {"type": "object", "properties": names, "required": required, "additionalProperties": False}


TEXTS = _list(TEXT)
CODED = _object(["code"], code=TEXT, system=TEXT, description=TEXT)
PLACES = _list(_object(["country"], country=TEXT, state=TEXT))
ORGANISATION = _object(["name"], name=TEXT, address=TEXTS)
DTA_SCHEMA = _object(
    ["source", "provenance", "use"],
    source=_object(
        ["version", "title", "id", "issuer", "description"],
        version=TEXT,
        title=TEXT,
        id=TEXT,
        location=TEXT,
        issuer=_list(ORGANISATION, 1),
        description=TEXT,
    ),
    provenance=_object(
        ["origin-geography", "date", "generation-method"],
        source=TEXT,
        origin=_list(ORGANISATION),
        origin_geography={**PLACES, "minItems": 1},
        date=TEXT,
        previous_date=TEXT,
        generation_period=_object([], start=TEXT, end=TEXT),
        generation_method=_list(CODED, 1),
        format=TEXTS,
    ),
    use=_object(
        ["intended-purpose"],
        classification=_list(
            _object(["regulation", "evaluated"], regulation=CODED, evaluated={"type": "boolean"}, tool=TEXT)
        ),
        consents=TEXTS,
        privacy_enhancing=_list(
            _object(
                ["tool"],
                tool=CODED,
                tool_category=CODED,
                tool_used=TEXT,
                parameters={"type": "array", "items": TEXT},
                result={"type": "array", "items": TEXT},
            )
        ),
        processing_included=PLACES,
        processing_excluded=PLACES,
        storage_allowed=PLACES,
        storage_forbidden=PLACES,
        license=TEXTS,
        intended_purpose=_list({**CODED, "required": ["code", "description"]}, 1),
        copyright=TEXTS,
        patent=TEXTS,
        trademark=TEXTS,
    ),
)


def read(folder: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / name).read_text())
    return document


def test_mlcroissant_validates_and_loads_it(tmp_path):
    folder = release(tmp_path)
    done = subprocess.run(
        [Path(sys.executable).with_name("mlcroissant"), "validate", "--jsonld", folder / CROISSANT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    dataset = mlcroissant.Dataset(jsonld=folder / CROISSANT)
    texts = sorted(record["rows/text"].decode() for record in dataset.records("rows"))
    assert texts == sorted(corpus_rows()["text"])


def test_croissant_lists_every_file_with_its_hash_and_rai_fields(tmp_path):
    folder = release(tmp_path)
    document = read(folder, CROISSANT)
    files = {f["contentUrl"]: f["sha256"] for f in document["distribution"] if f["@type"] == "cr:FileObject"}
    assert files == {
        f"data/{shard.name}": hashlib.sha256(shard.read_bytes()).hexdigest() for shard in (folder / "data").iterdir()
    }
    for name in ("personalSensitiveInformation", "dataLimitations", "dataReleaseMaintenancePlan", "dataBiases"):
        assert document[f"rai:{name}"]
    assert "PERSON 40" in document["rai:personalSensitiveInformation"][0]


def test_croissant_names_the_origin_in_prov_o_and_the_uses_in_odrl(tmp_path):
    policy = make_policy_text(purpose="ai_training", recipient="affiliate, self")
    folder = release(tmp_path, facts=RunFacts(policy=policy))
    document = read(folder, CROISSANT)
    assert "http://mlcommons.org/croissant/1.1" in document["conformsTo"]
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    prov, odrl = rdflib.Namespace("http://www.w3.org/ns/prov#"), rdflib.Namespace("http://www.w3.org/ns/odrl/2/")
    dataset = graph.value(predicate=rdflib.RDF.type, object=rdflib.URIRef("https://schema.org/Dataset"))
    activity = graph.value(dataset, prov.wasGeneratedBy)
    assert (activity, rdflib.RDF.type, prov.Activity) in graph
    digests = json.loads((folder / "manifest.json").read_text())["digests"]
    used = {str(each).removeprefix("urn:sha256:") for each in graph.objects(activity, prov.used)}
    assert used == {digests[n] for n in ("inputs", "ledger", "policy", "regions", "config", "recognizers", "operators")}
    assert str(graph.value(dataset, prov.wasDerivedFrom)) == f"urn:sha256:{digests['inputs']}"
    use = graph.value(dataset, rdflib.URIRef("https://schema.org/usageInfo"))
    permission = graph.value(use, odrl.permission)
    allowed = {
        graph.value(each, odrl.leftOperand): {str(word) for word in graph.objects(each, odrl.rightOperand)}
        for each in graph.objects(permission, odrl.constraint)
    }
    assert allowed == {odrl.purpose: {"ai_training"}, odrl.recipient: {"self", "affiliate"}}


def test_without_a_policy_no_use_is_stated(tmp_path):
    assert "usageInfo" not in read(release(tmp_path), CROISSANT)


def test_provenance_is_valid(tmp_path):
    document = read(release(tmp_path), PROVENANCE)
    jsonschema.Draft202012Validator(DTA_SCHEMA).validate(document)
    assert document["provenance"]["generation-period"] == {"start": "2024-03", "end": "2024-03"}
    assert document["provenance"]["origin-geography"] == [{"country": "unknown"}]
    techniques = document["use"]["privacy-enhancing"]
    assert {t["tool"]["code"] for t in techniques} == {"rights-filter", "redaction", "keyed-ids"}
    assert all(t["tool"] == t["tool-category"] for t in techniques)
    with pytest.raises(ValidationError):
        DataProvenance.model_validate({**document, "source": {**document["source"], "issuer": []}})


def drafted(tmp_path: Path, lineage: LineageSettings) -> Path:
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(corpus_rows())
    draft_release(staging, build_facts(corpus_rows()), CardSettings(), lineage)
    return staging.folder


def test_configured_lineage_is_in_all_documents(tmp_path):
    lineage = LineageSettings(
        issuer="Network Ltd",
        url="https://corpus.example/",
        license_url="https://corpus.example/license",
        origin_countries=("US", "IN"),
        processing_excluded=("DE",),
        consents=("https://corpus.example/notice",),
        services=("network.example",),
    )
    folder = drafted(tmp_path, lineage)
    assert read(folder, CROISSANT)["creator"]["name"] == "Network Ltd"
    document = read(folder, PROVENANCE)
    jsonschema.Draft202012Validator(DTA_SCHEMA).validate(document)
    assert document["provenance"]["origin-geography"] == [{"country": "IN"}, {"country": "US"}]
    assert document["use"]["processing-excluded"] == [{"country": "DE"}]


def test_no_document_claims_too_much(tmp_path):
    folder = release(tmp_path)
    for name in (CROISSANT, PROVENANCE):
        assert lint_card((folder / name).read_text()) == ()
    with pytest.raises(PublishError, match=r"claims too much"):
        drafted(tmp_path, LineageSettings(issuer="Anonymous Data Ltd"))
