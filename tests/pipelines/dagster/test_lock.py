"""One process works on a corpus at a time."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest

from pipelines import build as build_module
from pipelines.build import build
from redaction.config import Config
from redaction.state import BusyError, CorpusPaths, Plan, corpus_lock, current_plan
from tests.network import ROOT
from tests.pipelines.dagster.running import materialize


def test_a_build_reads_its_version_before_it_releases_the_corpus(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_elsewhere(paths: CorpusPaths) -> None:
        with corpus_lock(paths):
            pass

    def while_locked(settings: Config) -> Plan:
        with ThreadPoolExecutor(1) as pool, pytest.raises(BusyError):
            pool.submit(lock_elsewhere, CorpusPaths.of(settings)).result()
        return current_plan(settings)

    monkeypatch.setattr(build_module, "current_plan", while_locked)
    assert build(config).name == "1.0.0"


def test_a_step_waits_while_another_process_holds_the_corpus(config: Path, instance: dg.DagsterInstance) -> None:
    code = (
        "import sys; from pathlib import Path; from redaction.config import load_config;"
        "from redaction.state import BusyError, CorpusPaths, corpus_lock\n"
        "with corpus_lock(CorpusPaths.of(load_config(Path(sys.argv[1])))): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(config)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError):
            build(config)
        with ThreadPoolExecutor(1) as pool:
            step = pool.submit(materialize, config, instance, "source_tables")
            time.sleep(2)
            assert not step.done()
            assert not (config.parent / "state" / "tiny" / "plan.json").exists()
            holder.stdin.close()
            assert step.result(timeout=300)
