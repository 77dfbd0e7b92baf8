"""The papers have every field of their templates, agree with the manifest, and claim no more than is known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from redaction.release.claims import lint_card
from redaction.release.papers.papers import AB_2013, AI_ACT, ASSESSMENTS
from redaction.release.papers.settings import PaperSettings
from redaction.release.report import RunFacts
from redaction.release.settings import CardSettings, LineageSettings
from tests.release.making import corpus_rows, make_policy_text, release

ANSWER = {
    "type": "object",
    "required": ["value", "basis"],
    "additionalProperties": False,
    "properties": {"value": {}, "basis": {"enum": ["derived", "configured", "not known"]}},
    "if": {"properties": {"basis": {"const": "not known"}}},
    "then": {"properties": {"value": {"type": "null"}}},
    "else": {"properties": {"value": {"not": {"type": "null"}}}},
}
"""An answer has a value unless it is not known."""


def section(*fields: str) -> dict[str, Any]:
    return closed(dict.fromkeys(fields, ANSWER))


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
DATASET = closed({"name": TEXT, "version": TEXT, "issuer": TEXT})
AI_ACT_SCHEMA = closed({
    "regulation": TEXT,
    "template": {"const": "C(2025) 8311 of 5 December 2025"},
    "scope": TEXT,
    "dataset": DATASET,
    "last_update": ANSWER,
    "1_general_information": closed({
        "1.1_provider": section("provider", "authorised_representative"),
        "1.2_model": section("model_names", "model_dependencies", "date_of_placement_on_the_market"),
        "1.3_characteristics": section(
            "modalities", "training_data_size", "size_basis", "types_of_content", "latest_date",
            "linguistic_characteristics", "other_characteristics",
        ),
    }),
    "2_list_of_data_sources": closed({
        "2.1_publicly_available_datasets": section("used", "modalities"),
        "2.2_private_datasets_of_third_parties": section(
            "licensed_by_rightsholders", "other_private_datasets", "modalities"
        ),
        "2.3_crawled_and_scraped": section("used", "modalities"),
        "2.4_user_data": section(
            "interactions_with_models", "interactions_with_other_services", "modalities", "kinds", "services"
        ),
        "2.5_synthetic": section(
            "outputs_of_models_inside", "generated_for_training", "texts_written_with_models_by_members"
        ),
        "2.6_other_sources": section("description"),
    }),
    "3_data_processing_aspects": closed({
        "3.1_reservations_of_rights": section("code_of_practice", "measures"),
        "3.2_illegal_content": section("measures"),
        "3.3_other_information": section("processing"),
    }),
})  # fmt: skip
"""The sections of the Commission's template."""
ITEM = {**ANSWER, "required": ["number", "asks", "value", "basis"]}
ITEM["properties"] = {**ANSWER["properties"], "number": {"type": "integer"}, "asks": TEXT}  # type: ignore[dict-item]
AB_2013_SCHEMA = closed(
    {
        "law": TEXT,
        "scope": TEXT,
        "dataset": DATASET,
        "items": {"type": "array", "items": ITEM, "minItems": 12, "maxItems": 12},
    }
)
EVIDENCE_SCHEMA = closed({
    "scope": TEXT,
    "dataset": DATASET,
    "record_of_processing": section(
        "controller", "data_protection_officer", "purposes", "categories_of_subjects", "categories_of_data",
        "recipients", "transfers", "retention", "safeguards",
    ),
    "impact_assessment": section(
        "operations_and_purposes", "necessity_and_proportionality", "records_left_out_by_reason", "measures",
        "residual_risk", "rights_as_of", "assessment",
    ),
    "legitimate_interest_assessment": section(
        "legal_basis", "interest", "necessity", "balancing", "default_of_the_policy", "least_age",
        "records_left_out_by_an_opt_out", "safeguards", "residual_risk", "assessment",
    ),
})  # fmt: skip
SCHEMAS = {AI_ACT: AI_ACT_SCHEMA, AB_2013: AB_2013_SCHEMA, ASSESSMENTS: EVIDENCE_SCHEMA}
CONFIGURED = PaperSettings(
    provider="Network Ltd, Dublin",
    models=("net-1.0",),
    public_datasets=False,
    crawled=True,
    synthetic=False,
    intended_purpose="Better answers to questions about work.",
    purchased=False,
    controller="Network Ltd",
)


def read(folder: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / name).read_text())
    return document


def answers(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "basis" in value:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from answers(each)


def with_kinds(*kinds: str) -> pl.DataFrame:
    """Rows whose posts have these kinds in turn; profiles are left out."""
    posts = corpus_rows(posts=30, profiles=0).with_row_index("n")
    chosen = pl.Series(kinds).gather((posts["n"] % len(kinds)).cast(pl.UInt32))
    return posts.with_columns(chosen.alias("kind")).drop("n")


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("papers", [PaperSettings(), CONFIGURED], ids=["nothing", "configured"])
@pytest.mark.parametrize("policy", [None, make_policy_text()], ids=["no policy", "policy"])
def test_every_paper_is_complete(tmp_path, name, papers, policy):
    folder = release(tmp_path, facts=RunFacts(policy=policy), lineage=LineageSettings(papers=papers))
    document = read(folder, name)
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(document)
    assert lint_card(json.dumps(document)) == ()


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_is_configured_by_default(tmp_path, name):
    bases = {answer["basis"] for answer in answers(read(release(tmp_path), name))}
    assert bases == {"derived", "not known"}


def test_what_is_configured_says_so(tmp_path):
    document = read(release(tmp_path, lineage=LineageSettings(papers=CONFIGURED)), AI_ACT)
    general, sources = document["1_general_information"], document["2_list_of_data_sources"]
    assert general["1.1_provider"]["provider"] == {"value": "Network Ltd, Dublin", "basis": "configured"}
    assert sources["2.1_publicly_available_datasets"]["used"] == {"value": False, "basis": "configured"}
    assert sources["2.1_publicly_available_datasets"]["modalities"]["basis"] == "not known"
    assert sources["2.3_crawled_and_scraped"]["modalities"]["value"] == ["text"]


@pytest.mark.parametrize(
    ("kinds", "prompts", "others", "synthetic"),
    [
        (("post",), False, True, False),
        (("ai_prompt",), True, False, False),
        (("ai_output",), True, False, True),
        (("ai_prompt", "comment"), True, True, False),
    ],
)
def test_user_data_is_split_and_ai_outputs_are_synthetic(tmp_path, kinds, prompts, others, synthetic):
    folder = release(tmp_path, with_kinds(*kinds))
    sources = read(folder, AI_ACT)["2_list_of_data_sources"]
    assert sources["2.4_user_data"]["interactions_with_models"]["value"] is prompts
    assert sources["2.4_user_data"]["interactions_with_other_services"]["value"] is others
    assert sources["2.4_user_data"]["kinds"]["value"] == sorted(kinds)
    assert sources["2.5_synthetic"]["outputs_of_models_inside"] == {"value": synthetic, "basis": "derived"}
    assert read(folder, AB_2013)["items"][11]["value"]["outputs_of_models_inside"] is synthetic


def test_figures_are_those_of_the_manifest_and_the_bytes(tmp_path):
    folder = release(tmp_path, facts=RunFacts(policy=make_policy_text(recipient="affiliate")))
    manifest, rows = read(folder, "manifest.json"), pl.read_parquet(folder / "data" / "*.parquet")
    items = read(folder, AB_2013)["items"]
    kept = {source: counts["kept"] for source, counts in manifest["sources"].items()}
    assert items[2]["value"] == {"records": kept, "texts": rows.height}
    assert [item["number"] for item in items] == list(range(1, 13))
    characteristics = read(folder, AI_ACT)["1_general_information"]["1.3_characteristics"]
    characters = rows["text"].str.len_chars().sum()
    assert characteristics["training_data_size"]["value"] == "less than 1 billion tokens"
    assert characteristics["size_basis"]["value"].startswith(f"{characters} characters at 4 a token")
    evidence = read(folder, ASSESSMENTS)
    dropped = {source: counts["dropped"] for source, counts in manifest["sources"].items()}
    assert evidence["impact_assessment"]["records_left_out_by_reason"]["value"] == dropped
    assert evidence["legitimate_interest_assessment"]["records_left_out_by_an_opt_out"]["value"]["posts"] == 2
    assert evidence["record_of_processing"]["recipients"]["value"] == "affiliate"
    assert evidence["record_of_processing"]["retention"]["value"] == {
        "by_the_policy": "until the next release without the record",
        "release_expires": None,
    }


def test_small_counts_are_withheld_in_papers_too(tmp_path):
    folder = release(tmp_path, card=CardSettings(smallest_count=10))
    evidence = read(folder, ASSESSMENTS)
    assert "opted_out" not in evidence["impact_assessment"]["records_left_out_by_reason"]["value"]["posts"]
    assert evidence["legitimate_interest_assessment"]["records_left_out_by_an_opt_out"]["basis"] == "not known"


def test_an_unmeasured_quality_is_null_and_gates_are_referred_to(tmp_path):
    risk = read(release(tmp_path), ASSESSMENTS)["impact_assessment"]["residual_risk"]["value"]
    assert risk["quality_of_detection"] is None
    assert "manifest.json" in risk["gates"]
