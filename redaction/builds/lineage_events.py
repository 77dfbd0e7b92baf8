"""Sends OpenLineage events about a release."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from redaction.builds.context import Build
from redaction.release import Manifest


def announce(
    build: Build, run_id: str, state: Literal["START", "COMPLETE", "FAIL"], manifest: Manifest | None = None
) -> None:
    """Announce that a run began to assemble a release, published it (with its manifest), or published nothing.

    Raises:
        ReleaseError: The event cannot be sent. Where `release.openlineage` names no target, nothing is sent.
    """
    plan, settings = build.plan, build.config.release.openlineage
    if not settings.is_enabled:
        return
    # Imported with the first event: the client takes a tenth of a second, and every worker would import it too.
    from redaction.release.lineage import openlineage  # noqa: PLC0415

    run = openlineage.RunFacts(run_id=UUID(run_id), corpus=plan.corpus, as_of=plan.as_of, inputs=plan.inputs)
    event = openlineage.run_event(run, state, datetime.now(UTC), manifest, settings.namespace)
    openlineage.emit(event, settings, build.config.root)
