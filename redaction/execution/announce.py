"""Tells a lineage server, or a file, that a release was begun, published, or not."""

from datetime import UTC, datetime
from uuid import UUID

from redaction.execution.build import Build
from redaction.release import Manifest
from redaction.release.lineage.openlineage import RunFacts, complete_event, emit, fail_event, start_event


class Announcer:
    """The OpenLineage events of one run; none are sent where `release.openlineage` names no place."""

    def __init__(self, build: Build, run_id: str) -> None:
        self._settings = build.config.release.openlineage
        self._root = build.config.root
        self._run = RunFacts(
            run_id=UUID(run_id), corpus=build.plan.corpus, as_of=build.plan.as_of, inputs=build.plan.inputs
        )

    def begun(self) -> None:
        """The release is being put together. Raises ReleaseError where the event cannot be sent."""
        emit(start_event(self._run, datetime.now(UTC), self._settings.namespace), self._settings, self._root)

    def published(self, manifest: Manifest) -> None:
        """The release can be seen. Raises ReleaseError where the event cannot be sent; the release stays."""
        event = complete_event(self._run, manifest, datetime.now(UTC), self._settings.namespace)
        emit(event, self._settings, self._root)

    def refused(self) -> None:
        """Nothing was published. Raises ReleaseError where the event cannot be sent."""
        emit(fail_event(self._run, datetime.now(UTC), self._settings.namespace), self._settings, self._root)
