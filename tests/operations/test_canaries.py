"""Scores of the canaries tell a model that saw a release from one that did not, through takedowns and prunings too."""

import csv
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from redaction.builds.mirror_table import mirror_newest
from redaction.config import load_config
from redaction.evaluation.utility import WordModel, words_of
from redaction.operations import settle_superseded
from redaction.operations.canaries import CanaryAnswer, CanaryError, candidates, score_canaries, write_candidates
from redaction.operations.diff import compare_releases
from redaction.operations.prune import prune
from redaction.operations.trace import trace_subject
from redaction.release.canaries import Canary
from redaction.release.verify import verify
from redaction.state.action_log import read_actions
from redaction.state.keys import master_key
from tests.network import AS_OF, Network, paths_of
from tests.operations.take_down.requests import opted_out, take_down, with_new_post
from tests.releases import release

CANARIES = {"canaries": 12}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, each with canaries of its own."""
    config = Network().write(tmp_path_factory.mktemp("net"), release=CANARIES)
    release(config)
    with_new_post().write(config.parent, release=CANARIES)
    release(config)
    return config


@pytest.fixture
def config(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made.parent, tmp_path / "net") / made.name


def texts_of(config: Path, version: str) -> list[str]:
    return pl.read_parquet(Path(str(paths_of(config).releases)) / version / "data/*.parquet")["text"].to_list()


def words_in(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


def trained_on(texts: Iterable[str]) -> WordModel:
    return WordModel(map(words_in, texts))


def written(path: Path, scores: Iterable[tuple[str, float]]) -> Path:
    path.write_text("".join(json.dumps({"candidate": name, "log_likelihood": s}) + "\n" for name, s in scores), "utf-8")
    return path


def score(config: Path, model: WordModel, listed: list[Canary], version: str | None = None) -> CanaryAnswer:
    settings = load_config(config)
    scores = ((each.candidate, model.log_likelihood(words_in(each.text))) for each in listed)
    return score_canaries(settings, written(config.parent / "scores.jsonl", scores), version)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_a_model_is_found_to_be_trained_on_the_release_that_it_saw(config: Path, version: str) -> None:
    listed = candidates(load_config(config))
    answer = score(config, trained_on(texts_of(config, version)), listed)
    assert (answer.used, answer.best) == (True, version)
    assert [each.version for each in answer.releases if each.used] == [version]
    assert answer.releases[0].exposure.low > answer.releases[0].exposure_by_chance
    assert f"was very probably trained on tiny {version}." in next(answer.lines())


def test_a_model_that_saw_the_same_texts_without_canaries_is_not(config: Path) -> None:
    listed = candidates(load_config(config))
    canaries = {each.text for each in listed}
    texts = [text for text in texts_of(config, "1.1.0") if text not in canaries]
    answer = score(config, trained_on(texts), listed)
    assert (answer.used, answer.best) == (False, None)
    assert next(answer.lines()) == "No evidence that this model was trained on a release of tiny."


def test_the_list_says_neither_which_are_placed_nor_of_which_release(config: Path, tmp_path: Path) -> None:
    settings = load_config(config)
    listed = candidates(settings)
    for path in (tmp_path / "list.csv", tmp_path / "list.jsonl"):
        write_candidates(settings, path, listed)
        assert path.stat().st_mode & 0o077 == 0
    with (tmp_path / "list.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "list.jsonl").read_text("utf-8").splitlines()]
    assert rows == lines == [{"candidate": each.candidate, "text": each.text} for each in listed]
    assert len(rows) == 4 * CANARIES["canaries"]
    placed = [index for index, each in enumerate(listed) if each.placed]
    first = [index for index, each in enumerate(listed) if each.version == "1.0.0"]
    assert min(placed) < len(rows) / 4 < 3 * len(rows) / 4 < max(placed)
    assert min(first) < len(rows) / 4 < 3 * len(rows) / 4 < max(first)
    log = read_actions(paths_of(config), master_key(settings))
    assert "listed canaries" in [entry.deed.value for entry in log]


def test_the_list_is_not_written_among_the_releases(config: Path) -> None:
    settings = load_config(config)
    path = Path(str(paths_of(config).releases)) / "list.jsonl"
    with pytest.raises(CanaryError, match="the list is private"):
        write_candidates(settings, path, candidates(settings))


def test_the_successor_of_a_takedown_keeps_them_and_they_count_as_no_record(config: Path) -> None:
    before = texts_of(config, "1.1.0")
    opted_out(with_new_post()).write(config.parent, release=CANARIES)
    outcome = take_down(config)
    assert outcome is not None
    registry = paths_of(config).registry
    successor, old = registry.release("2.0.0"), registry.release("1.1.0")
    assert verify(Path(str(successor.folder))).ok
    kept = {name: counts.kept for name, counts in successor.manifest.sources.items()}
    rows = pl.read_parquet(Path(str(successor.folder)) / "data/*.parquet")
    assert rows["record_id"].n_unique() == sum(kept.values()) + CANARIES["canaries"]
    assert successor.manifest.canaries == old.manifest.canaries
    canaries = {each.text for each in candidates(load_config(config), "1.1.0") if each.placed}
    assert canaries <= {*before} & {*rows["text"]}
    assert f"{successor.manifest.texts} texts of" in (Path(str(successor.folder)) / "README.md").read_text()
    listed = candidates(load_config(config))
    answer = score(config, trained_on(rows["text"].to_list()), listed)
    assert (answer.best, answer.releases[0].successors) == ("1.1.0", ("2.0.0",))
    assert "1.1.0 (or its successor 2.0.0)" in next(answer.lines())
    assert score(config, trained_on(rows["text"].to_list()), listed, "2.0.0").best == "1.1.0"


def test_the_use_of_a_release_can_be_shown_after_its_rows_were_removed(config: Path) -> None:
    listed, model = candidates(load_config(config)), trained_on(texts_of(config, "1.0.0"))
    opted_out(with_new_post()).write(config.parent, release=CANARIES)
    take_down(config)
    settle_superseded(load_config(config), remove_rows=True)
    assert paths_of(config).registry.release("1.0.0").withdrawn
    assert score(config, model, listed).best == "1.0.0"


def test_the_use_of_a_release_can_be_shown_after_it_was_pruned(config: Path) -> None:
    listed, model = candidates(load_config(config)), trained_on(texts_of(config, "1.0.0"))
    prune(load_config(config), 1, AS_OF)
    assert [str(version) for version in paths_of(config).registry.versions()] == ["1.1.0"]
    assert score(config, model, listed).best == "1.0.0"


def test_two_releases_differ_by_records_alone(config: Path) -> None:
    registry = paths_of(config).registry
    report = compare_releases(registry.release("1.0.0"), registry.release("1.1.0"), load_config(config))
    assert (report.added, report.removed, report.forgotten) == ({"posts": 1}, {}, {})
    assert report.after.rows == registry.release("1.1.0").manifest.texts
    opted_out(with_new_post()).write(config.parent, release=CANARIES)
    take_down(config)
    before, after = registry.release("1.1.0"), registry.release("2.0.0")
    same = compare_releases(before, after, None).same
    assert same == {source: counts.kept for source, counts in after.manifest.sources.items() if counts.kept}


def test_a_changed_list_is_refused(config: Path) -> None:
    path = paths_of(config).state / "canaries" / "1.0.0.parquet"
    rows = pl.read_parquet(path)
    swapped = rows.with_columns(record_id=pl.col("record_id").reverse())
    for changed in (swapped, rows.head(-1)):
        changed.write_parquet(path)
        with pytest.raises(CanaryError, match=r"is not the list that release 1\.0\.0 was published with"):
            candidates(load_config(config))
    path.unlink()
    with pytest.raises(CanaryError, match=r"is missing, and release 1\.0\.0 has canaries; restore the state"):
        candidates(load_config(config))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{}", "line 1: write candidate, and log_likelihood as a finite number"),
        ('{"candidate": "a", "log_likelihood": NaN}', "line 1: write candidate, and log_likelihood"),
        ('{"candidate": "a", "log_likelihood": -3}', "1 candidate of no release of tiny"),
        ("", "has no scores"),
    ],
)
def test_wrong_scores_are_one_clear_line(config: Path, line: str, problem: str) -> None:
    path = config.parent / "scores.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(CanaryError, match=problem):
        score_canaries(load_config(config), path)


def test_a_choice_among_the_sentences_is_refused(config: Path, tmp_path: Path) -> None:
    listed = candidates(load_config(config), "1.0.0")
    path = written(tmp_path / "scores.jsonl", ((each.candidate, 0.0) for each in listed[1:]))
    with pytest.raises(CanaryError, match=r"lacks 1 of the 24 sentences of 1\.0\.0"):
        score_canaries(load_config(config), path)
    repeated = written(tmp_path / "scores.jsonl", ((each.candidate, 0.0) for each in [*listed, listed[0]]))
    with pytest.raises(CanaryError, match="line 25: repeats a candidate"):
        score_canaries(load_config(config), repeated)


def test_a_corpus_without_canaries_says_so(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    release(config)
    with pytest.raises(CanaryError, match=r"tiny: has no canaries; set release\.canaries"):
        candidates(load_config(config))


def test_a_table_of_the_newest_release_has_its_canaries(config: Path) -> None:
    pytest.importorskip("deltalake")
    with_new_post().write(config.parent, release=CANARIES | {"table": {"format": "delta", "path": "table"}})
    report = mirror_newest(load_config(config))
    assert report is not None
    assert report.rows == paths_of(config).registry.release("1.1.0").manifest.rows
    rows = pl.read_delta(str(config.parent / "table"))
    placed = {each.text for each in candidates(load_config(config), "1.1.0") if each.placed}
    assert placed <= {*rows["text"]}


def test_a_trace_finds_the_records_of_a_member_and_no_canary(config: Path) -> None:
    report = trace_subject(load_config(config), "ada", AS_OF)
    found = {record.source_id: [each.version for each in record.appearances] for record in report.records}
    assert found["p-ada"] == ["1.0.0", "1.1.0"]
    canaries = {each.record_id for each in candidates(load_config(config)) if each.placed}
    assert not canaries & {each.record_id for record in report.records for each in record.appearances}
