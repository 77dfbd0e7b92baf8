import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from redaction.builds import Build, open_inputs, prepare
from redaction.builds.decide import decide_rights
from redaction.builds.redact.redact_partition import RedactionSession
from redaction.builds.redact.redaction_queue import partitions_to_redact
from redaction.config import ConfigError, load_config
from redaction.errors import DiscreetError, ProgramError
from redaction.execution import ExecutionError
from redaction.execution.pool import run
from redaction.execution.settings import ExecutionSettings
from redaction.execution.threads import THREAD_VARIABLES
from tests.network import Network


class RefusedError(DiscreetError):
    """Raised by the portions below."""


def slow_when_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def refuse(number: int) -> int:
    raise RefusedError(f"portion {number}: no")


def leak(number: int) -> int:
    raise ValueError("Jane Doe lives here")


def die(number: int) -> int:
    os._exit(1)


def threads(_: int) -> list[str | None]:
    return [os.environ.get(name) for name in THREAD_VARIABLES]


def engines() -> list[Any]:
    ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
    return [
        pytest.param({"workers": 1}, id="here"),
        pytest.param({"workers": 2}, id="pool"),
        pytest.param({"engine": "ray", "workers": 2}, id="ray", marks=[ray, pytest.mark.slow]),
    ]


@pytest.mark.parametrize("execution", engines())
def test_results_are_in_order(execution):
    assert list(run(slow_when_first, range(9), ExecutionSettings(**execution))) == [n * n for n in range(9)]


@pytest.mark.parametrize("execution", engines())
def test_our_errors_pass_and_other_errors_lose_their_message(execution):
    settings = ExecutionSettings(**execution)
    with pytest.raises(RefusedError, match="portion 0: no"):
        list(run(refuse, range(3), settings))
    with pytest.raises(ProgramError, match="ValueError in leak, line") as caught:
        list(run(leak, range(3), settings))
    assert "Jane" not in str(caught.value) + caught.value.trace
    assert "in leak" in caught.value.trace


@pytest.mark.parametrize("execution", engines()[1:])
def test_a_dead_worker_gives_a_one_line_error_and_the_next_call_works(execution):
    settings = ExecutionSettings(**execution)
    with pytest.raises(ExecutionError, match="a worker process died") as caught:
        list(run(die, range(3), settings))
    assert "\n" not in str(caught.value)
    assert list(run(slow_when_first, range(3), settings)) == [0, 1, 4]


@pytest.mark.parametrize("execution", engines()[1:])
def test_workers_use_one_thread_and_this_process_is_unchanged(execution):
    before = threads(0)
    for values in run(threads, range(4), ExecutionSettings(**execution)):
        assert values == ["1"] * len(THREAD_VARIABLES)
    assert threads(0) == before


@pytest.mark.parametrize("execution", engines()[1:])
def test_few_chunks_are_in_flight(execution):
    taken = []

    def portions():
        for number in range(40):
            taken.append(number)
            yield number

    results = run(slow_when_first, portions(), ExecutionSettings(**execution))
    assert next(results) == 0
    assert len(taken) <= 4


def test_an_address_needs_ray(tmp_path):
    path = Network().write(tmp_path, execution={"address": "ray-head:6379"})
    with pytest.raises(ConfigError, match="execution: `address` is a Ray cluster's; say `engine: ray` too"):
        load_config(path)


def test_missing_ray_gives_a_one_line_error(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    path = Network().write(tmp_path, execution={"engine": "ray"})
    with pytest.raises(ConfigError, match=r"execution: Ray is not installed; pip install 'discreet\[ray\]'") as caught:
        load_config(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("execution", engines()[1:])
def test_the_bytes_are_the_same_for_every_engine(tmp_path, execution):
    """Partitions are redacted in chunks of one record, in this process and by workers."""
    files = {}
    for name, how in (("here", {"workers": 1}), ("others", execution)):
        path = Network().write(tmp_path / name, execution=how | {"chunk_rows": 1})
        (tmp_path / name / "key").write_text(bytes(range(32)).hex())
        files[name] = redacted(path)
    assert files["here"] == files["others"]
    assert files["here"]


def redacted(path: Path) -> dict[str, bytes]:
    """Each file of each partition of posts."""
    config = load_config(path)
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    files: dict[str, bytes] = {}
    for partition, _ in partitions_to_redact(build.folder):
        RedactionSession(build).redact_posts(partition)
        folder = build.folder.partition("posts", partition)
        files |= {f"{partition}/{name}": (folder / name).read_bytes() for name in ("rows.parquet", "outcomes.parquet")}
    return files
