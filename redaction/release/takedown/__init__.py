"""What is taken back, and how everyone downstream hears of it."""

from redaction.release.identity.signing import Signer
from redaction.release.takedown.descendants import (
    Acknowledgement,
    Descendant,
    acknowledge,
    acknowledgements,
    descendants,
    register,
    unanswered,
)
from redaction.release.takedown.locate import LOCATED, locate, untold
from redaction.release.takedown.notice import TakedownError, TakedownNotice, read_chain
from redaction.release.takedown.retire_releases import Settled, settle, superseded, verify_beside_notices
from redaction.release.takedown.statuses import Cause, DescendantKind, Response
from redaction.release.takedown.takedown import WITHDRAWN, Order, Outcome, take_down
from redaction.release.takedown.tombstones import TOMBSTONED, Tombstones

__all__ = [
    "LOCATED",
    "TOMBSTONED",
    "WITHDRAWN",
    "Acknowledgement",
    "Cause",
    "Descendant",
    "DescendantKind",
    "Order",
    "Outcome",
    "Response",
    "Settled",
    "Signer",
    "TakedownError",
    "TakedownNotice",
    "Tombstones",
    "acknowledge",
    "acknowledgements",
    "descendants",
    "locate",
    "read_chain",
    "register",
    "settle",
    "superseded",
    "take_down",
    "unanswered",
    "untold",
    "verify_beside_notices",
]
