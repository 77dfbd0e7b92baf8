"""Sends OpenLineage events about a release: started, published, or refused."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from redaction.builds.context import Build
from redaction.release import Manifest


class Announcer:
    """The OpenLineage events of one run; none are sent where `release.openlineage` names no target."""

    def __init__(self, build: Build, run_id: str) -> None:
        self._settings = build.config.release.openlineage
        self._root = build.config.root
        self._plan = build.plan
        self._run_id = UUID(run_id)

    def begun(self) -> None:
        """Announce that the release is being assembled. Raises ReleaseError where the event cannot be sent."""
        self._emit("START")

    def published(self, manifest: Manifest) -> None:
        """Announce that the release is visible. Raises ReleaseError where the event cannot be sent."""
        self._emit("COMPLETE", manifest)

    def refused(self) -> None:
        """Announce that nothing was published. Raises ReleaseError where the event cannot be sent."""
        self._emit("FAIL")

    def _emit(self, state: Literal["START", "COMPLETE", "FAIL"], manifest: Manifest | None = None) -> None:
        if not self._settings.is_enabled:
            return
        # Imported with the first event: the client takes a tenth of a second, and every worker would import it too.
        from redaction.release.lineage import openlineage  # noqa: PLC0415

        plan = self._plan
        run = openlineage.RunFacts(run_id=self._run_id, corpus=plan.corpus, as_of=plan.as_of, inputs=plan.inputs)
        event = openlineage.run_event(run, state, datetime.now(UTC), manifest, self._settings.namespace)
        openlineage.emit(event, self._settings, self._root)
