"""A made-up network of a dozen members, small enough to know every right answer by heart."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from redaction.config import load_config
from redaction.release import create_key_file
from redaction.state import CorpusPaths
from redaction.tables.schemas import OBJECTIONS, POSTS, PROFILES, REGION_SIGNALS, RIGHTS_EVENTS, SIGNALS_OF_OTHERS

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
MAY = datetime(2025, 5, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[1]

_NAMES = {
    "ada": ("Ada Okafor", "US"),
    "ben": ("Ben Castellanos", "US"),
    "eva": ("Eva Lindqvist", "Deutschland"),
    "out": ("Omar Haddad", "US"),
    "kid": ("Kim Young", "US"),
    "off": ("Olga Farrow", "US"),
    "who": ("Wanda Holt", None),
}


def _profile(user: str, name: str, **more: Any) -> dict[str, Any]:
    given, family = name.split()
    base = {
        "user_id": user,
        "full_name": name,
        "given_name": given,
        "family_name": family,
        "handle": f"{user}.trainspotter",
        "emails": [f"{user}@example.com"],
        "birth_date": date(1985, 5, 17),
        "account_status": "active",
        "headline": "Engineer who writes about trains and timetables",
        "updated_at": datetime(2025, 1, 15, tzinfo=UTC),
    }
    return base | more


def _post(post: str, author: str, text: str | None, **more: Any) -> dict[str, Any]:
    base = {
        "post_id": post,
        "author_id": author,
        "created_at": datetime(2025, 3, 9, 12, tzinfo=UTC),
        "kind": "post",
        "text": text,
        "language": "en",
    }
    return base | more


@dataclass
class Network:
    """The five tables as rows, to be changed by a test before they are written."""

    posts: list[dict[str, Any]] = field(
        default_factory=lambda: [
            _post("p-ada", "ada", "We hired Maria Gonzalez in Chicago, write to ada@example.com for the slides."),
            _post("p-ben", "ben", "Thanks to everyone who came to the launch, it was a pleasure to meet you all."),
            _post("p-old", "ben", "The winter timetable is out.", created_at=datetime(2023, 11, 5, tzinfo=UTC)),
            _post(
                "p-may", "ada", "A short note on trains.", created_at=datetime(2025, 5, 2, tzinfo=UTC), title="Trains"
            ),
            _post("p-late", "ada", "From the future.", created_at=datetime(2025, 7, 1, tzinfo=UTC)),
            _post("p-msg", "ada", "Meet me at the usual place, zanzibarcanary.", kind="message"),
            _post("p-eva", "eva", "Guten Morgen, zanzibarcanary."),
            _post("p-out", "out", "I said no, zanzibarcanary."),
            _post("p-kid", "kid", "School is out, zanzibarcanary."),
            _post("p-off", "off", "I left the network, zanzibarcanary."),
            _post("p-who", "who", "Where am I, zanzibarcanary."),
            _post("p-ghost", "ghost", "Nobody knows me, zanzibarcanary."),
            _post("p-re-eva", "ada", "I agree with the above, zanzibarcanary.", in_reply_to="p-eva", kind="comment"),
            _post("p-null", "ada", None),
        ]
    )
    profiles: list[dict[str, Any]] = field(
        default_factory=lambda: [
            _profile(user, name)
            | ({"birth_date": date(2010, 1, 1)} if user == "kid" else {})
            | ({"account_status": "closed"} if user == "off" else {})
            for user, (name, _) in _NAMES.items()
        ]
    )
    rights_events: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "event_id": "e1",
                "subject_id": "out",
                "action": "opt_out",
                "event_time": datetime(2024, 12, 1, tzinfo=UTC),
                "received_at": datetime(2024, 12, 1, tzinfo=UTC),
            },
            {
                "event_id": "e2",
                "subject_id": "ben",
                "action": "opt_in",
                "event_time": datetime(2025, 6, 29, tzinfo=UTC),
                "received_at": datetime(2025, 6, 29, tzinfo=UTC),
            },
        ]
    )
    region_signals: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"subject_id": user, "signal": "profile", "value": place, "valid_from": JOINED}
            for user, (_, place) in _NAMES.items()
            if place
        ]
    )
    objections: list[dict[str, Any]] = field(
        default_factory=lambda: [{"objection_id": "o1", "name": "Zoltan Example", "received_at": JOINED}]
    )
    signals_of_others: list[dict[str, Any]] = field(default_factory=list)
    """Written only if there are any, since the table is optional."""

    def write(self, folder: Path, **config: Any) -> Path:
        """Writes the tables, a key and a config below `folder`; gives the config's path."""
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "posts": (self.posts, POSTS),
            "profiles": (self.profiles, PROFILES),
            "rights_events": (self.rights_events, RIGHTS_EVENTS),
            "region_signals": (self.region_signals, REGION_SIGNALS),
            "objections": (self.objections, OBJECTIONS),
        }
        if self.signals_of_others:
            tables["signals_of_others"] = (self.signals_of_others, SIGNALS_OF_OTHERS)
        for name, (rows, schema) in tables.items():
            pl.DataFrame(rows, schema=schema).write_parquet(folder / f"{name}.parquet")
        key = folder / "key"
        if not key.exists():
            create_key_file(key)
        settings: dict[str, Any] = {
            "corpus": "tiny",
            "as_of": AS_OF.isoformat(),
            "output": "out",
            "state": "state",
            "inputs": {name: {"path": f"{name}.parquet"} for name in tables} | {"max_quarantined": 0.5},
            "partitions": {"grain": "month", "start": "2025-01-01"},
            "rights": {
                "policy": str(ROOT / "configs/policies/linkedin-2024-09.yaml"),
                "regions": str(ROOT / "configs/regions.yaml"),
            },
            "detection": str(ROOT / "configs/redaction/social.yaml"),
            "key": {"file": "key"},
            "execution": {"workers": 1},
            "release": {
                "card": {"smallest_count": 1},
                "quality": {"shipped_set": False},
                "profiles": "texts",
                "resumes": "texts",
            },
        }
        path = folder / "config.yaml"
        path.write_text(yaml.safe_dump(_merged(settings, config)), "utf-8")
        return path


def _merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return base | {
        key: _merged(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
        for key, value in more.items()
    }


def paths_of(config: Path) -> CorpusPaths:
    """Return the paths of the corpus that a config file describes."""
    return CorpusPaths.of(load_config(config))
