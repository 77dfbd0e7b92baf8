"""The short form of the trials: a build that is killed twice and interrupted. `make faults` has all."""

import signal
from pathlib import Path

from tests.faults.kills.client import server
from tests.faults.kills.trial import MODES, How, differing, leftovers, prepare
from tests.faults.network import copy
from tests.faults.scan import found_in

HOW = How(modes=("build",))


def test_a_build_survives_kills_and_an_interrupt(tmp_path: Path) -> None:
    """It is killed while it decides and while it has staged, then interrupted; the next run gives its bytes."""
    with server() as asked:
        states = prepare(tmp_path, asked, HOW)
        running, arguments, changes = (
            copy(states.start("build"), tmp_path / "running"),
            MODES["build"][1],
            states.changes["build"],
        )
        staged = [number for number, change in enumerate(changes, 1) if ".staging-" in change]
        for at in (len(changes) // 4, staged[len(staged) // 2]):
            assert asked.run(running, arguments, at=at)["end"] == -signal.SIGKILL
            assert not list(running.glob("out/tiny/[0-9]*"))
        assert list(running.glob("out/tiny/.staging-*/release/data")), "killed while its rows were staged"
        (running / "said.txt").unlink()
        assert asked.run(running, arguments, at=len(changes) // 3, number=signal.SIGTERM)["end"] == 130
        said = (running / "said.txt").read_text("utf-8").splitlines()
        assert [line for line in said if "discreet" in line] == [
            "discreet: interrupted; nothing was published; run the command again"
        ]
        assert not list(running.glob("out/tiny/.staging-*")), "what the killed build staged is gone"
        assert asked.run(running, arguments)["end"] == 0
    assert list(differing(states, "build", running)) == []
    assert leftovers(running) == []
    assert found_in([running / name for name in ("state", "out", "tmp", "said.txt")], states.words) == []
