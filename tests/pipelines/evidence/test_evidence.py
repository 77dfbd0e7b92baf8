"""The evidence of a release that the whole pipeline built: formats, keyed ids, and every byte."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import mlcroissant
import polars as pl
import pytest

from pipelines.build import build
from redaction.config import load_config
from redaction.release import Manifest, create_key_file, verify
from redaction.release.lineage import CROISSANT, PROVENANCE
from redaction.state import CorpusPaths, current_plan
from tests.network import Network, paths_of
from tests.release.lineage.openlineage_models import check_event
from tests.release.lineage.test_documents import DTA_SCHEMA


def network() -> Network:
    """The tiny network, with enough posts in one month that their order could reveal something."""
    made = Network()
    made.posts += [
        made.posts[1] | {"post_id": f"p-line-{i}", "text": f"The new timetable of line {i} is out."} for i in range(40)
    ]
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    settings = {"openlineage": {"file": "lineage.jsonl"}, "card": {"smallest_count": 3}}
    config = network().write(tmp_path_factory.mktemp("net"), release=settings)
    build(config)
    yield config


def release_of(config: Path, version: str = "1.0.0") -> Path:
    return Path(str(paths_of(config).releases)) / version


def test_croissant_and_provenance_are_valid(built: Path) -> None:
    folder = release_of(built)
    program = Path(sys.executable).with_name("mlcroissant")
    done = subprocess.run([program, "validate", "--jsonld", folder / CROISSANT], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    texts = sorted(r["rows/text"].decode() for r in mlcroissant.Dataset(folder / CROISSANT).records("rows"))
    assert texts == sorted(pl.read_parquet(folder / "data" / "*.parquet")["text"])
    jsonschema.Draft202012Validator(DTA_SCHEMA).validate(json.loads((folder / PROVENANCE).read_text("utf-8")))


def test_lineage_events_are_valid(built: Path) -> None:
    events = [json.loads(line) for line in (built.parent / "lineage.jsonl").read_text("utf-8").splitlines()]
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    for event in events:
        check_event(event)
    assert events[0]["run"]["runId"] == events[1]["run"]["runId"]
    (output,) = events[1]["outputs"]
    assert {"schema", "version", "columnLineage", "tags"} <= output["facets"].keys()
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == Manifest.read(release_of(built)).rows


def test_small_counts_stay_private_and_the_sums_hold(built: Path) -> None:
    manifest = json.loads((release_of(built) / "manifest.json").read_text("utf-8"))
    folder = CorpusPaths.of(load_config(built)).build(current_plan(load_config(built)).version)
    exact = json.loads(folder.sources.read_text("utf-8"))
    rows = network()
    assert [exact[s]["input"] for s in ("posts", "profiles")] == [len(rows.posts), len(rows.profiles)]
    for source, counts in manifest["sources"].items():
        published = [*counts["dropped"].values(), *counts["quarantined"].values()]
        assert all(count >= 3 for count in published)
        assert counts["input"] in (None, counts["kept"] + sum(published))
        left_out = [*exact[source]["dropped"].values(), *exact[source]["quarantined"].values()]
        assert exact[source]["input"] == exact[source]["kept"] + sum(left_out)


def test_one_changed_byte_is_reported_with_its_file(built: Path) -> None:
    folder, rng = release_of(built), random.Random(11)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content, name = path.read_bytes(), path.relative_to(folder).as_posix()
        for place in {0, len(content) - 1, *(rng.randrange(len(content)) for _ in range(25))}:
            spoilt = bytearray(content)
            spoilt[place] ^= 1 << rng.randrange(8)
            path.write_bytes(spoilt)
            assert verify(folder).problems[0].startswith(name)
        for other in (content[:-1], content + b"\n", b""):
            path.write_bytes(other)
            assert verify(folder).problems[0].startswith(name)
        path.write_bytes(content)
    card, provenance = folder / "README.md", folder / PROVENANCE
    contents = card.read_bytes(), provenance.read_bytes()
    card.write_bytes(contents[1])
    provenance.write_bytes(contents[0])
    assert {line.split(":")[0] for line in verify(folder).problems} == {"README.md", PROVENANCE}
    card.write_bytes(contents[0])
    provenance.write_bytes(contents[1])
    assert verify(folder).ok


def test_two_builds_with_different_keys_cannot_be_joined(built: Path, tmp_path: Path) -> None:
    release = pl.read_parquet(release_of(built) / "data" / "*.parquet")
    create_key_file(tmp_path / "key")
    other = network().write(tmp_path)
    for config, version in ((built, "1.1.0"), (other, "1.0.0")):
        build(config, None, version)
        again = pl.read_parquet(release_of(config, version) / "data" / "*.parquet")
        assert again.height == release.height
        assert release.join(again, on="record_id").is_empty()
        by_place = zip(release["text"], again["text"], strict=True)
        assert sum(a == b for a, b in by_place) < release.height // 2, "the order of rows joins nothing"
