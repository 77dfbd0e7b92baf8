"""Entry of ``python data/samples/generate``: puts the package on the path and runs its command line."""

from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generate.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
