"""The values that profiles give of the people of a record."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownValues:
    """Personal data of a record's author and of the people it mentions; private data."""

    full_names: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()
    family_names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    employers: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()

    @classmethod
    def from_profile(cls, profile: Mapping[str, Any]) -> "KnownValues":
        """Take the values of one row of the canonical `profiles` table."""

        def stripped(*values: Any) -> tuple[str, ...]:
            return tuple(dict.fromkeys(v.strip() for v in values if isinstance(v, str) and v.strip()))

        experience = profile.get("experience") or ()
        education = profile.get("education") or ()
        return cls(
            full_names=stripped(profile.get("full_name")),
            given_names=stripped(profile.get("given_name")),
            family_names=stripped(profile.get("family_name")),
            handles=stripped(profile.get("handle")),
            emails=stripped(*(profile.get("emails") or ())),
            phones=stripped(*(profile.get("phones") or ())),
            urls=stripped(profile.get("vanity_url")),
            employers=stripped(*(item.get("company") for item in experience)),
            schools=stripped(*(item.get("school") for item in education)),
            locations=stripped(*(item.get("location") for item in experience)),
        )

    @classmethod
    def union(cls, *values: "KnownValues") -> "KnownValues":
        """Join the values of several people, each value once, in order."""
        return cls(
            **{
                field.name: tuple(dict.fromkeys(v for known in values for v in getattr(known, field.name)))
                for field in fields(cls)
            }
        )
