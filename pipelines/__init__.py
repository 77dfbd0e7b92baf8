"""Discreet on Dagster: assets, checks, automation and the command line. It holds no rule of its own."""

import os

# Set before NumPy is loaded: on the small products of the tagger, BLAS threads cost more than they give, and the
# cores are kept busy by worker processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Nothing that is written, Dagster's own files included, may be changed by every user of the machine.
os.umask(os.umask(0o077) | 0o002)
