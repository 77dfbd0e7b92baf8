"""Compare the cost of a night: `discreet build` in one process, and the run that the schedule `nightly` requests.

    python -m benchmarks.dagster_night

Both build the same 200 posts from scratch, each in a fresh state and a fresh process. The second one asks the schedule
for its run and executes that run as a run worker does. Prints seconds and CPU seconds, and their ratio.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.network import ROOT, Network

POSTS = 200
_NIGHT = """
import sys
from pathlib import Path
import dagster as dg
from pipelines.instance import dagster_instance
from pipelines.definitions import build_defs
from redaction.config import load_config

config = Path(sys.argv[1])
instance = dagster_instance(load_config(config))
repository = build_defs(config).get_repository_def()
schedule = repository.get_schedule_def("nightly")
with dg.build_schedule_context(instance) as context:
    [request] = schedule.evaluate_tick(context).run_requests
assert repository.get_job(schedule.job_name).execute_in_process(instance=instance, tags=dict(request.tags)).success
"""


def write_corpus(folder: Path) -> Path:
    """Write a network of `POSTS` posts over 14 months, and its config; return the config's path."""
    network = Network()
    post = network.posts[1]
    network.posts = [
        post
        | {
            "post_id": f"p-{i}",
            "created_at": post["created_at"].replace(year=2024 + i % 14 // 12, month=1 + i % 14 % 12),
            "text": f"The new timetable of line {i} is out, and everyone came to the launch.",
        }
        for i in range(POSTS)
    ]
    return network.write(folder)


def measure(command: list[str], config: Path) -> tuple[float, float]:
    """Run a command; return its wall time and its CPU time in seconds."""
    environment = os.environ | {"DAGSTER_HOME": str(config.parent / "dagster"), "PYTHONPATH": str(ROOT)}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([*command, str(config)], check=True, cwd=ROOT, env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu


def main() -> None:
    """Measure both and print the ratio."""
    commands = {
        "discreet build": [sys.executable, "-c", "from pipelines.cli import app; app()", "build"],
        "nightly run": [sys.executable, "-c", _NIGHT],
    }
    results = []
    for name, command in commands.items():
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(command, write_corpus(Path(folder))))
        print(f"{name:15} {results[-1][0]:6.1f} s, CPU {results[-1][1]:6.1f} s")
    (build_wall, build_cpu), (night_wall, night_cpu) = results
    print(f"ratio           {night_wall / build_wall:6.2f}, CPU {night_cpu / build_cpu:6.2f}")


if __name__ == "__main__":
    main()
