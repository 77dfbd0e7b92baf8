"""A made-up network with a word of its own in each text that must never be seen, in three states of its life."""

import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.network import JOINED, Network

MEMBERS, POSTS = 9, 40
GONE: Final = ("a2", "a5")
"""The members who erase their records before the takedown."""

_RAILWAY: Final = ("train", "timetable", "signal", "platform", "whistle", "engine", "bridge", "tunnel", "station")
_GIVEN: Final = ("Alma", "Bert", "Cora", "Dirk", "Edna", "Fred", "Gina", "Hugo", "Iris")


class Planted(Network):
    """The network, and the words in it that no file but the inputs may have."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.words: list[str] = []
        self._random = random.Random(seed)
        self.posts = [post for post in self.posts if post["post_id"] in {"p-ada", "p-ben", "p-null"}]
        base = dict(self.profiles[0])
        for number in range(MEMBERS):
            self._add_member(f"a{number}", number, base)
        for number in range(POSTS):
            self._add_post(f"q{number}", self._random.randrange(MEMBERS), month=1 + number % 3)

    def next_night(self) -> "Planted":
        """Add posts, and two members who object."""
        for number in range(8):
            self._add_post(f"n{number}", (2, 5, 7, 8)[number % 4], month=4)
        self._add_events("night", ("a1", "a4"), "opt_out")
        return self

    def erasures(self) -> "Planted":
        """Add the requests of `GONE`."""
        self._add_events("gone", GONE, "erase")
        return self

    def write_for(self, folder: Path, workers: int = 1, engine: str = "pool", **more: Any) -> Path:
        """Write the tables and a config."""
        execution = {"workers": workers, "chunk_rows": 10, "engine": engine}
        partitions = {"grain": "month", "start": "2025-01-01"}
        return self.write(folder, execution=execution, partitions=partitions, **more)

    def _word(self, kind: str) -> str:
        self.words.append(f"zq{len(self.words):04}{kind}")
        return self.words[-1]

    def _sentence(self, length: int = 12) -> str:
        return " ".join(self._random.choice(_RAILWAY) for _ in range(length)).capitalize() + "."

    def _add_events(self, name: str, subjects: tuple[str, ...], action: str) -> None:
        moment = datetime(2025, 6, 29, tzinfo=UTC)
        for subject in subjects:
            event = {"event_id": f"{name}-{subject}", "subject_id": subject, "action": action}
            self.rights_events.append(event | {"event_time": moment, "received_at": moment})

    def _add_member(self, user: str, number: int, base: dict[str, Any]) -> None:
        family, protected = self._word("family").capitalize(), number % 3 == 0
        about = f"I write {self._word('about')}" if protected else "I write about trains"
        self.profiles.append(
            base
            | {
                "user_id": user,
                "full_name": f"{_GIVEN[number]} {family}",
                "given_name": _GIVEN[number],
                "family_name": family,
                "handle": self._word("handle"),
                "emails": [f"{self._word('mail')}@example.com"],
                "phones": [f"+1 415 555 01{number:02}"],
                "headline": f"Engineer, {self._sentence(6)}",
                "about": f"{about}. {self._sentence()}",
            }
        )
        self.region_signals.append({"subject_id": user, "signal": "profile", "value": "US", "valid_from": JOINED})
        if protected:
            moment = JOINED + timedelta(days=number)
            event = {"event_id": f"x{number}", "subject_id": user, "action": "opt_out", "event_time": moment}
            self.rights_events.append(event | {"received_at": moment, "mechanism": self._word("mechanism")})

    def _add_post(self, name: str, author: int, month: int) -> None:
        private = self._word("text") if author % 3 == 0 else f"Write to {self._word('mail')}@example.com"
        self.posts.append(
            {
                "post_id": name,
                "author_id": f"a{author}",
                "created_at": datetime(2025, month, 1 + self._random.randrange(27), tzinfo=UTC),
                "kind": "post",
                "text": f"{self._sentence()} {private}. {self._sentence(6)}",
                "language": "en",
                "context": f"group {self._word('context')}",
                "url": f"https://network.example/{self._word('url')}",
            }
        )


def copy(source: Path, target: Path) -> Path:
    """Replace a folder by a copy of another."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    return target
