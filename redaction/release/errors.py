"""What can go wrong on the way out. Each message is one line: what is wrong, and the mend."""

from redaction.errors import DiscreetError


class ReleaseError(DiscreetError):
    """Anything about a release that the user can mend."""


class ReleaseKeyError(ReleaseError):
    """A key that is missing, too short, or readable by others."""


class StagingError(ReleaseError):
    """A staging that is not there, or that another run has superseded."""


class ManifestError(ReleaseError):
    """A manifest that is unreadable, not in canonical form, or that does not add up."""


class PublishError(ReleaseError):
    """A staging that must not be published."""
