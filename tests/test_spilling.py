"""Polars writes no text to disk when memory is short: not here, not in workers, not in Dagster's processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VARIABLE = "POLARS_OOC_MEMORY_BUDGET_MB"

WORK = """
import os, threading, time
from pathlib import Path

def spilled(rows):
    import polars as pl

    folder, seen, done = Path(os.environ["POLARS_OOC_SPILL_DIR"]), set(), threading.Event()

    def watch():
        while not done.is_set():
            seen.update(path for path in folder.rglob("*") if path.suffix)
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    text = pl.concat_str(pl.lit("zanzibarcanary "), pl.col("a").hash().cast(pl.String))
    file = folder.parent / f"{os.getpid()}.parquet"
    pl.DataFrame({"a": range(rows)}).with_columns(t=text).write_parquet(file, row_group_size=20_000)
    for _ in range(2):
        pl.scan_parquet(file).sort("t").collect(engine="streaming")
        pl.read_parquet(file).sort("t").join(pl.read_parquet(file), on="a")
    done.set()
    watcher.join()
    return len(seen)
"""
POOL = """
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
from work import spilled

if __name__ == "__main__":
    import redaction
    with ProcessPoolExecutor(1, multiprocessing.get_context({method!r})) as pool:
        print(pool.submit(spilled, 200_000).result())
"""
OURS = """
from redaction.execution.pool import run
from redaction.execution.settings import Engine, ExecutionSettings
from work import spilled

if __name__ == "__main__":
    print(max(run(spilled, [200_000, 200_000], ExecutionSettings(engine=Engine.POOL, workers=2))))
"""
HERE = "from work import spilled; print(spilled(200_000))"


def files_spilled_by(code: str, folder: Path) -> int:
    """Run code that sorts and joins texts in a process to which a budget of 10 MB was given."""
    (folder / "work.py").write_text(WORK, "utf-8")
    (folder / "main.py").write_text(code, "utf-8")
    spill = folder / "spill"
    spill.mkdir()
    environment = {
        "PYTHONPATH": f"{ROOT}:{folder}",
        "POLARS_OOC_SPILL_DIR": str(spill),
        VARIABLE: "10",
        "POLARS_MAX_THREADS": "2",
    }
    done = subprocess.run(
        [sys.executable, str(folder / "main.py")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def test_polars_alone_spills_so_the_tests_below_would_see_it(tmp_path: Path) -> None:
    assert files_spilled_by(HERE, tmp_path) > 0


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"import redaction\n{HERE}", id="notebook"),
        pytest.param(f"import polars as pl\npl.DataFrame()\nimport redaction\n{HERE}", id="polars-first"),
        pytest.param(f"import pipelines.cli\n{HERE}", id="command-line"),
        pytest.param(f"import pipelines.definitions\n{HERE}", id="dagster"),
        pytest.param(POOL.format(method="spawn"), id="spawn"),
        pytest.param(POOL.format(method="fork"), id="fork"),
        pytest.param(OURS, id="workers"),
    ],
)
def test_discreet_never_spills(code: str, tmp_path: Path) -> None:
    assert files_spilled_by(code, tmp_path) == 0
