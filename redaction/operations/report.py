"""The report and the example rows of a published release, with the state of the release as it is now."""

import hashlib

from redaction.release.card import quoted_examples
from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CARD, REPORT
from redaction.release.registry import release_at
from redaction.release.report.render import with_status
from redaction.release.takedown import verify_beside_notices
from redaction.storage import StoragePath, is_file, read_bytes


def present_examples(folder: StoragePath) -> tuple[str, ...]:
    """Return the redacted rows that the card of a release quotes.

    Args:
        folder: The folder of the release.

    Returns:
        The texts; none if the card has none.

    Raises:
        ReleaseError: A takedown has superseded the release, so one of them may be withdrawn, or the card was changed.
    """
    release = release_at(folder)
    if release.superseded is not None:
        raise ReleaseError(f"a takedown superseded this release; use {release.superseded.replacement}")
    card = read_bytes(folder / CARD)
    expected = next(entry.sha256 for entry in release.manifest.files if entry.path == CARD)
    if hashlib.sha256(card).hexdigest() != expected:
        raise ReleaseError("the card was changed; do not use this release")
    return quoted_examples(card.decode())


def present_report(folder: StoragePath) -> str:
    """Return the report of a release, with a notice if a takedown has superseded it.

    Args:
        folder: The folder of the release.

    Returns:
        The HTML page.

    Raises:
        ReleaseError: The release was changed or withdrawn, or has no report since an older version made it.
    """
    verified = verify_beside_notices(folder)
    if not verified.ok:
        raise ReleaseError(f"{folder}: was changed ({verified.problems[0]}); do not use it")
    mark = verified.superseded
    if mark is not None and mark.withdrawn:
        raise ReleaseError(f"{folder}: was withdrawn, and its report with its rows; use {mark.replacement}")
    if not is_file(folder / REPORT):
        raise ReleaseError(f"{folder}: has no {REPORT}; an older version of Discreet made it")
    html = read_bytes(folder / REPORT).decode()
    if mark is None:
        return html
    return with_status(
        html,
        f"Takedown {mark.takedown} superseded this release: some of its records may no longer be used. "
        f"Use {mark.replacement}.",
    )
