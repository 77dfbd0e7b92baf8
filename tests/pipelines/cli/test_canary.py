"""`discreet canary` lists sentences, and says in its first line whether a model was trained on a release."""

import json
from pathlib import Path

import pytest

from redaction.state.stores.canary_store import stored_canaries
from tests.network import Network, paths_of
from tests.pipelines.running import command
from tests.releases import release


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Network().write(tmp_path_factory.mktemp("net"), release={"canaries": 10})
    release(path)
    return path


def test_the_list_is_printed_or_written_and_its_scores_are_judged(config: Path, tmp_path: Path) -> None:
    printed = command("canary", "list", str(config))
    written = command("canary", "list", str(config), "1.0.0", "-o", str(tmp_path / "list.jsonl"))
    assert written.stdout.splitlines()[0] == "20 sentences to score; half of them are in no release."
    assert printed.stdout == (tmp_path / "list.jsonl").read_text("utf-8")
    placed = {each.candidate for each in stored_canaries(paths_of(config), "1.0.0") if each.placed}
    names = [json.loads(line)["candidate"] for line in printed.stdout.splitlines()]
    scores = tmp_path / "scores.csv"
    lines = [f"{name},{-100 + index + 50 * (name in placed)}\n" for index, name in enumerate(names)]
    scores.write_text("candidate,log_likelihood\n" + "".join(lines), "utf-8")
    said = command("canary", "score", str(config), str(scores)).stdout.splitlines()
    assert said[0].startswith("Yes: this model was very probably trained on tiny 1.0.0. A model that never saw it")
    assert "in 100.0% of pairs (95 % interval 100.0% to 100.0%; by chance 50 %)" in said[1]
    answer = json.loads(command("canary", "score", str(config), str(scores), "--json").stdout)
    assert (answer["used"], answer["best"], answer["releases"][0]["placed"]) == (True, "1.0.0", 10)


def test_wrong_scores_are_one_line_and_exit_code_1(config: Path, tmp_path: Path) -> None:
    scores = tmp_path / "scores.jsonl"
    scores.write_text('{"candidate": "x"}\n', "utf-8")
    done = command("canary", "score", str(config), str(scores))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "line 1: write candidate, and log_likelihood as a finite number" in done.stderr
