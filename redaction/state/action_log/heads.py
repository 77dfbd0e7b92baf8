"""The head of the log: a signed note of how many entries there are, and which is the last.

One is beside the log and follows every entry. Another is beside the releases and follows what changes these: who cuts
the log and restores an older head has to change the output too.
"""

from typing import Final

from pydantic import Field

from redaction.release.build_facts import Sha256, VersionText
from redaction.release.identity.signing import SignedDocument
from redaction.release.takedown import Signer
from redaction.state.action_log.entries import NO_DIGEST, Action, ActionLogError
from redaction.state.layout import CorpusPaths
from redaction.storage import StoragePath, is_file, read_bytes, write_atomic

FORMAT: Final = "discreet-log-head/1"
HEAD: Final = "actions-head.json"
OUTPUT_HEAD: Final = ".log-head.json"


class LogHead(SignedDocument):
    """How far the log reaches, and which release was the newest then.

    `entries` are in the first `size` bytes; the last one starts at byte `start` and has the SHA-256 `last`.
    """

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    corpus: str
    entries: int = Field(ge=0)
    start: int = Field(default=0, ge=0)
    size: int = Field(default=0, ge=0)
    last: Sha256
    version: VersionText | None = None
    manifest_sha256: Sha256 | None = None

    def after(self, entry: Action) -> "LogHead":
        """Return the head once an entry is appended, unsigned."""
        end = self.size + len(entry.to_bytes()) + 1
        changed = {"entries": entry.number, "start": self.size, "size": end, "last": entry.digest}
        return self.model_copy(update=changed)


def read_head(path: StoragePath, paths: CorpusPaths, master: bytes) -> LogHead:
    """Read a head; where there is none, that of an empty log. Raises ActionLogError where it was changed."""
    key = Signer(master, paths.corpus).public_key
    if not is_file(path):
        return LogHead(corpus=paths.corpus, entries=0, last=NO_DIGEST, public_key=key)
    head = LogHead.from_signed(read_bytes(path), key)
    if head is None or head.corpus != paths.corpus:
        raise ActionLogError(f"{path}: was changed, or is signed with another key; restore it from a backup")
    return head


def write_head(path: StoragePath, head: LogHead, signer: Signer, mode: int) -> None:
    """Sign a head and write it in one step, with the access rights `mode`."""
    write_atomic(path, head.signed(signer).to_bytes(), mode)
