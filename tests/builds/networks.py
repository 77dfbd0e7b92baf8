"""A network whose ids are as networks have them, and what a build finds in its inputs."""

from pathlib import Path
from typing import Any

import polars as pl

from redaction.builds import Build, open_inputs, prepare
from redaction.builds.decide import scratch_index
from redaction.builds.reconcile import PROFILE_COLUMNS, InputCheck, check_inputs
from redaction.config import load_config
from redaction.release import BuildFacts, Digests, Manifest
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.manifest import corpus_columns
from redaction.release.takedown import Tombstones
from redaction.state.keys import master_key
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import DECISIONS, INDEX
from redaction.tables import TableName
from tests.network import Network

ADA, OUT, KID = "a4001", "a4002", "a4003"
IDS = {"ada": ADA, "out": OUT, "kid": KID, "ben": "4004", "eva": "Bü4005", "off": "off-4006", "who": "00f4007"}


def network() -> Network:
    """Members with ids as networks have them; replies to, and mentions of, one who opted out."""
    made = Network()
    for rows, column in (
        (made.posts, "author_id"),
        (made.profiles, "user_id"),
        (made.rights_events, "subject_id"),
        (made.region_signals, "subject_id"),
    ):
        for row in rows:
            row[column] = IDS.get(row[column], row[column])
    post = made.posts[0]
    made.posts += [
        post | {"post_id": "p-re-out", "in_reply_to": "p-out"},
        post | {"post_id": "p-repost", "repost_of": "p-out"},
        post | {"post_id": "p-mentions", "mentions": [OUT]},
    ]
    return made


def opened(made: Network, folder: Path, version: str | None = None, **config: Any) -> Build:
    settings = load_config(made.write(folder, **config))
    prepare(settings, open_inputs(settings), version=version)
    return Build.open(settings)


def released(made: Network, folder: Path, version: str = "1.0.0") -> None:
    """Leave what the build of an earlier release leaves in the state, and the manifest of an empty release."""
    build = opened(made, folder, version)
    index = pl.read_parquet(build.folder.file(INDEX)).select(
        pl.lit("posts").alias("source"), pl.col("post_id").alias("source_id"), pl.col("author_id").alias("subject_id")
    )
    members = [("profiles", row["user_id"], row["user_id"]) for row in made.profiles]
    profiles = pl.DataFrame(members, schema=index.schema, orient="row")
    columns = [pl.lit(None, pl.String).alias(column) for column in DECISIONS.schema if column not in index.columns]
    rows = pl.concat([index, profiles]).with_columns(columns).select(DECISIONS.schema.names())
    write_table(DECISIONS, build.folder.file(DECISIONS), rows)
    manifest = folder / "out" / "tiny" / build.plan.version / MANIFEST
    manifest.parent.mkdir(parents=True)
    digests = Digests(**dict.fromkeys(Digests.model_fields, "0" * 64))
    facts = BuildFacts(corpus="tiny", version=version, as_of=build.plan.as_of, policy="p", sources={}, digests=digests)
    empty = Manifest(**facts.model_dump(), schema=corpus_columns(), fields={}, files=())
    manifest.write_bytes(empty.to_bytes())


def many_posts(made: Network, number: int, **more: Any) -> None:
    made.posts += [made.posts[0] | {"post_id": f"q-x{index}y"} | more for index in range(number)]


def checked(made: Network, folder: Path, **more: Any) -> InputCheck:
    config = load_config(made.write(folder, **more))
    inputs, stones = open_inputs(config), Tombstones.load(folder / "none", master_key(config), "tiny")
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    with scratch_index(config, inputs) as index:
        return check_inputs(config, inputs, index, profiles, profiles.quarantined, stones)
