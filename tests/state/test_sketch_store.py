"""What one build compared, the next need not compare: but it must come to the same."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from polars.testing import assert_frame_equal

from redaction import rights
from redaction.builds import Build, near_copies, open_inputs, prepare
from redaction.builds.decide import decide_rights
from redaction.config import Config, load_config
from redaction.rights import NearDuplicateSettings, Sketches
from redaction.state import CorpusPaths, PlanError, corpus_lock, sketch_store
from redaction.state.private_tables import INDEX, RIGHTS, SKETCHES
from redaction.state.sketch_store import SketchStore, field_keys, row_keys
from redaction.tables import LOCATOR, TableName
from redaction.tables.schemas import POSTS, PROFILES, RIGHTS_EVENTS
from tests.network import Network

SETTINGS = NearDuplicateSettings()
TITLE = 1 << 31
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


@pytest.mark.parametrize("seed", range(8))
def test_a_build_with_stored_sketches_decides_the_same_as_one_without(tmp_path: Path, seed: int) -> None:
    world, copied = World(tmp_path, seed), 0
    for _ in range(4):
        world.night()
        decisions, build = decided(world.config)
        sketches = stored_sketches(world.config)
        (CorpusPaths.of(world.config).state / SKETCHES.pattern).unlink()
        without_store, _ = decided(world.config)
        assert_frame_equal(decisions, without_store)
        assert_frame_equal(sketches.sort("key"), stored_sketches(world.config).sort("key"))
        copied += decisions.filter(reason="near_duplicate").height

        index = pl.read_parquet(build.folder.file(INDEX))
        keys = pl.Series("key", row_keys(index))
        posts = decisions.filter(source="posts")
        assert posts["source_id"].to_list() == index["post_id"].to_list()
        kept = keys.filter(posts["decision"] == "keep")
        titles = (sketches["key"] & TITLE) != 0
        assert set(sketches.filter(~titles & ~sketches["protected"])["key"]) == set(kept)
        assert {key - TITLE for key in sketches.filter(titles)["key"]} <= set(kept)
        long = sketches.filter(pl.col("sketch").is_not_null())
        assert {key & ~TITLE for key in long["key"]} <= set(kept)
    assert copied


def test_compared_posts_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, 3)
    world.night(40)
    decided(world.config)
    read: list[int] = []
    sketch = rights.sketch_candidates

    def counting(
        texts: Any, shingle_filter: rights.ShingleFilter, settings: NearDuplicateSettings, secret: bytes
    ) -> Any:
        def counted() -> Any:
            for batch in texts:
                read.extend(batch["number"])
                yield batch

        return sketch(counted(), shingle_filter, settings, secret)

    monkeypatch.setattr(rights, "sketch_candidates", counting)
    decisions, _ = decided(world.config)
    again = decisions.filter(source="posts", reason="near_duplicate").height
    posts = decisions.filter(source="posts").height  # titles and the texts of profiles are numbered after
    assert sum(number < posts for number in read) == again
    world.night(5)
    read.clear()
    decided(world.config)
    assert 0 < sum(number < posts for number in read) < 40


def test_without_a_search_nothing_is_stored(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    world.night()
    decided(world.config)
    assert (CorpusPaths.of(world.config).state / SKETCHES.pattern).is_file()
    settings = yaml.safe_load(world.config_path.read_text("utf-8"))
    settings["rights"]["near_duplicates"] = {"enabled": False}
    world.config_path.write_text(yaml.safe_dump(settings), "utf-8")
    decisions, _ = decided(world.config)
    assert decisions.filter(reason="near_duplicate").is_empty()
    assert not (CorpusPaths.of(world.config).state / SKETCHES.pattern).exists()


def locations(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LOCATOR, orient="row")


def test_a_sketch_of_a_title_is_never_that_of_a_text(tmp_path: Path) -> None:
    here, keys = store(tmp_path), np.array([5, 1 << 48, 9], np.uint64)
    numbers = np.array([0, 3, 4], np.uint32)
    with here.writer() as writer:
        writer.add(field_keys(keys, numbers), np.arange(12, dtype=np.uint8).reshape(3, 4))
    with here.open(keys) as stored:
        assert stored.kept.tolist() == [True, False, False]
        assert np.concatenate([part.numbers for part in stored.sketches(np.array([True, False, True]))]).tolist() == [
            0,
            3,
        ]


def store(folder: Path, files: tuple[str, ...] = ("x", "y"), made_by: str = "us") -> SketchStore:
    return SketchStore(folder / SKETCHES.pattern, made_by, files, 4)


def write_store(folder: Path) -> Mapping[int, list[int]]:
    """Write two kept posts with sketches, one that is too short for a sketch, and a protected one, in two files."""
    keys = row_keys(locations([(0, 0, 0), (1, 0, 7), (1, 2, 3), (0, 1, 1)]))
    sketches = np.arange(8, dtype=np.uint8).reshape(2, 4)
    with store(folder).writer() as writer:
        writer.add(keys[:2], sketches)
        writer.add_blank(keys[2:3], protected=False)
        writer.add_blank(keys[3:], protected=True)
    return {0: [0, 1, 2, 3], 1: [4, 5, 6, 7]}


def sketches_by_number(found: list[Sketches]) -> dict[int, list[int]]:
    return {int(n): row for each in found for n, row in zip(each.numbers, each.sketches.tolist(), strict=True)}


def test_files_are_identified_by_their_content(tmp_path: Path) -> None:
    write_store(tmp_path)
    at = row_keys(locations([(2, 0, 7), (0, 0, 0), (2, 2, 3), (1, 0, 7)]))
    with store(tmp_path, ("z", "w", "y")).open(at) as found:
        assert found.kept.tolist() == [True, False, True, False]
        assert not found.protected.any()
        assert sketches_by_number(list(found.sketches(found.kept))) == {0: [4, 5, 6, 7]}


def test_the_file_has_who_was_kept_and_who_was_protected(tmp_path: Path) -> None:
    sketches = write_store(tmp_path)
    at = row_keys(locations([(0, 0, 0), (1, 0, 7), (1, 2, 3), (0, 1, 1), (0, 1, 2)]))
    with store(tmp_path).open(at) as found:
        assert found.kept.tolist() == [True, True, True, False, False]
        assert found.protected.tolist() == [False, False, False, True, False]
        assert sketches_by_number(list(found.sketches(np.ones(5, np.bool_)))) == sketches
        assert sketches_by_number(list(found.sketches(np.array([False, True, True, True, True])))) == {1: sketches[1]}


@pytest.mark.parametrize(("made_by", "files"), [("others", ("x", "y")), ("us", ("v", "w")), ("us", ())])
def test_sketches_of_another_maker_or_of_other_files_are_not_used(
    tmp_path: Path, made_by: str, files: tuple[str, ...]
) -> None:
    write_store(tmp_path)
    with store(tmp_path, files, made_by).open(row_keys(locations([(0, 0, 0), (1, 0, 7)]))) as found:
        assert not found.kept.any()
        assert sketches_by_number(list(found.sketches(np.ones(2, np.bool_)))) == {}


def test_rows_beyond_the_key_range_are_compared_each_time(tmp_path: Path) -> None:
    far = row_keys(locations([(2**16, 0, 0), (0, 2**16, 0), (2**20, 2**20, 5)]))
    assert len(set(far.tolist())) == 1
    with store(tmp_path).writer() as writer:
        writer.add(far, np.zeros((3, 4), np.uint8))
    with store(tmp_path).open(far) as found:
        assert not found.kept.any()
        assert sketches_by_number(list(found.sketches(np.ones(3, np.bool_)))) == {}


def test_replacing_the_file_does_not_change_an_open_store(tmp_path: Path) -> None:
    sketches = write_store(tmp_path)
    at = row_keys(locations([(0, 0, 0), (1, 0, 7)]))
    with store(tmp_path).open(at) as found:
        other = store(tmp_path / "other")
        other.path.parent.mkdir()
        with other.writer():
            pass
        other.path.replace(tmp_path / SKETCHES.pattern)
        assert sketches_by_number(list(found.sketches(found.kept))) == sketches


def test_changed_bytes_columns_settings_code_and_key_make_another_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, 1)
    world.night()
    files = open_inputs(world.config).files[TableName.posts]
    one = SketchStore.of(tmp_path, files, SETTINGS, b"key")
    assert SketchStore.of(tmp_path, files, SETTINGS, b"key") == one
    assert SketchStore.of(tmp_path, files, NearDuplicateSettings(threshold=0.8), b"key").made_by != one.made_by
    assert SketchStore.of(tmp_path, files, SETTINGS, b"another").made_by != one.made_by
    mapped = [replace(file, file_columns=file.file_columns | {"text": file.file_columns["title"]}) for file in files]
    assert SketchStore.of(tmp_path, mapped, SETTINGS, b"key").files != one.files
    with monkeypatch.context() as patch:
        patch.setattr(sketch_store, "code_digest", lambda: "other code")
        assert SketchStore.of(tmp_path, files, SETTINGS, b"key").made_by != one.made_by
    path = Path(str(files[0].path))
    pl.read_parquet(path).with_columns(pl.col("text") + ".").write_parquet(path)
    assert SketchStore.of(tmp_path, files, SETTINGS, b"key").files != one.files


def test_a_file_that_changes_while_it_is_read_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise its digest would be stored with sketches of other texts, and be trusted once the old file is back."""
    world = World(tmp_path, 3)
    world.night(40)
    [path] = (tmp_path / "posts").iterdir()
    before = path.read_bytes()
    drawn = near_copies._sketch

    def swapped(*arguments: Any) -> Any:
        pl.read_parquet(path).with_columns(text=pl.lit("something else that no other post says")).write_parquet(
            path, row_group_size=pq.read_metadata(path).row_group(0).num_rows
        )
        return drawn(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(near_copies, "_sketch", swapped)
        decided(world.config)
    assert not (CorpusPaths.of(world.config).state / SKETCHES.pattern).exists()
    path.write_bytes(before)
    assert decided(world.config)[0].filter(reason="near_duplicate").height


def test_a_damaged_store_is_ignored_or_gives_a_one_line_error(tmp_path: Path) -> None:
    world = World(tmp_path, 3)
    world.night(40)
    decisions, _ = decided(world.config)
    path = CorpusPaths.of(world.config).state / SKETCHES.pattern
    content = path.read_bytes()
    for broken in (b"", content[:100], content[:-9] + b"\0" * 9):
        path.write_bytes(broken)
        assert_frame_equal(decided(world.config)[0], decisions)
        assert path.read_bytes() == content
    path.write_bytes(content[:60] + bytes(byte ^ 1 for byte in content[60:90]) + content[90:])
    with pytest.raises(PlanError, match=r"sketches.parquet: is damaged; remove it, then every post is compared$"):
        decided(world.config)


def test_the_next_build_removes_files_of_a_killed_search(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    world.night()
    left = CorpusPaths.of(world.config).state / ".question-killed"
    left.mkdir(parents=True)
    (left / "sketches.parquet.draft").write_bytes(b"sketches of what may be a copy")
    with corpus_lock(CorpusPaths.of(world.config)):
        assert not left.exists()
