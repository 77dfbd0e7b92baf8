"""Test that no private file contains an erased subject after a takedown, and that the needed entries remain."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest

from redaction.builds import open_inputs, prepare
from redaction.config import Config, load_config
from redaction.operations import trace_subject, withdraw
from redaction.release import Staging
from redaction.state.clock import CLOCK
from redaction.state.erasure import ERASED, rows
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import REVIEW, SKETCHES
from redaction.state.stores.review_store import read_review
from tests.network import MAY, paths_of
from tests.pipelines.running import command, decisions_of, rows_of
from tests.releases import release
from tests.state.erased_network import ADA, IDS, network

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
LATER = "2025-06-30T00:00:00Z"


def take_down(config: Path) -> None:
    withdraw(load_config(config), AS_OF, uuid4().hex, most_absent=1)


def files(config: Config) -> list[Path]:
    return sorted(path for path in (config.root / config.state).rglob("*") if path.is_file())


def files_with_the_subject(config: Path) -> dict[str, set[str]]:
    """Return the files of the state that contain one of the subject's ids, as bytes or as a value, with these ids."""
    found: dict[str, set[str]] = {}
    for path in files(load_config(config)):
        content = path.read_bytes()
        rows = str(pl.read_parquet(path).rows()) if path.suffix in (".parquet", ".raw") else ""
        if hit := {name for name in IDS.values() if name.encode() in content or name in rows}:
            found[path.name] = hit
    return found


def test_no_file_of_the_state_has_the_subject_after_a_takedown(config: Path) -> None:
    assert files_with_the_subject(config).keys() >= {
        "index.parquet",
        "rights.parquet",
        "subjects.parquet",
        "decisions.parquet",
    }
    take_down(config)
    assert files_with_the_subject(config) == {}


def test_entries_and_decisions_of_others_remain(config: Path) -> None:
    before = decisions_of(config, "1.0.0")
    take_down(config)
    after = decisions_of(config, "1.0.0")
    assert before.keys() - after.keys() == set(IDS.values())
    assert {name: decision for name, decision in after.items() if decision != before[name]} == {
        "p-re-ada": ("drop", "tombstoned")
    }
    index = pl.read_parquet(paths_of(config).state / "1.0.0" / "index.parquet")
    posts = {row["post_id"]: row for row in index.iter_rows(named=True)}
    assert posts["p-re-ada"]["in_reply_to"] == posts["p-re-msg"]["in_reply_to"] == ERASED
    assert posts["p-to-ada"]["mentions"] == [ERASED, "eva"]
    explained = command("explain", str(config), "p-re-msg", "--version", "1.0.0")
    assert explained.returncode == 0, explained.stderr
    assert ERASED in explained.stdout


def test_links_of_others_to_their_releases_remain(config: Path) -> None:
    def links() -> dict[str, str]:
        rows = pl.read_parquet(paths_of(config).state / "1.0.0" / "decisions.parquet").drop_nulls("record_id")
        return dict(rows.select("source_id", "record_id").iter_rows())

    before = links()
    take_down(config)
    others = before.keys() - set(IDS.values()) - {"p-re-ada"}
    assert others >= {"p-ben", "cal", "p-cal"}, "of members with and without a removed record"
    assert links() == {name: before[name] for name in others}


def test_a_trace_reports_the_removal(config: Path) -> None:
    take_down(config)
    report = trace_subject(load_config(config), ADA, AS_OF)
    assert report.records == ()
    assert {(t.takedown, t.source, t.records) for t in report.removed} == {
        ("000001", "posts", 2),
        ("000001", "profiles", 1),
    }
    assert "takedown 000001" in command("trace", str(config), ADA, "--as-of", LATER).stdout


def test_a_build_of_the_old_inputs_does_not_release_the_subject(config: Path) -> None:
    take_down(config)
    network().write(config.parent)
    release(config)
    decisions = decisions_of(config, "2.1.0")
    assert decisions[ADA] == decisions[IDS["p-ada"]] == decisions[IDS["p-may"]] == ("drop", "tombstoned")
    assert decisions["p-ben"] == ("keep", "eligible")
    texts = " ".join(rows_of(paths_of(config).releases / "2.1.0")["text"])
    assert "A short note on trains" not in texts


def test_a_third_takedown_changes_no_byte(config: Path) -> None:
    """The second takedown may change files, since the records that the first removed are then protected."""
    take_down(config)
    take_down(config)
    before = {path: path.read_bytes() for path in files(load_config(config)) if path.name != CLOCK}
    take_down(config)
    assert {path: path.read_bytes() for path in files(load_config(config)) if path.name != CLOCK} == before


def test_a_takedown_removes_the_sketches_of_denied_posts(config: Path) -> None:
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


def test_a_takedown_removes_stagings_and_copies_of_releases(config: Path) -> None:
    paths = paths_of(config)
    staging = Staging.create(paths.corpora, paths.corpus, "run", paths.state)
    copy = paths.state / ".fetched-killed"
    copy.mkdir()
    take_down(config)
    assert not copy.exists()
    assert not staging.root.exists()
    again = Staging.create(paths.corpora, paths.corpus, "run", paths.state)
    take_down(config)
    assert not again.root.exists(), "also where no released record is left to remove"


def test_a_takedown_removes_the_decisions_of_a_review_on_the_subject(config: Path) -> None:
    paths = paths_of(config)
    span = {"start": 0, "end": 4, "entity_type": "PERSON", "score": 0.5, "recognizer": "model", "decision": "accepted"}
    rows = [
        {"position": n, "source": source, "source_id": name, "field": "text", "digest": b"digest", "language": "en"}
        | {"stratum": "random", "status": "done", "spans": [span]}
        for n, (source, name) in enumerate([("posts", IDS["p-ada"]), ("profiles", ADA), ("posts", "p-ben")])
    ]
    write_table(REVIEW, paths.file(REVIEW), pl.DataFrame(rows, schema=REVIEW.schema))
    assert REVIEW.pattern in files_with_the_subject(config)
    take_down(config)
    assert files_with_the_subject(config) == {}
    assert read_review(paths)["source_id"].to_list() == ["p-ben"]


def test_opening_a_version_again_removes_what_an_earlier_plan_redacted(config: Path) -> None:
    settings = load_config(config)
    folder = paths_of(config).build("1.1.0").redacted / "posts" / "2025-03"

    def opened(as_of: datetime) -> bool:
        folder.mkdir(parents=True, exist_ok=True)
        prepare(settings, open_inputs(settings), as_of=as_of.isoformat(), version="1.1.0")
        return folder.exists()

    assert not opened(AS_OF)
    assert opened(AS_OF), "an interrupted build keeps what is complete"
    assert not opened(AS_OF + timedelta(days=1))


def test_later_builds_keep_their_decisions(config: Path) -> None:
    """A later build lists the records that are still in the inputs, to say why it dropped them."""
    take_down(config)
    network().write(config.parent)
    release(config)
    take_down(config)
    assert ADA in decisions_of(config, "2.1.0")
    assert ADA not in decisions_of(config, "1.0.0")


@pytest.mark.parametrize("done", [0, 1, 4, 8, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3, 5, 6, 7))])
def test_the_next_takedown_finishes_an_interrupted_erasure(
    config: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    left = iter(range(done))
    replace_file = rows.replace_file

    def interrupt(path: Path, rows: pl.LazyFrame) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace_file(path, rows)

    with monkeypatch.context() as patch:
        patch.setattr(rows, "replace_file", interrupt)
        try:
            take_down(config)
        except KeyboardInterrupt:
            assert files_with_the_subject(config)
    take_down(config)
    assert files_with_the_subject(config) == {}
    assert len(trace_subject(load_config(config), ADA, AS_OF).removed) == 2


def test_the_subject_is_erased_from_a_build_that_was_never_published(config: Path) -> None:
    """Records that only this build would have released are erased without a notice."""
    private = paths_of(config).state
    shutil.copytree(private / "1.0.0", private / "1.1.0")
    path = private / "1.1.0" / "decisions.parquet"
    decisions = pl.read_parquet(path)
    more = decisions.filter(source_id=IDS["p-msg"]).with_columns(decision=pl.lit("keep"), record_id=pl.lit("f" * 40))
    pl.concat([decisions.filter(pl.col("source_id") != IDS["p-msg"]), more]).write_parquet(path)
    take_down(config)
    assert files_with_the_subject(config) == {}


def test_a_member_who_may_be_used_is_not_erased(config: Path) -> None:
    """One deleted post is erased, and the other entries of the member stay."""
    made = network()
    made.posts = [post for post in made.posts if post["post_id"] != IDS["p-may"]]
    made.write(config.parent)
    take_down(config)
    decisions = decisions_of(config, "1.0.0")
    assert IDS["p-may"] not in decisions
    assert decisions[ADA] == decisions[IDS["p-ada"]] == ("keep", "eligible")
    stored = pl.read_parquet(paths_of(config).state / "1.0.0" / "decisions.parquet")
    assert stored.filter(decision="keep")["record_id"].null_count() == 0
    assert IDS["p-may"] not in set().union(*files_with_the_subject(config).values())


def test_a_post_with_the_id_of_a_member_is_not_erased_with_the_member(config: Path) -> None:
    """References to the post remain."""
    made = network()
    hers = next(post for post in made.posts if post["post_id"] == "p-eva")
    made.posts += [
        hers | {"post_id": ADA},
        made.posts[1] | {"post_id": "p-answer", "in_reply_to": ADA, "text": "I agree with the above, zanzibarcanary."},
    ]
    made.write(config.parent)
    release(config)
    made.rights_events.append(
        {"event_id": "e9", "subject_id": ADA, "action": "erase", "event_time": MAY, "received_at": MAY}
    )
    made.write(config.parent)
    take_down(config)
    decisions = pl.read_parquet(paths_of(config).state / "1.1.0" / "decisions.parquet")
    reply = decisions.filter(reason="parent_protected", evidence_id=ADA)
    assert reply["source_id"].to_list() == ["p-answer"]
    assert decisions.filter(source="posts", source_id=ADA).height == 1
    assert decisions.filter(source="profiles", source_id=ADA).is_empty()
