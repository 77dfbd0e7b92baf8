"""The tutorial: its commands work in the order in which they are written, and end as the page says."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.pipelines.running import command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
PARTS = re.compile(r"^discreet .*$|(?:^(?!discreet ).*\n)+", re.MULTILINE)
"""A command of the program, or the lines of shell between two of them."""


def run_part(part: str, folder: Path) -> str:
    if part.startswith("discreet "):
        done = command(*shlex.split(part)[1:])
    else:
        programs = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        script = ["bash", "-euc", part]
        done = subprocess.run(
            script, cwd=folder, env=os.environ | programs, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """Run every block of the page, one after the other, in one folder."""
    folder = tmp_path_factory.mktemp("tutorial")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, ["".join(run_part(part, folder) for part in PARTS.findall(block)) for block in BLOCKS]


def test_the_commands_end_as_the_page_says(printed: tuple[Path, list[str]]) -> None:
    folder, outputs = printed
    everything = "\n".join(outputs)
    build = next(text for text, block in zip(outputs, BLOCKS, strict=True) if block.startswith("discreet build"))
    assert build.rstrip().endswith("out/mine/1.0.0")
    assert "[PERSON_1]" in everything
    assert "[PHONE_NUMBER_1]" in everything
    assert "Maria" not in everything
    assert "opted out" in everything
    assert "Germany" in everything
    *_, still_there, gone = outputs
    assert re.search(r"^Gone", gone, re.MULTILINE), gone
    assert "Not gone" in still_there
    assert (folder / "report.html").is_file()


def test_the_erased_member_is_in_no_release(printed: tuple[Path, list[str]]) -> None:
    folder, _ = printed
    texts = pl.read_parquet(folder / "out/mine/2.0.0/data/*.parquet")["text"].to_list()
    assert len(texts) == 2
    assert not [text for text in texts if "reading group" in text]
    assert not list((folder / "out/mine/1.0.0").rglob("*.parquet"))
