"""Test that a takedown does not remove too much or erase too early, and that no build releases removed records."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest

from pipelines.build import BuildError, build
from redaction.builds import (
    Build,
    RedactionSession,
    StagedRelease,
    decide_rights,
    open_inputs,
    partitions_to_redact,
    prepare,
    publish_release,
    stage_release,
)
from redaction.config import load_config
from redaction.operations import compare_releases, settle_superseded, withdraw
from redaction.operations.take_down import WithdrawError
from redaction.release import release_at
from redaction.release.errors import StagingError
from redaction.release.takedown import TakedownError, TakedownResult
from redaction.release.takedown.locate import locate
from redaction.state import BusyError, CorpusPaths, PlanError, corpus_lock
from redaction.state.scratch import scratch
from tests.network import MAY, Network, paths_of

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
JUNE = datetime(2025, 6, 1, tzinfo=UTC)
_STATION = "A new thought about the station clock and its hands."


def with_new_post() -> Network:
    """Return the tiny network with one more post."""
    network = Network()
    network.posts.append(network.posts[1] | {"post_id": "p-new", "text": _STATION})
    return network


def opted_out(network: Network, who: str = "ada", action: str = "opt_out") -> Network:
    event = {"event_id": f"no-{who}", "subject_id": who, "action": action, "event_time": MAY, "received_at": MAY}
    network.rights_events.append(event)
    return network


def without(network: Network, who: str) -> Network:
    """Remove a member from all tables except the ledger."""
    network.posts = [post for post in network.posts if post["author_id"] != who]
    network.profiles = [profile for profile in network.profiles if profile["user_id"] != who]
    network.region_signals = [signal for signal in network.region_signals if signal["subject_id"] != who]
    return network


def publish_next(config: Path) -> None:
    build(config)


def take_down(config: Path, since: str | None = None, most_absent: float = 1) -> TakedownResult | None:
    outcome = withdraw(load_config(config), AS_OF, uuid4().hex, since, most_absent)
    settle_superseded(load_config(config), remove_rows=False)
    return outcome


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        config = Network().write(tmp_path_factory.mktemp("net"))
        publish_next(config)
        with_new_post().write(config.parent)
        publish_next(config)
        yield config


@pytest.fixture
def config(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of releases 1.0.0 and 1.1.0 (one more post), and all their state."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return shutil.copytree(released.parent, tmp_path / "net") / released.name


@pytest.mark.parametrize(
    ("table", "reason"), [("profiles", "subject_unknown 5"), ("region_signals", "region_unknown 7")]
)
def test_a_truncated_table_removes_nothing(config: Path, table: str, reason: str) -> None:
    cut = with_new_post()
    getattr(cut, table).clear()
    cut.write(config.parent)
    with pytest.raises(WithdrawError, match=reason) as refused:
        take_down(config, most_absent=0.2)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("say --most-absent 1")
    assert not paths_of(config).tombstones.exists()


def linked_records(config: Path, version: str) -> set[str]:
    rows = pl.read_parquet(paths_of(config).state / version / "decisions.parquet").drop_nulls("record_id")
    return set(rows.filter(pl.col("source_id").is_in(["ada", "p-ada", "p-may"]))["source_id"])


def affected_releases(outcome: TakedownResult | None) -> dict[str, int]:
    affected = outcome.notice.releases if outcome else ()
    return {release.version: len({record.record_id for record in release.records}) for release in affected}


def test_a_takedown_of_later_releases_keeps_the_state_of_earlier_ones(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    assert affected_releases(take_down(config, since="1.1.0")) == {"1.1.0": 3}
    assert linked_records(config, "1.0.0") == {"ada", "p-ada", "p-may"}
    without(opted_out(with_new_post()), "ada").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3}
    assert not linked_records(config, "1.0.0") | linked_records(config, "1.1.0")


def test_tombstoned_records_without_a_notice_are_still_taken_down(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A takedown is interrupted after its tombstones, and the next one covers no release."""
    opted_out(with_new_post()).write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.publish_successor", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
    assert take_down(config, since="9.0.0") is None
    without(opted_out(with_new_post()), "ada").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}
    assert not linked_records(config, "1.0.0") | linked_records(config, "1.1.0")


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def state_of(config: Path, version: str) -> dict[Path, bytes]:
    """Return the bytes of each file; for kept.parquet its rows, since its metadata has the times of the input files."""
    folder = paths_of(config).state / version
    return {
        path: str(pl.read_parquet(path).rows()).encode() if path.name == "kept.parquet" else path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_a_published_version_is_not_rebuilt_from_other_inputs(config: Path) -> None:
    before = state_of(config, "1.0.0")
    without(Network(), "ada").write(config.parent)
    with pytest.raises(BuildError, match="is published, from other inputs, config, code or as_of"):
        build(config, None, "1.0.0")
    assert state_of(config, "1.0.0") == before
    opted_out(without(with_new_post(), "ada"), action="erase").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}
    with pytest.raises(BuildError, match=r"superseded by 2\.0\.0"):
        build(config, None, "1.0.0")


def test_building_the_same_version_twice_changes_nothing(config: Path) -> None:
    with_new_post().write(config.parent)
    before = state_of(config, "1.1.0")
    publish_next(config)
    build(config, None, "1.1.0")
    assert [version for version in ("1.2.0", "2.0.0") if (paths_of(config).releases / version).exists()] == []
    assert state_of(config, "1.1.0") == before


def test_a_build_with_tombstoned_records_without_a_notice_requires_a_takedown(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_out(with_new_post()).write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.publish_successor", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
    with_new_post().write(config.parent)
    with pytest.raises(BuildError, match="run discreet takedown first"):
        publish_next(config)
    assert linked_records(config, "1.1.0") == {"ada", "p-ada", "p-may"}


def staged_release(config: Path) -> StagedRelease:
    """Run the steps of a build one by one without the lock of the corpus, as the UI does."""
    settings = load_config(config)
    prepare(settings, open_inputs(settings))
    work = Build.open(settings)
    decide_rights(work)
    with RedactionSession(work) as session:
        for partition, _ in partitions_to_redact(work.folder):
            session.redact_posts(partition)
        session.redact_profiles()
    return stage_release(work, uuid4().hex)


def test_a_build_is_not_published_after_a_takedown_in_the_meantime(config: Path) -> None:
    """Not even if, as here, the takedown made no successor since the newest release does not contain the subject."""
    without(with_new_post(), "ada").write(config.parent)
    publish_next(config)
    with_new_post().write(config.parent)
    staged = staged_release(config)
    opted_out(with_new_post()).write(config.parent)
    outcome = take_down(config)
    assert outcome is not None
    assert outcome.successor is None
    with pytest.raises(StagingError, match="or removed by a takedown"):
        publish_release(staged)
    with pytest.raises(PlanError, match=r"withdrawn since build 1\.3\.0 was opened"):
        staged.build.check_tombstones()
    assert not (paths_of(config).releases / "1.3.0").exists()


def test_a_takedown_stops_if_a_release_was_published_in_the_meantime(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_out(with_new_post()).write(config.parent)
    releases = config.parent / "out" / "tiny"

    def published_meanwhile(*found: Any) -> Any:
        shutil.copytree(releases / "1.1.0", releases / "1.2.0", dirs_exist_ok=True)
        return locate(*found)

    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.locate", published_meanwhile)
        with pytest.raises(TakedownError, match="run the takedown again"):
            take_down(config)
    assert not paths_of(config).tombstones.exists()


def files_with_the_subject(config: Path) -> set[str]:
    private = paths_of(config).state
    found = [path for path in private.rglob("*") if path.suffix in (".parquet", ".draft") and path.is_file()]
    return {str(path.relative_to(private)) for path in found if "'p-ada'" in str(pl.read_parquet(path).rows())}


def test_two_takedowns_and_builds_wait_for_each_other(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    with ThreadPoolExecutor(1) as elsewhere, corpus_lock(CorpusPaths.of(load_config(config))):
        for step in (take_down, publish_next):
            with pytest.raises(BusyError, match="another build or takedown is running"):
                elsewhere.submit(step, config).result()
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}


@pytest.mark.parametrize("number", ["1.2.0", "7.0.0"])
def test_a_takedown_erases_the_subject_from_an_earlier_failed_build_of_any_version(config: Path, number: str) -> None:
    private = paths_of(config).state
    failed = shutil.copytree(private / "1.1.0", private / number)
    plan = json.loads((failed / "plan.json").read_text()) | {"version": number}
    for folder in (failed, private):
        (folder / "plan.json").write_text(json.dumps(plan))
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    take_down(config)
    assert files_with_the_subject(config) == set()
    assert not (private / "plan.json").exists()


def test_a_failed_build_after_the_takedown_may_say_why_it_dropped_the_subject(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    take_down(config)
    staged_release(config)
    take_down(config)
    assert files_with_the_subject(config) == {f"2.1.0/{name}.parquet" for name in ("index", "rights", "decisions")}
    assert (paths_of(config).state / "plan.json").exists()


def test_erasure_closes_a_build_first(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.state.row_erasure.RowErasure.run", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
        for version in ("1.0.0", "1.1.0"):
            patch.setattr("redaction.state.layout.CorpusPaths.builds", lambda paths, v=version: [paths.build(v)])
            with pytest.raises(KeyboardInterrupt):
                take_down(config)
    assert not (paths_of(config).state / "plan.json").exists()


def test_scratch_copies_of_killed_processes_are_removed_and_those_in_use_stay(config: Path) -> None:
    private = paths_of(config).state
    left = private / ".question-killed"
    (left / "index.parts").mkdir(parents=True)
    for path in (
        left / "index.parquet",
        left / "index.parts" / "0.parquet",
        private / "1.1.0" / ".index.parquet.0a.draft",
    ):
        shutil.copy(private / "1.1.0" / "index.parquet", path)
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    with scratch(private) as used:
        take_down(config)
        assert used.is_dir()
    assert files_with_the_subject(config) == set()
    assert not left.exists()


def test_diff_does_not_claim_that_erased_records_were_missing_from_the_inputs(config: Path) -> None:
    """The subject was erased, and returned with a post that no build had released before."""
    network = opted_out(with_new_post())
    network.posts.append(network.posts[0] | {"post_id": "p-q", "text": "A question on couplings and of long ago."})
    network.write(config.parent)
    publish_next(config)
    take_down(config)
    event = {"event_id": "yes", "subject_id": "ada", "action": "opt_in", "event_time": JUNE, "received_at": JUNE}
    network.rights_events.append(event)
    network.write(config.parent)
    publish_next(config)
    settings = load_config(config)
    before, after = (release_at(CorpusPaths.of(settings).releases / version) for version in ("1.2.0", "1.3.0"))
    assert compare_releases(before, after, settings).added_for == {"posts": {"not_known": 1}}
