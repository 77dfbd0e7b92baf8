"""`discreet verify`: has anything in this release changed, and is it still current?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Self

import typer
from pydantic import ConfigDict

from pipelines.cli.arguments import AsJson, ReleaseText, release_path
from pipelines.cli.terminal import say, say_json
from redaction.base_model import FrozenModel, Instant
from redaction.release.takedown import verify_beside_notices
from redaction.release.verify import VerifyReport
from redaction.wording import counted, listed


class VerifyAnswer(FrozenModel):
    """Whether a release is as it was published, what was checked, and whether a takedown superseded it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    release: str
    """The folder or URI that was checked."""
    corpus: str | None
    """The corpus, as the manifest names it; null if there is no readable manifest."""
    version: str | None
    """The version, as the manifest names it."""
    unchanged: bool
    """Whether every check passed."""
    problems: tuple[str, ...]
    """Each problem, starting with the path of a file."""
    files: int
    """How many files were compared with the manifest, the manifest itself and the mark included."""
    rows: int
    """How many rows the release has; 0 if it is withdrawn."""
    signatures: int
    """How many signatures were checked: of the mark, and of the takedown notices beside the release."""
    superseded: bool
    """Whether a takedown superseded the release."""
    withdrawn: bool
    """Whether its rows were removed."""
    takedown: str | None
    """The takedown that superseded it."""
    replacement: str | None
    """The version to use instead."""
    expires_at: Instant | None
    """When its retention ends; null if it does not."""
    expired: bool
    """Whether its retention is over."""

    @classmethod
    def of(cls, release: str, report: VerifyReport) -> Self:
        """Answer from the report of a verification."""
        mark = report.superseded
        return cls(
            release=release,
            corpus=report.corpus,
            version=report.version,
            unchanged=report.ok,
            problems=report.problems,
            files=report.files,
            rows=report.rows,
            signatures=report.signatures,
            superseded=mark is not None,
            withdrawn=mark is not None and mark.withdrawn,
            takedown=mark.takedown if mark else None,
            replacement=mark.replacement if mark else None,
            expires_at=report.expires_at,
            expired=report.expires_at is not None and report.expires_at <= datetime.now(UTC),
        )

    @property
    def use(self) -> str:
        """What to use instead, in words."""
        return self.replacement or "no release"

    def lines(self) -> Iterator[str]:
        """Yield the answer in words, the verdict first."""
        name = f"{self.corpus} {self.version}" if self.corpus else self.release
        if not self.unchanged:
            yield f"Not as published: {name} has {counted(len(self.problems), 'problem')}. Do not use it; get it again."
            yield from self.problems
            return
        if self.withdrawn:
            yield f"Withdrawn: takedown {self.takedown} superseded {name}, its rows are gone; use {self.use}."
        else:
            yield f"Unchanged: {name} is as it was published."
        parts = [counted(self.files, "file"), counted(self.rows, "row")]
        parts += [counted(self.signatures, "signature")] if self.signatures else []
        contents = "the remaining files" if self.withdrawn else "schema, ids and counts"
        yield f"Checked: {listed(parts)}; every byte by SHA-256, {contents} against the manifest."
        if self.superseded and not self.withdrawn:
            yield f"Superseded: takedown {self.takedown} removed records that it still holds; use {self.use}."
        if self.expired and self.expires_at:
            yield f"Expired: its retention ended on {self.expires_at:%Y-%m-%d}; stop using it."


def verify(
    release: ReleaseText,
    public_key: Annotated[
        str | None, typer.Option(help="The key that must have signed takedowns: 64 hex digits.", show_default=False)
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Fail where a takedown has superseded the release or it has expired, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check hashes, counts and schema of a release, offline. Exit code 1 and a line for each problem if any differs."""
    answer = VerifyAnswer.of(release, verify_beside_notices(release_path(release), public_key))
    if as_json:
        say_json(answer)
    else:
        for number, line in enumerate(answer.lines()):
            say(line, style="" if number else "bold")
    raise typer.Exit(int(not answer.unchanged or (current and (answer.superseded or answer.expired))))
