"""Errors of releases. Each message is one line: what is wrong, and how to fix it."""

from redaction.errors import DiscreetError


class ReleaseError(DiscreetError):
    """A problem with a release that the user can fix."""


class ReleaseKeyError(ReleaseError):
    """A key is missing, too short, or readable by others."""


class StagingError(ReleaseError):
    """A staging does not exist, or another run has superseded it."""


class ManifestError(ReleaseError):
    """A manifest is unreadable, not in canonical form, or does not add up."""


class PublishError(ReleaseError):
    """A staging must not be published."""
