"""What was pruned, so that an interrupted pruning is finished, and a version is never made a second time."""

from datetime import UTC, datetime

from pydantic import ValidationError

from redaction.base_model import FrozenModel, Instant
from redaction.errors import DiscreetError
from redaction.state.layout import CorpusPaths
from redaction.storage import write_atomic

PRUNE_LOG = "pruned.jsonl"


class PruneLogError(DiscreetError):
    """The log cannot be read."""


class Pruned(FrozenModel):
    """One release or private build folder that was removed. `manifest` is the digest of the release's manifest."""

    version: str
    what: str
    removed_at: Instant
    bytes: int
    manifest: str | None = None


def pruned(paths: CorpusPaths) -> tuple[Pruned, ...]:
    """Read the log, oldest entry first. Raises PruneLogError where it cannot be read."""
    file = paths.state / PRUNE_LOG
    try:
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        return tuple(map(Pruned.model_validate_json, lines))
    except (OSError, ValidationError, ValueError):
        raise PruneLogError(f"{file}: cannot be read; restore it") from None


def log_pruned(paths: CorpusPaths, version: str, what: str, size: int, manifest: str | None = None) -> None:
    """Append an entry."""
    entry = Pruned(version=version, what=what, removed_at=datetime.now(UTC), bytes=size, manifest=manifest)
    lines = [each.model_dump_json() for each in (*pruned(paths), entry)]
    write_atomic(paths.state / PRUNE_LOG, "".join(f"{line}\n" for line in lines).encode(), 0o600)
