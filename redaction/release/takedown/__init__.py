"""Takedowns: records are removed from the newest release, and a signed notice reports them to all holders of copies."""

from redaction.release.identity.signing import Signer
from redaction.release.takedown.descendants import Acknowledgement, Descendant, acknowledge, register, unanswered
from redaction.release.takedown.locate import ids_without_notice
from redaction.release.takedown.notice import TakedownError, TakedownNotice, read_chain
from redaction.release.takedown.retire_releases import SupersededReleases, mark_superseded, verify_beside_notices
from redaction.release.takedown.run_takedown import WITHDRAWN, TakedownRequest, TakedownResult, take_down
from redaction.release.takedown.statuses import DescendantKind, Response
from redaction.release.takedown.tombstones import TOMBSTONED, Tombstones

__all__ = [
    "TOMBSTONED",
    "WITHDRAWN",
    "Acknowledgement",
    "Descendant",
    "DescendantKind",
    "Response",
    "Signer",
    "SupersededReleases",
    "TakedownError",
    "TakedownNotice",
    "TakedownRequest",
    "TakedownResult",
    "Tombstones",
    "acknowledge",
    "ids_without_notice",
    "mark_superseded",
    "read_chain",
    "register",
    "take_down",
    "unanswered",
    "verify_beside_notices",
]
