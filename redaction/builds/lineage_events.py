"""Tells a lineage server, or a file, that a release was begun, published, or not."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from redaction.builds.context import Build
from redaction.release import Manifest

if TYPE_CHECKING:
    from redaction.release.lineage.openlineage import RunFacts


class Announcer:
    """The OpenLineage events of one run; none are made where `release.openlineage` names no place.

    The client of OpenLineage is imported with the first event: it takes a tenth of a second, and every worker would
    import it too.
    """

    def __init__(self, build: Build, run_id: str) -> None:
        self._settings = build.config.release.openlineage
        self._root = build.config.root
        self._plan = build.plan
        self._run_id = UUID(run_id)

    def begun(self) -> None:
        """The release is being put together. Raises ReleaseError where the event cannot be sent."""
        if self._settings.is_enabled:
            from redaction.release.lineage.openlineage import emit, start_event  # noqa: PLC0415 - see the class

            emit(start_event(self._run, datetime.now(UTC), self._settings.namespace), self._settings, self._root)

    def published(self, manifest: Manifest) -> None:
        """The release can be seen. Raises ReleaseError where the event cannot be sent; the release stays."""
        if self._settings.is_enabled:
            from redaction.release.lineage.openlineage import complete_event, emit  # noqa: PLC0415 - see the class

            event = complete_event(self._run, manifest, datetime.now(UTC), self._settings.namespace)
            emit(event, self._settings, self._root)

    def refused(self) -> None:
        """Nothing was published. Raises ReleaseError where the event cannot be sent."""
        if self._settings.is_enabled:
            from redaction.release.lineage.openlineage import emit, fail_event  # noqa: PLC0415 - see the class

            emit(fail_event(self._run, datetime.now(UTC), self._settings.namespace), self._settings, self._root)

    @property
    def _run(self) -> "RunFacts":
        from redaction.release.lineage.openlineage import RunFacts  # noqa: PLC0415 - see the class

        plan = self._plan
        return RunFacts(run_id=self._run_id, corpus=plan.corpus, as_of=plan.as_of, inputs=plan.inputs)
