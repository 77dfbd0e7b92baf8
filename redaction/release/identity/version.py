"""The versions of a corpus: MAJOR.MINOR.PATCH, as semver orders them. Without a record of the one before: MAJOR."""

from semver import Version

from redaction.release.errors import ReleaseError

__all__ = ["Version", "parse_version"]


def parse_version(text: str | Version) -> Version:
    """Read a version such as `1.2.3`, without a pre-release or build part. Raises ReleaseError for another format."""
    try:
        version = Version.parse(str(text))
    except ValueError:
        version = None
    if version is None or str(version) != str(text) or version.prerelease or version.build:
        raise ReleaseError(f"version {str(text)[:40]!r}: write it as MAJOR.MINOR.PATCH, as in 1.0.0") from None
    return version
