"""No text of the inputs is in any file that a build leaves outside the output: state, logs, Dagster, temp."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.build import build
from tests.faults.scan import found_in
from tests.network import Network


def planted(network: Network) -> list[str]:
    """Add a word of its own to every text of every row that is no id or keyword; return the words."""
    words = list[str]()

    def word(name: str) -> str:
        words.append(f"zq{len(words):04}{name}")
        return words[-1]

    for number, post in enumerate(network.posts):
        post |= {name: f"{post.get(name) or 'On'} {word(name)}" for name in ("text", "title", "context", "url")}
        post["context"] += " health forum" if number % 3 == 0 else ""
    for profile in network.profiles:
        name = word("name").capitalize()
        entry = {each: word("redacted") for each in ("title", "company", "location", "description")}
        school = {each: word("redacted") for each in ("school", "degree", "field")}
        profile |= {
            "full_name": f"{profile['given_name']} {name}",
            "family_name": name,
            "handle": word("handle"),
            "emails": [f"{word('mail')}@example.com"],
            "headline": f"Engineer {word('text')}",
            "about": f"I write {word('text')}",
            "experience": [entry],
            "education": [school],
            "vanity_url": f"https://network.example/in/{word('vanity')}",
        }
    for event in network.rights_events:
        event |= {"mechanism": word("mechanism"), "notice_version": word("notice")}
    return words


def test_no_text_of_the_inputs_is_in_any_file_but_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    network = Network()
    words = planted(network)
    build(network.write(tmp_path, execution={"workers": 1}))
    state, inputs = tmp_path / "state", set(tmp_path.glob("*.parquet"))
    redacted = set(state.rglob("redacted/**/rows.parquet"))
    assert found_in([state, tmp_path / "tmp"], words, skip=redacted) == []
    personal = ("name", "handle", "mail", "vanity", "context", "url", "mechanism", "notice")
    never = [each for each in words if each[6:] in personal]
    assert found_in([tmp_path], never, skip=inputs) == []
    assert not [each for each in words if each in "".join(capfd.readouterr())]
    terms = pl.read_parquet(next(state.rglob("index.parquet")))["context_terms"].drop_nulls().explode().unique()
    assert terms.to_list() == ["health"]
