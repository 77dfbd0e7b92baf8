"""What to know of a policy before it is used: whether it was replaced, and whether its sources are still as read."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from redaction.rights.errors import RightsError
from redaction.rights.policy.policy import Policy


def policy_notes(policy: Policy, as_of: datetime, today: date) -> tuple[str, ...]:
    """List in sentences what has changed since a policy was written.

    Args:
        policy: the policy.
        as_of: the instant of a build, for which it may have been replaced.
        today: the day, on which sources may have to be read again.

    Returns:
        The sentences.
    """
    replaced = policy.replaced(as_of)
    due = [
        f"source {name}: must be read again since {source.review_by}: {source.title}"
        for name, source in sorted(policy.sources.items())
        if source.review_by and source.review_by <= today
    ]
    return (*([replaced] if replaced else []), *due)


def source_drift(policy: Policy, name: str, path: Path) -> str | None:
    """Compare a saved document with the one that a policy's rules were read in.

    Args:
        policy: the policy, whose source may have a `sha256`.
        name: the name of the source.
        path: the saved document.

    Returns:
        A sentence if it differs, or if the policy has no digest to compare; None if it is the same, byte for byte.

    Raises:
        RightsError: the policy has no such source, or the document cannot be read.
    """
    source = policy.sources.get(name)
    if source is None:
        known = ", ".join(sorted(policy.sources)) or "none"
        raise RightsError(f"--source: policy {policy.policy_id} has no source {name!r}; it has {known}")
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise RightsError(f"{path}: cannot be read ({error.strerror}); save the document there") from error
    if source.sha256 is None:
        return f"source {name}: has no digest to compare; once its rules are checked, add sha256: {found}"
    if found != source.sha256:
        return f"source {name}: {path} differs from what was read; read it again, then set sha256: {found}"
    return None
