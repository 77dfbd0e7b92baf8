"""What one build compared, the next need not compare, and decides the same."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from polars.testing import assert_frame_equal

from redaction import rights
from redaction.builds.copies import near_copies
from redaction.rights import NearDuplicateSettings
from redaction.state import CorpusPaths, PlanError
from redaction.state.private_tables import INDEX, SKETCHES
from redaction.state.stores.sketch_store import row_keys
from tests.builds.growing_network import World, decided, stored_sketches

TITLE = 1 << 31


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_a_build_with_stored_sketches_decides_the_same_as_one_without(tmp_path: Path, seed: int) -> None:
    world, copied = World(tmp_path, seed), 0
    for _ in range(4):
        world.night()
        decisions, build = decided(world.config)
        sketches = stored_sketches(world.config)
        (CorpusPaths.of(world.config).state / SKETCHES.pattern).unlink()
        without_store, _ = decided(world.config)
        assert_frame_equal(decisions, without_store)
        order = sketches.columns
        assert_frame_equal(sketches.sort(order), stored_sketches(world.config).sort(order))
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

    def counting(texts: Any, shingle_filter: rights.ShingleFilter, settings: NearDuplicateSettings) -> Any:
        def counted() -> Any:
            for batch in texts:
                read.extend(batch.ids)
                yield batch

        return sketch(counted(), shingle_filter, settings)

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


def test_a_file_that_changes_while_it_is_read_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise its digest would be stored with sketches of other texts, and be trusted once the old file is back."""
    world = World(tmp_path, 3)
    world.night(40)
    [path] = (tmp_path / "posts").iterdir()
    before = path.read_bytes()
    drawn = near_copies._Reader.sketch

    def swapped(*arguments: Any) -> Any:
        pl.read_parquet(path).with_columns(text=pl.lit("something else that no other post says")).write_parquet(
            path, row_group_size=pq.read_metadata(path).row_group(0).num_rows
        )
        return drawn(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(near_copies._Reader, "sketch", swapped)
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
