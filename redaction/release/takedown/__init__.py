"""Takedowns: records are removed from the newest release, and a signed notice reports them to all holders of copies."""

from redaction.release.identity.signing import Signer
from redaction.release.takedown.descendants import Acknowledgement, Descendant, acknowledge, register, unanswered
from redaction.release.takedown.locate import ids_without_notice
from redaction.release.takedown.notice import TakedownError, TakedownNotice, read_chain
from redaction.release.takedown.retire_expired import expired_releases, retire_expired
from redaction.release.takedown.retire_releases import (
    SupersededReleases,
    mark_superseded,
    superseded_releases,
    verify_beside_notices,
)
from redaction.release.takedown.run_takedown import (
    WITHDRAWN,
    Removals,
    TakedownRequest,
    TakedownResult,
    find_removals,
    take_down,
)
from redaction.release.takedown.statuses import DescendantKind, Response, cause_of
from redaction.release.takedown.tombstones import TOMBSTONED, Tombstones

__all__ = [
    "TOMBSTONED",
    "WITHDRAWN",
    "Acknowledgement",
    "Descendant",
    "DescendantKind",
    "Removals",
    "Response",
    "Signer",
    "SupersededReleases",
    "TakedownError",
    "TakedownNotice",
    "TakedownRequest",
    "TakedownResult",
    "Tombstones",
    "acknowledge",
    "cause_of",
    "expired_releases",
    "find_removals",
    "ids_without_notice",
    "mark_superseded",
    "read_chain",
    "register",
    "retire_expired",
    "superseded_releases",
    "take_down",
    "unanswered",
    "verify_beside_notices",
]
