"""A network that grows every night."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from redaction.builds import Build, open_inputs, prepare
from redaction.builds.decide import decide_rights
from redaction.config import Config, load_config
from redaction.state import CorpusPaths
from redaction.state.private_tables import RIGHTS, SKETCHES
from redaction.tables.schemas import POSTS, PROFILES, RIGHTS_EVENTS
from tests.network import Network

MEMBERS = ["ada", "ben", "eva", "out", "who"]


START = datetime(2025, 1, 1, tzinfo=UTC)


class World:
    """A network that grows by a file of posts a night, some of them copies of others, and whose members come and go."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.network = Network()
        self.network.posts = []
        self.config_path = self.network.write(folder)
        settings = yaml.safe_load(self.config_path.read_text("utf-8"))
        settings["inputs"]["posts"]["path"] = "posts"
        self.config_path.write_text(yaml.safe_dump(settings), "utf-8")
        (folder / "posts").mkdir()
        self.texts: list[str] = []
        self.nights = 0

    @property
    def config(self) -> Config:
        return load_config(self.config_path)

    def text(self) -> str:
        if self.texts and self.chance.random() < 0.2:
            quoted = self.chance.choice(self.texts)
            return quoted.replace(" ", "") if self.chance.random() < 0.3 else f"{self.text()} {quoted} {self.text()}"
        if self.texts and self.chance.random() < 0.5:
            words = self.chance.choice(self.texts).split()
            words[self.chance.randrange(len(words))] = "changed"
            return " ".join(words)
        return " ".join(f"word{self.chance.randrange(500)}" for _ in range(self.chance.randint(3, 30)))

    def night(self, posts: int = 12) -> None:
        """A night passes."""
        self.nights += 1
        rows: list[dict[str, Any]] = []
        for _ in range(posts):
            self.texts.append(self.text())
            name = f"p{self.chance.randrange(10**6):06}"
            rows.append(
                {
                    "post_id": name,
                    "author_id": self.chance.choice(MEMBERS),
                    "created_at": START,
                    "kind": "post",
                    "text": self.texts[-1],
                    "title": self.text() if self.chance.random() < 0.3 else None,
                }
            )
        path = self.folder / "posts" / f"{self.chance.choice('abc')}-{self.nights}.parquet"
        pl.DataFrame(rows, schema=POSTS).write_parquet(path, row_group_size=self.chance.randint(1, 12))
        for profile in self.network.profiles:
            if self.chance.random() < 0.2:
                profile["about"] = self.chance.choice(self.texts)
        pl.DataFrame(self.network.profiles, schema=PROFILES).write_parquet(self.folder / "profiles.parquet")
        at = START + timedelta(days=self.nights)
        self.network.rights_events.append(
            {
                "event_id": f"night-{self.nights}",
                "subject_id": self.chance.choice(MEMBERS),
                "action": self.chance.choice(["opt_out", "opt_in"]),
                "event_time": at,
                "received_at": at,
            }
        )
        events = pl.DataFrame(self.network.rights_events, schema=RIGHTS_EVENTS)
        events.write_parquet(self.folder / "rights_events.parquet")


def decided(config: Config) -> tuple[pl.DataFrame, Build]:
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    return pl.read_parquet(build.folder.file(RIGHTS)), build


def stored_sketches(config: Config) -> pl.DataFrame:
    return pl.read_parquet(CorpusPaths.of(config).state / SKETCHES.pattern)
