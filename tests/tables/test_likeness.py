"""Names that may be meant for a column on which rights depend stop the run where the file lacks it."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from redaction.tables import TABLES, TableName, TablesError, TableSettings
from redaction.tables.columns import match_columns


@pytest.mark.parametrize(
    ("name", "column", "spelling"),
    [
        *((TableName.rights_events, "purpose", each) for each in
          ("purposes", "rights_events.purpose", "e.Purpose", "purpose_code", "purposeId", "purpose:string",
           "purpose[0]")),
        *((TableName.rights_events, "categories", each) for each in ("category", "Category", "categories.0")),
        (TableName.rights_events, "recipients", "recipient_list"),
        *((TableName.posts, "in_reply_to", each) for each in ("in_reply_to_id", "inReplyToId", "p.in_reply_to")),
        (TableName.posts, "repost_of", "repost_of_id"),
        (TableName.posts, "mentions", "mention"),
        *((TableName.rights_events, "purpose", each) for each in
          ("consent_purpose", "ProcessingPurpose", "purposeOfUse", "purpose_type", "scope", "use_case", "Zweck",
           "purpose_name", "purposeText", "optin_for", "consent", "finalité", "propósito", "目的")),
        *((TableName.rights_events, "categories", each) for each in ("data_categories", "content_types", "appliesTo")),
        *((TableName.rights_events, "recipients", each) for each in ("recipient_type", "third_parties", "sharedWith")),
        *((TableName.rights_events, "supersedes", each) for each in ("revokes", "superseded_event_id")),
        *((TableName.region_signals, "valid_to", each) for each in ("until", "end_date", "expiresAt")),
        *((TableName.posts, "in_reply_to", each) for each in ("commented_on", "replied_post", "respuesta_a")),
        *((TableName.posts, "in_reply_to", each) for each in ("parent_id", "reply_to", "inReplyToPostId")),
        *((TableName.posts, "repost_of", each) for each in ("reshare_of", "shared_post_id", "retweetedStatusId")),
        (TableName.posts, "quote_of", "quoted_post_id"),
        *((TableName.posts, "mentions", each) for each in ("mentioned_users", "tagged_user_ids")),
        *((TableName.posts, "context", each) for each in ("group_name", "channel", "post_context")),
        *((TableName.profiles, "full_name", each) for each in ("name", "displayName")),
        (TableName.profiles, "emails", "email_address"),
        (TableName.objections, "name", "full_name"),
        (TableName.region_signals, "valid_to", "s.valid_to"),
    ],
)  # fmt: skip
def test_a_name_that_may_be_meant_for_a_missing_column_is_refused(name: TableName, column: str, spelling: str) -> None:
    table = TABLES[name]
    schema = pa.schema([pa.field(each, pa.string()) for each in (*table.required, spelling)])
    with pytest.raises(TablesError, match=re.escape(f"did you mean {spelling!r} for {column}? Map it with")):
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)
    for mapping in (spelling, {"value": None}):
        settings = TableSettings.model_validate({"path": "x", "columns": {column: mapping}})
        match_columns(table, settings, Path("a.parquet"), schema)
    whole = schema.append(pa.field(column, pa.string()))
    assert column in match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), whole)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (pa.struct([("purpose", pa.string()), ("how", pa.string())]), "details.purpose"),
        (pa.struct([("scope", pa.struct([("Purposes", pa.string())]))]), "details.scope.Purposes"),
        (pa.list_(pa.struct([("purpose", pa.string())])), "details.purpose"),
    ],
)
def test_a_field_that_may_be_meant_for_a_missing_column_is_refused(kind: pa.DataType, path: str) -> None:
    table = TABLES[TableName.rights_events]
    schema = pa.schema([*(pa.field(each, pa.string()) for each in table.required), pa.field("details", kind)])
    with pytest.raises(TablesError, match=re.escape(f"did you mean {path!r} for purpose? Map it with")):
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)


def test_names_that_mean_something_else_are_ignored() -> None:
    schema = pa.schema(
        [
            *(pa.field(each, pa.string()) for each in TABLES[TableName.posts].required),
            *(
                pa.field(each, pa.string())
                for each in (
                    "in_reply_to_account_id",
                    "reply_count",
                    "quotes",
                    "post_context2",
                    "mention_count",
                    "group_size",
                    "in_reply_to_screen_name",
                    "parental_advisory",
                    "page_views",
                )
            ),
            pa.field("author", pa.struct([("name", pa.string()), ("url", pa.string())])),
        ]
    )
    found = match_columns(TABLES[TableName.posts], TableSettings(path=("x",)), Path("a.parquet"), schema)
    assert set(found) == set(TABLES[TableName.posts].required)


def test_a_field_of_the_same_name_is_proposed_for_a_required_column() -> None:
    table = TABLES[TableName.rights_events]
    schema = pa.schema([("event", pa.struct([(each, pa.string()) for each in table.required]))])
    with pytest.raises(TablesError, match=r"did you mean 'event.event_id' for event_id\? Map it with") as error:
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)
    assert all(f"columns.{each}: event.{each}" in str(error.value) for each in table.required)


def test_a_name_in_letters_that_look_like_latin_ones_is_refused() -> None:
    table = TABLES[TableName.rights_events]
    schema = pa.schema([pa.field(each, pa.string()) for each in (*table.required, "\u0440urp\u043ese")])
    with pytest.raises(TablesError, match="for purpose"):
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)


@pytest.mark.parametrize("column", ["name", "handle"])
@pytest.mark.parametrize("spelling", ["who", "Vorname", "nom", "slug", "名前"])
def test_any_text_of_the_objections_is_mapped_or_left_out(column: str, spelling: str) -> None:
    table = TABLES[TableName.objections]
    other = {"name": "handle", "handle": "name"}[column]
    schema = pa.schema([pa.field(each, pa.string()) for each in ("objection_id", other, spelling)])
    with pytest.raises(TablesError, match=re.escape(f"did you mean {spelling!r} for {column}? Map it with")):
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)
    for mapping in (spelling, {"value": None}):
        settings = TableSettings.model_validate({"path": "x", "columns": {column: mapping}})
        assert column in match_columns(table, settings, Path("a.parquet"), schema)


def test_education_whose_school_has_another_name_is_refused() -> None:
    table = TABLES[TableName.profiles]

    def match(*fields: str) -> None:
        kind = pa.list_(pa.struct([pa.field(each, pa.string()) for each in fields]))
        schema = pa.schema([pa.field("user_id", pa.string()), pa.field("education", kind)])
        match_columns(table, TableSettings(path=("x",)), Path("a.parquet"), schema)

    with pytest.raises(TablesError, match=r"'education' has no field school, .* one of institution"):
        match("institution", "degree")
    match("School", "institution", "degree")
    match("degree", "field")
