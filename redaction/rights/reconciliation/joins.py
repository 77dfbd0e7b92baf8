"""The joins between the tables, by the ids of one in another."""

from enum import StrEnum
from typing import Final


class Join(StrEnum):
    """A column with ids of another table; the value is the join's key in the settings and in the manifest."""

    RIGHTS_EVENTS = "rights_events"
    """Subjects of the ledger: members, who have a profile or wrote a post."""
    REGION_SIGNALS = "region_signals"
    """Subjects of the region signals: members."""
    AUTHORS = "authors"
    """Authors of posts: profiles."""
    MENTIONS = "mentions"
    """Mentions: members."""
    IN_REPLY_TO = "in_reply_to"
    REPOST_OF = "repost_of"
    QUOTE_OF = "quote_of"
    """References: posts."""
    SUPERSEDES = "supersedes"
    """Superseded rights events: rights events."""
    SIGNAL_SUBJECTS = "signals_of_others_subjects"
    """Members whom signals of others are about: members."""
    SIGNAL_POSTS = "signals_of_others_posts"
    """Posts that signals of others are about: posts."""
    SIGNAL_LINKS = "signals_of_others_links"
    """Addresses and domains that signals of others are about: links of posts."""
    OBJECTIONS = "objections"
    """Handles of objectors: the handles of members. Objectors need not be members, so this is only counted."""


PROTECTING: Final = (Join.RIGHTS_EVENTS, Join.REGION_SIGNALS, Join.SIGNAL_SUBJECTS)
"""The joins through which rights reach a member."""
