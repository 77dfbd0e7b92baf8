"""From inputs in a bucket to a release in a bucket: the same bytes as on a disk, and everything that follows."""

import json
import re
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest
import yaml
from upath import UPath

from pipelines.build import BuildError, build
from redaction.config import ConfigError, load_config
from redaction.errors import DiscreetError
from redaction.release import Registry, verify
from redaction.storage import list_files, list_names, read_bytes, write_atomic
from tests.network import MAY, ROOT, Network, paths_of
from tests.pipelines.running import command, decisions_of, rows_of
from tests.releases import release
from tests.store import Store

LATER = "2025-06-30T00:00:00Z"
TABLES = ("posts", "profiles", "rights_events", "region_signals", "objections")

ONE_PARTITION = {"partitions": {"grain": "month", "start": "2025-06-01"}}


def write(network: Network, folder: Path, bucket: UPath, store: Store) -> Path:
    """The network's tables in the bucket alone, and a config that names them there."""
    config = network.write(folder, storage=store.storage, output=f"{bucket}out", **ONE_PARTITION)
    values = yaml.safe_load(config.read_text("utf-8"))
    for name in TABLES:
        path = folder / f"{name}.parquet"
        write_atomic(bucket / "in" / name / path.name, path.read_bytes())
        path.unlink()
        values["inputs"][name]["path"] = f"{bucket}in/{name}/"
    config.write_text(yaml.safe_dump(values), "utf-8")
    return config


@pytest.fixture
def bucket(store: Store) -> UPath:
    return store.bucket()


def test_store_to_store_gives_the_bytes_of_disk_to_disk(bucket: UPath, store: Store, tmp_path: Path) -> None:
    here = release(Network().write(tmp_path / "here", **ONE_PARTITION))
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "key").write_bytes((tmp_path / "here" / "key").read_bytes())
    (tmp_path / "there" / "key").chmod(0o600)
    config = write(Network(), tmp_path / "there", bucket, store)
    release(config)
    there = bucket / "out" / "tiny" / "1.0.0"
    assert list_files(there) == list_files(here)
    assert all(read_bytes(there / path) == read_bytes(here / path) for path in list_files(here))
    name = bucket.path.strip("/").encode()
    assert not [path for path in list_files(there) if name in read_bytes(there / path)]
    assert not list((tmp_path / "there").rglob("posts.parquet"))


def test_the_howto_page_leads_to_a_release_in_the_store(
    bucket: UPath, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/howto/object-store.md").read_text("utf-8")
    page = page.replace("s3://network-dumps/out", f"{bucket}out").replace("s3://network-dumps", f"{bucket}in")
    [shown] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    values = yaml.safe_load(write(Network(), tmp_path, bucket, store).read_text("utf-8"))
    own = yaml.safe_load(dedent(shown))
    assert own["inputs"].keys() < values["inputs"].keys()
    values |= own | {"inputs": values["inputs"] | own["inputs"], "corpus": "mine"}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(values), "utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = [line.split() for block in blocks for line in block.splitlines() if line.strip()]
    assert [line[1] for line in lines] == ["check", "build", "verify"]
    for _, *words in lines:
        done = command(*words)
        assert done.returncode == 0, f"{words}: {done.stderr}"


@pytest.mark.slow
def test_takedown_and_trace_work_in_a_store(bucket: UPath, store: Store, tmp_path: Path) -> None:
    network = Network()
    config = write(network, tmp_path, bucket, store)
    release(config)
    releases = paths_of(config).releases
    before = rows_of(releases / "1.0.0")
    assert command("verify", f"{releases}/1.0.0").stdout.startswith("Unchanged: tiny 1.0.0")
    descendant = command("register", f"{releases}/1.0.0", "--as", "tokenized", "--at", "s3://else/x").stdout.strip()
    network.rights_events.append(
        {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    )
    config = write(network, tmp_path, bucket, store)
    done = command("takedown", str(config), "--yes", "--as-of", LATER)
    assert done.returncode == 0, done.stderr
    assert f"to acknowledge: {descendant}" in done.stdout
    assert done.stdout.splitlines()[-1] == f"{releases}/2.0.0"
    assert verify(releases / "2.0.0").ok
    after = rows_of(releases / "2.0.0")
    assert after.equals(before.filter(pl.col("record_id").is_in(after["record_id"].to_list())))
    assert after["record_id"].n_unique() == before["record_id"].n_unique() - 3
    answered = command("acknowledge", f"{releases}/1.0.0", "000001", descendant, "--response", "rebuilt")
    assert answered.returncode == 0, answered.stderr
    report = json.loads(command("trace", str(config), "ada", "--json", "--as-of", LATER).stdout)
    assert {r["source_id"] for r in report["records"] if r["appearances"]} == {"ada", "p-ada", "p-may"}
    diff = json.loads(command("diff", f"{releases}/1.0.0", f"{releases}/2.0.0", "--json").stdout)
    assert diff["removed"] == {"posts": 2, "profiles": 1}
    assert "opted_out" in command("explain", str(config), "out").stdout
    beside = [".fence", "acknowledgements", "descendants", ".log-head.json", "takedowns"]
    assert list_names(releases) == sorted(["1.0.0", "2.0.0", *beside])
    assert list_names(releases / "1.0.0" / "data")
    assert "SUPERSEDED.json" in list_names(releases / "1.0.0")
    assert command("takedown", str(config), "--yes", "--as-of", LATER, "--withdraw").returncode == 0
    assert not list_names(releases / "1.0.0" / "data")
    withdrawn = verify(releases / "1.0.0")
    assert withdrawn.ok and withdrawn.superseded is not None and withdrawn.superseded.withdrawn
    assert "1 notice, an unbroken chain" in command("notices", str(releases)).stdout
    assert command("notices", f"{releases}-none").returncode == 1
    assert not list((tmp_path / "state").rglob("part-*.parquet"))
    release(write(Network(), tmp_path, bucket, store))
    assert decisions_of(config, "2.1.0")["p-ada"] == ("drop", "tombstoned")


@pytest.mark.slow
def test_an_object_that_changes_stops_the_build(bucket: UPath, store: Store, tmp_path: Path) -> None:
    config = write(Network(), tmp_path, bucket, store)

    def change_posts(step: str) -> None:
        if step == "redacted_profiles":
            posts = bucket / "in" / "posts" / "posts.parquet"
            pl.DataFrame(pl.read_parquet(read_bytes(posts))).reverse().write_parquet(tmp_path / "p.parquet")
            write_atomic(posts, (tmp_path / "p.parquet").read_bytes())

    with pytest.raises(BuildError, match="the inputs changed"):
        build(config, on_step=change_posts)
    assert Registry(bucket / "out", "tiny").newest() is None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"state": "s3://bucket/state"}, "state: is private, so it must be a local path"),
        ({"storage": {"s3": {"secret": "hunter2"}}}, "storage: s3.secret is a secret"),
        ({"output": "s3://none-at-all/out"}, "no such bucket; create it"),
        ({"inputs": {"posts": {"path": "s3://none-at-all/posts/"}}}, "no such bucket; create it"),
        ({"output": "nosuch://bucket/out"}, "no file system of that name"),
        ({"output": "s3://me:hunter2@bucket/out"}, "holds credentials"),
        ({"output": "s3://me:hun/hunter2@bucket/out"}, "holds credentials"),
        ({"output": "s3://hunter2@bucket/out"}, "holds credentials"),
    ],
)
def test_invalid_storage_settings_give_a_one_line_error(
    store: Store, tmp_path: Path, more: dict[str, object], message: str
) -> None:
    with pytest.raises(DiscreetError, match=message) as error:
        load_config(Network().write(tmp_path, **{"storage": store.storage} | more))
    assert isinstance(error.value, ConfigError) or "://" in str(error.value)
    assert "\n" not in str(error.value)
    assert "hunter2" not in str(error.value)
