"""The decisions of a large made-up network by DuckDB, from the same files as the program reads; for tests only.

`python -m tests.rights.oracle --posts 10000000` compares ten million posts.
"""

from tests.rights.oracle.compare import Comparison, compare
from tests.rights.oracle.network import write_network

__all__ = ["Comparison", "compare", "write_network"]
