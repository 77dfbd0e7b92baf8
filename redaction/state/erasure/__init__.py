"""What a takedown erases from the private state."""

from redaction.state.erasure.erase import erase
from redaction.state.erasure.rows import ERASED

__all__ = ["ERASED", "erase"]
