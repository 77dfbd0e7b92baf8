"""The versions of a corpus: MAJOR.MINOR.PATCH. A removal is always a new MAJOR."""

import re
from dataclasses import dataclass
from typing import Self

from redaction.release.errors import ReleaseError

_FORM = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version, ordered by number. `str()` gives the folder's name."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: "str | Version") -> Self:
        """Reads `1.2.3`; a Version is taken as it is.

        Raises:
            ReleaseError: it has another form.
        """
        match = _FORM.fullmatch(str(text))
        if match is None:
            raise ReleaseError(f"version {str(text)[:40]!r}: write it as MAJOR.MINOR.PATCH, as in 1.0.0")
        return cls(*(int(part) for part in match.groups()))

    def next_major(self) -> "Version":
        """The first version after this one that may lack records which this one has."""
        return Version(self.major + 1, 0, 0)

    def next_minor(self) -> "Version":
        """The version of the next regular build."""
        return Version(self.major, self.minor + 1, 0)

    def __str__(self) -> str:
        """`1.2.3`."""
        return f"{self.major}.{self.minor}.{self.patch}"
