"""Names under which networks, databases and dumps keep the canonical columns, the likeliest first."""

from typing import Final

from redaction.tables import TableName

_MEMBER: Final = (
    "user_id", "member_id", "author_id", "subject_id", "account_id", "profile_id", "person_id", "owner_id", "uid",
    "user", "member", "author", "subject", "account", "owner", "from", "sender", "posted_by", "created_by", "username",
    "mbr", "member_no", "user_no", "usr",
)  # fmt: skip
_TIME: Final = (
    "created", "timestamp", "date", "time", "datetime", "created_time", "creation_date", "created_on", "created_utc",
    "published_at", "published", "posted_at", "posted", "post_date", "posted_on", "ts", "when", "written_at", "sent_at",
    "inserted_at", "date_created", "create_time", "createdate",
)  # fmt: skip

SYNONYMS: Final[dict[tuple[TableName, str], tuple[str, ...]]] = {
    (TableName.posts, "post_id"): (
        "id", "message_id", "item_id", "content_id", "comment_id", "uuid", "guid", "key", "entry_id", "status_id",
        "pid", "post", "msg_id", "tweet_id", "post_no",
    ),
    (TableName.posts, "author_id"): _MEMBER,
    (TableName.posts, "created_at"): _TIME,
    (TableName.posts, "kind"): ("type", "post_type", "content_type", "category", "item_type", "message_type", "class"),
    (TableName.posts, "text"): (
        "body", "content", "message", "full_text", "post_text", "raw_text", "description", "caption", "comment", "msg",
        "selftext", "status", "txt", "post_body", "html",
    ),
    (TableName.posts, "title"): ("subject", "headline", "heading", "topic"),
    (TableName.posts, "language"): ("lang", "locale", "language_code", "lang_code"),
    (TableName.posts, "context"): ("group", "group_name", "channel", "community", "forum", "subreddit", "room"),
    (TableName.posts, "in_reply_to"): (
        "in_reply_to_id", "reply_to", "parent_id", "parent", "reply_to_id", "in_reply_to_post_id", "replied_to",
        "in_reply_to_status_id", "thread_parent",
    ),
    (TableName.posts, "repost_of"): ("reshare_of", "retweet_of", "repost_id", "shared_post_id", "reblog_of"),
    (TableName.posts, "quote_of"): ("quoted_id", "quote_id", "quoted_post_id", "quoted_status_id"),
    (TableName.posts, "mentions"): ("mentioned", "mentioned_users", "tagged", "user_mentions", "mention_ids"),
    (TableName.posts, "url"): ("link", "permalink", "uri", "href"),
    (TableName.posts, "links"): ("urls", "outlinks", "linked_urls", "external_links"),
    (TableName.profiles, "user_id"): ("id", *_MEMBER, "uuid", "guid", "key"),
    (TableName.profiles, "full_name"): ("name", "display_name", "fullname", "real_name", "member_name"),
    (TableName.profiles, "given_name"): ("first_name", "firstname", "forename", "first"),
    (TableName.profiles, "family_name"): ("last_name", "lastname", "surname", "last"),
    (TableName.profiles, "handle"): ("username", "user_name", "screen_name", "login", "nick", "nickname", "alias"),
    (TableName.profiles, "vanity_url"): ("url", "profile_url", "link", "permalink"),
    (TableName.profiles, "headline"): ("tagline", "job_title", "title", "position", "occupation", "slogan"),
    (TableName.profiles, "about"): ("bio", "summary", "description", "biography", "about_me", "intro"),
    (TableName.profiles, "emails"): ("email", "email_address", "mail", "e_mail", "email_addresses"),
    (TableName.profiles, "phones"): ("phone", "phone_number", "mobile", "telephone", "tel", "phone_numbers"),
    (TableName.profiles, "birth_date"): (
        "birthday", "birthdate", "date_of_birth", "dob", "born", "born_on", "birth", "birth_day",
    ),
    (TableName.profiles, "account_status"): ("status", "state", "account_state", "user_status", "member_status"),
    (TableName.profiles, "experience"): ("positions", "jobs", "employment", "work", "work_history"),
    (TableName.profiles, "education"): ("schools", "studies", "education_history"),
    (TableName.profiles, "languages"): ("language", "lang", "langs", "spoken_languages"),
    (TableName.profiles, "updated_at"): (
        "updated", "modified", "modified_at", "last_updated", "last_modified", "changed_at", "update_time",
        "updated_on",
    ),
    (TableName.rights_events, "event_id"): ("id", "request_id", "uuid", "key", "ticket", "ticket_id", "case_id", "no"),
    (TableName.rights_events, "subject_id"): _MEMBER,
    (TableName.rights_events, "action"): ("event", "type", "request", "request_type", "event_type", "choice", "what"),
    (TableName.rights_events, "event_time"): (*_TIME, "requested_at", "occurred_at", "event_date", "at"),
    (TableName.rights_events, "received_at"): ("received", "recorded_at", "logged_at", "received_on", "stored_at"),
    (TableName.rights_events, "purpose"): ("purposes", "scope", "use"),
    (TableName.rights_events, "mechanism"): ("channel", "source", "via"),
    (TableName.region_signals, "subject_id"): ("id", *_MEMBER),
    (TableName.region_signals, "signal"): ("type", "kind", "source", "signal_type"),
    (TableName.region_signals, "value"): (
        "country", "country_code", "region", "location", "nation", "country_name", "residence", "geo", "cc",
        "land", "staat", "pays", "pais", "país", "paese",
    ),
    (TableName.region_signals, "valid_from"): ("from", "since", "start", "start_date", "valid_since"),
    (TableName.region_signals, "valid_to"): ("to", "until", "end", "end_date", "valid_until"),
    (TableName.region_signals, "observed_at"): ("observed", *_TIME),
    (TableName.objections, "objection_id"): ("id", "request_id", "uuid", "key", "ticket", "no"),
    (TableName.objections, "name"): ("full_name", "person", "display_name"),
    (TableName.objections, "handle"): ("username", "user_name", "screen_name", "nick", "alias"),
    (TableName.objections, "received_at"): ("received", *_TIME),
    (TableName.signals_of_others, "post_id"): ("post", "content_id", "item_id"),
    (TableName.signals_of_others, "subject_id"): _MEMBER,
    (TableName.signals_of_others, "url"): ("link", "address", "uri", "href"),
    (TableName.signals_of_others, "domain"): ("host", "site", "hostname"),
    (TableName.signals_of_others, "format"): ("type", "kind", "signal", "signal_type"),
    (TableName.signals_of_others, "value"): ("content", "header", "body", "string"),
    (TableName.signals_of_others, "observed_at"): ("observed", "fetched_at", *_TIME),
}  # fmt: skip
