"""A last layer of the model of our own that was fitted to an operator's labeled texts, as a profile holds it."""

import base64
import binascii

import numpy as np
import numpy.typing as npt
from pydantic import field_validator

from redaction.base_model import FrozenModel
from redaction.detection.errors import DetectionError


class FineTuned(FrozenModel):
    """What `discreet fine-tune` writes into a profile."""

    base: str
    """The sha256 of the weights that it was fitted to; other weights are refused."""
    head: str
    """The layer in base64: 32-bit floats, little-endian, row by row. As private as the texts that it was fitted to."""

    @field_validator("head")
    @classmethod
    def _is_base64(cls, head: str) -> str:
        try:
            size = len(base64.b64decode(head, validate=True))
        except binascii.Error:
            size = 1
        if size % 4:
            raise ValueError("is no base64 of 32-bit floats; run discreet fine-tune again")
        return head

    @classmethod
    def of(cls, base: str, head: npt.NDArray[np.float32]) -> "FineTuned":
        """Encode a layer."""
        return cls(base=base, head=base64.b64encode(head.astype("<f4").tobytes()).decode())

    def layer(self, base: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        """Decode the layer.

        Args:
            base: The sha256 of the weights that it is used with.
            shape: The shape of their own layer.

        Returns:
            The layer.

        Raises:
            DetectionError: It was fitted to other weights, or has another size.
        """
        values = np.frombuffer(base64.b64decode(self.head), "<f4").astype(np.float32)
        if base != self.base or values.size != int(np.prod(shape)) or not np.isfinite(values).all():
            raise DetectionError("fine_tuned: was made for another model; run discreet fine-tune again")
        return values.reshape(shape)
