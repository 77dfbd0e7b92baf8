"""Whatever the umask, no file of a build can be changed by every user of the machine."""

import subprocess
import sys
from pathlib import Path


def test_nothing_is_made_world_writable(tmp_path: Path) -> None:
    code = "import os, pipelines; os.mkdir('out'); open('file', 'w').close()"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, umask=0, check=True)
    assert [path.stat().st_mode & 0o002 for path in sorted(tmp_path.iterdir())] == [0, 0]
