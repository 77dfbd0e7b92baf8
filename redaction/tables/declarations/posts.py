"""The declaration of `posts`."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Table, TableName

_KINDS: Final = {
    "post": "A post in the open network.",
    "article": "A long text with a title.",
    "collaborative_article": "An article of the network to which members contribute.",
    "contribution": "What a member contributed to such an article.",
    "video": "What is said in a video, or its caption.",
    "comment": "An answer below a post.",
    "feedback": "Feedback on a product or a service of the network.",
    "ai_prompt": "What a member asked an AI feature.",
    "ai_output": "What an AI feature answered a member.",
    "poll_response": "An answer in a poll.",
    "resume": "The text of a résumé.",
    "message": "A private message.",
    "group_message": "A message to the members of a group.",
    "group_post": "A post in a group.",
    "job_application": "The text of an application.",
    "screening_answer": "An answer to a question of an employer.",
    "credential": "Text of a login or an identity check.",
    "payment": "Text of a payment.",
    "salary": "A statement of pay.",
}

POSTS_TABLE: Final = Table(
    TableName.posts,
    "One text that a member wrote.",
    "The run stops.",
    {
        "post_id": Column(pl.String, "The id of the post.", "The row is quarantined: `missing_id`.", "p1001", True),
        "author_id": Column(
            pl.String, "The member who wrote it: a `user_id`.", "The row is quarantined: `missing_author`.", "m17", True
        ),
        "created_at": Column(
            TIME,
            "When it was written.",
            "The row is quarantined: `missing_time`; so is one outside the years 1970 to 9999.",
            "2025-03-09T12:00:00Z",
            True,
        ),
        "kind": Column(
            pl.String,
            "The kind of content, which the policy allows or denies.",
            "The row is quarantined: `missing_kind`. A word that the policy does not list is dropped: `kind_unknown`.",
            "comment",
            True,
            _KINDS,
        ),
        "text": Column(
            pl.String,
            "The text.",
            "The row is quarantined: `missing_text` or `blank_text`.",
            "Thanks, Ivy! See you in Denver on Monday.",
            True,
        ),
        "title": Column(pl.String, "Its title, which is redacted like the text.", "The post has no title."),
        "language": Column(
            pl.String,
            "The language that the author or the network declared (BCP 47).",
            "The language is identified from the text alone; where that fails, the record is dropped: "
            "`language_unknown`.",
            "en",
        ),
        "context": Column(
            pl.String,
            "The group or page that it was written in.",
            "The policy's `excluded_contexts` exclude nothing.",
            "Marathon runners",
        ),
        "in_reply_to": Column(
            pl.String,
            "The post that it answers: a `post_id`.",
            "It answers none, and inherits no right from one.",
            "p1000",
        ),
        "repost_of": Column(
            pl.String, "The post that it repeats: a `post_id`.", "It repeats none, and inherits no right from one."
        ),
        "quote_of": Column(
            pl.String, "The post that it quotes: a `post_id`.", "It quotes none, and inherits no right from one."
        ),
        "mentions": Column(
            pl.List(pl.String),
            "The members whom it mentions: each a `user_id`.",
            "It mentions nobody: no member's wish is checked for it, and no mentioned member's known values are "
            "searched in it.",
            '["m42"]',
        ),
        "url": Column(
            pl.String,
            "Its address.",
            "Nothing: only signals of others are compared with it, and it is never published.",
            "https://n.example/p1001",
        ),
        "links": Column(
            pl.List(pl.String),
            "The addresses that it links to.",
            "Links are searched in its text and title alone, to compare them with the signals of others.",
            '["https://news.example/a/1"]',
        ),
        "updated_at": Column(
            TIME,
            "When it was last changed.",
            "`inputs.posts.duplicates: newest` stops the run where no file has it.",
            "2025-03-09T12:05:00Z",
        ),
    },
    record_column="post_id",
    subject_column="author_id",
)
