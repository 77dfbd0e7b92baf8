"""Matrix products through NumPy's BLAS, for spaCy models.

thinc multiplies by blis on a CPU; OpenBLAS, which comes with NumPy, is about three times as fast at the
sizes that spaCy's encoders use. Entities are the same (tests/detection/test_blas.py).
"""

from typing import Any

import numpy as np
from thinc.api import Model, NumpyOps


class BlasOps(NumpyOps):  # type: ignore[misc, unused-ignore]
    """NumpyOps whose `gemm` is NumPy's product."""

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """`x @ y`, either transposed on demand, into `out` where given."""
        left = x.T if trans1 else x
        right = y.T if trans2 else y
        return np.matmul(left, right, out=out)


def use_blas(model: Model[Any, Any]) -> None:
    """Let every node of a thinc model multiply through `BlasOps`."""
    ops = BlasOps()
    for node in model.walk():
        node.ops = ops
