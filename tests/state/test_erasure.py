"""After a takedown nothing in the private state names who was erased, and what must be remembered still is."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest

from pipelines.build import build
from redaction.config import Config, load_config
from redaction.operations import trace_subject, withdraw
from redaction.state import row_erasure
from redaction.state.private_tables import SKETCHES
from redaction.state.row_erasure import ERASED
from tests.network import MAY, paths_of
from tests.pipelines.test_build import command, decisions_of, rows_of
from tests.state.erased_network import ADA, IDS, network

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
LATER = "2025-06-30T00:00:00Z"


def take_down(config: Path) -> None:
    withdraw(load_config(config), AS_OF, uuid4().hex, most_absent=1)


def files(config: Config) -> list[Path]:
    return sorted(path for path in (config.root / config.state).rglob("*") if path.is_file())


def naming_her(config: Path) -> dict[str, set[str]]:
    """The files of the state that hold one of her ids, as bytes or as a value, with these."""
    found: dict[str, set[str]] = {}
    for path in files(load_config(config)):
        content = path.read_bytes()
        told = str(pl.read_parquet(path).rows()) if path.suffix in (".parquet", ".raw") else ""
        if hit := {name for name in IDS.values() if name.encode() in content or name in told}:
            found[path.name] = hit
    return found


def test_the_state_names_her_before_and_nowhere_after(config: Path) -> None:
    assert naming_her(config).keys() >= {
        "index.parquet",
        "rights.parquet",
        "subjects.parquet",
        "decisions.parquet",
    }
    take_down(config)
    assert naming_her(config) == {}


def test_others_keep_their_entries_and_their_refusals(config: Path) -> None:
    before = decisions_of(config, "1.0.0")
    take_down(config)
    after = decisions_of(config, "1.0.0")
    assert before.keys() - after.keys() == set(IDS.values())
    assert {name: told for name, told in after.items() if told != before[name]} == {"p-re-ada": ("drop", "tombstoned")}
    index = pl.read_parquet(paths_of(config).state / "1.0.0" / "index.parquet")
    told = {row["post_id"]: row for row in index.iter_rows(named=True)}
    assert told["p-re-ada"]["in_reply_to"] == told["p-re-msg"]["in_reply_to"] == ERASED
    assert told["p-to-ada"]["mentions"] == [ERASED, "eva"]
    explained = command("explain", str(config), "p-re-msg", "--version", "1.0.0")
    assert explained.returncode == 0, explained.stderr
    assert ERASED in explained.stdout


def test_a_trace_still_tells_that_she_was_removed(config: Path) -> None:
    take_down(config)
    report = trace_subject(load_config(config), ADA, AS_OF)
    assert report.records == ()
    assert {(t.takedown, t.source, t.records) for t in report.removed} == {
        ("000001", "posts", 2),
        ("000001", "profiles", 1),
    }
    assert "takedown 000001" in command("trace", str(config), ADA, "--as-of", LATER).stdout


def test_she_does_not_come_back_with_the_old_input(config: Path) -> None:
    take_down(config)
    network().write(config.parent)
    build(config)
    decisions = decisions_of(config, "2.1.0")
    assert decisions[ADA] == decisions[IDS["p-ada"]] == decisions[IDS["p-may"]] == ("drop", "tombstoned")
    assert decisions["p-ben"] == ("keep", "eligible")
    texts = " ".join(rows_of(paths_of(config).releases / "2.1.0")["text"])
    assert "A short note on trains" not in texts


def test_forgetting_again_changes_no_byte(config: Path) -> None:
    """But for the second time, when what the first took back is known to be protected."""
    take_down(config)
    take_down(config)
    before = {path: path.read_bytes() for path in files(load_config(config))}
    take_down(config)
    assert {path: path.read_bytes() for path in files(load_config(config))} == before


def test_no_sketch_of_what_may_not_be_used_outlives_a_takedown(config: Path) -> None:
    made = network()
    hers = {number for number, post in enumerate(made.posts) if post["author_id"] == ADA}
    made.rights_events.append(
        {"event_id": "e9", "subject_id": ADA, "action": "opt_out", "event_time": MAY, "received_at": MAY}
    )
    made.write(config.parent)
    path = paths_of(config).state / SKETCHES.pattern
    kept = pl.col("sketch").is_not_null()
    assert hers & set(pl.read_parquet(path).filter(kept)["key"])  # one file, one row group: the key is the row
    take_down(config)
    assert not hers & set(pl.read_parquet(path).filter(kept)["key"])
    assert pl.read_parquet(path).filter(kept).height


def test_later_builds_keep_what_they_decided(config: Path) -> None:
    """What the inputs still name a later build names too, so that it can say why it left it out."""
    take_down(config)
    network().write(config.parent)
    build(config)
    take_down(config)
    assert ADA in decisions_of(config, "2.1.0")
    assert ADA not in decisions_of(config, "1.0.0")


@pytest.mark.parametrize("done", range(9))
def test_a_forgetting_that_was_cut_off_is_finished_by_the_next(
    config: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    left = iter(range(done))
    replace_file = row_erasure.replace_file

    def cut_off(path: Path, rows: pl.LazyFrame) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace_file(path, rows)

    with monkeypatch.context() as patch:
        patch.setattr(row_erasure, "replace_file", cut_off)
        try:
            take_down(config)
        except KeyboardInterrupt:
            assert naming_her(config)
    take_down(config)
    assert naming_her(config) == {}
    assert len(trace_subject(load_config(config), ADA, AS_OF).removed) == 2


def test_a_build_that_was_never_published_does_not_keep_her(config: Path) -> None:
    """What it alone would have released waits for no takedown."""
    private = paths_of(config).state
    shutil.copytree(private / "1.0.0", private / "1.1.0")
    path = private / "1.1.0" / "decisions.parquet"
    decisions = pl.read_parquet(path)
    more = decisions.filter(source_id=IDS["p-msg"]).with_columns(decision=pl.lit("keep"), record_id=pl.lit("f" * 40))
    pl.concat([decisions.filter(pl.col("source_id") != IDS["p-msg"]), more]).write_parquet(path)
    take_down(config)
    assert naming_her(config) == {}


def test_a_member_who_may_be_used_again_is_not_forgotten(config: Path) -> None:
    """One post was deleted: it goes, and the rest of what the state holds of her stays."""
    made = network()
    made.posts = [post for post in made.posts if post["post_id"] != IDS["p-may"]]
    made.write(config.parent)
    take_down(config)
    decisions = decisions_of(config, "1.0.0")
    assert IDS["p-may"] not in decisions
    assert decisions[ADA] == decisions[IDS["p-ada"]] == ("keep", "eligible")
    assert IDS["p-may"] not in set().union(*naming_her(config).values())


def test_a_post_that_shares_its_id_with_a_member_is_not_taken_for_them(config: Path) -> None:
    """What refers to the post of another goes on referring to it."""
    made = network()
    hers = next(post for post in made.posts if post["post_id"] == "p-eva")
    made.posts += [
        hers | {"post_id": ADA},
        made.posts[1] | {"post_id": "p-answer", "in_reply_to": ADA, "text": "I agree with the above, zanzibarcanary."},
    ]
    made.write(config.parent)
    build(config)
    made.rights_events.append(
        {"event_id": "e9", "subject_id": ADA, "action": "erase", "event_time": MAY, "received_at": MAY}
    )
    made.write(config.parent)
    take_down(config)
    told = pl.read_parquet(paths_of(config).state / "1.1.0" / "decisions.parquet")
    reply = told.filter(reason="parent_protected", evidence_id=ADA)
    assert reply["source_id"].to_list() == ["p-answer"]
    assert told.filter(source="posts", source_id=ADA).height == 1
    assert told.filter(source="profiles", source_id=ADA).is_empty()
