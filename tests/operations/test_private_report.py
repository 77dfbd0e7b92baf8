"""The private report quotes texts before and after, of records that may be used now, into the private state."""

import shutil
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.operations.private_report import write_private_report
from redaction.operations.review import ReviewError
from tests.network import MAY, Network, paths_of
from tests.pipelines.running import CANARY, command
from tests.releases import release

MARIA = "We hired <mark>Maria Gonzalez</mark> in <mark>Chicago</mark>, write to <mark>ada@example.com</mark>"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = Network().write(tmp_path_factory.mktemp("net"))
    release(config)
    return config


@pytest.fixture
def config(built: Path, tmp_path: Path) -> Path:
    """A copy of the network and its build."""
    return shutil.copytree(built.parent, tmp_path / "net") / built.name


def test_texts_are_shown_before_and_after_to_their_owner(config: Path) -> None:
    release = paths_of(config).releases / "1.0.0"
    done = command("report", str(release), "--private", str(config))
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    assert path.parent.parent == paths_of(config).state
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    html = path.read_text("utf-8")
    assert MARIA in html
    assert "<mark>[PERSON_1]</mark>" in html
    assert "Private: this page quotes raw texts" in html
    assert CANARY not in html
    assert "Maria" not in (release / "report.html").read_text("utf-8")
    assert write_private_report(load_config(config), release).read_text("utf-8") == html


def test_a_member_who_opted_out_is_not_quoted(config: Path) -> None:
    made = Network()
    made.rights_events.append(
        {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    )
    made.write(config.parent)
    html = write_private_report(load_config(config), paths_of(config).releases / "1.0.0").read_text("utf-8")
    assert "Maria" not in html
    assert "Thanks to everyone who came to the launch" in html


def test_a_private_report_is_written_nowhere_else(config: Path, tmp_path: Path) -> None:
    release = str(paths_of(config).releases / "1.0.0")
    done = command("report", release, "--private", str(config), "-o", str(tmp_path / "report.html"))
    assert done.returncode == 1
    assert "into the state only" in done.stderr
    other = Network().write(tmp_path / "other", corpus="other")
    with pytest.raises(ReviewError, match="is of the corpus tiny"):
        write_private_report(load_config(other), paths_of(config).releases / "1.0.0")
