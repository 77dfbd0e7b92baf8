"""A network with a member who is erased, and posts of others that refer to the member and their posts."""

from typing import Any

from tests.network import MAY, Network

ADA = "member-who-was-erased"
IDS = {"ada": ADA, **{f"p-{name}": f"post-{name}-of-her" for name in ("ada", "may", "late", "msg", "re-eva")}}


def named(value: Any) -> Any:
    return [named(item) for item in value] if isinstance(value, list) else IDS.get(value, value)


def network() -> Network:
    """The tiny network, with unmistakable ids, others whose posts refer to the member's, and one whose posts do not."""
    made = Network()
    ben = made.posts[1]
    made.profiles.append(made.profiles[1] | {"user_id": "cal", "full_name": "Cal Whitaker", "handle": "cal.signals"})
    made.region_signals.append(made.region_signals[0] | {"subject_id": "cal"})
    made.posts += [
        ben | {"post_id": "p-cal", "author_id": "cal", "text": "The signals of this line are from another century."},
        ben | {"post_id": "p-re-ada", "in_reply_to": "p-ada", "text": "I would like to see those slides, too."},
        ben | {"post_id": "p-re-msg", "in_reply_to": "p-msg", "text": "At the usual place, zanzibarcanary."},
        ben | {"post_id": "p-to-ada", "mentions": ["ada", "eva"], "text": "A happy birthday to you, and many trains."},
    ]
    for table in ("posts", "profiles", "rights_events", "region_signals"):
        rows = getattr(made, table)
        rows[:] = [{column: named(value) for column, value in row.items()} for row in rows]
    return made


def without_member(made: Network) -> Network:
    made.posts = [post for post in made.posts if post["author_id"] != ADA]
    made.profiles = [profile for profile in made.profiles if profile["user_id"] != ADA]
    made.region_signals = [signal for signal in made.region_signals if signal["subject_id"] != ADA]
    made.rights_events.append(
        {"event_id": "e9", "subject_id": ADA, "action": "erase", "event_time": MAY, "received_at": MAY}
    )
    return made
