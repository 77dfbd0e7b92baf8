"""What is known of the people of a record before it is read: the values of their profiles."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownValues:
    """Names, addresses and places of a record's author and of those whom it mentions; private data."""

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
        """The values of one row of the canonical `profiles` table."""

        def some(*values: Any) -> tuple[str, ...]:
            return tuple(dict.fromkeys(v.strip() for v in values if isinstance(v, str) and v.strip()))

        experience = profile.get("experience") or ()
        education = profile.get("education") or ()
        return cls(
            full_names=some(profile.get("full_name")),
            given_names=some(profile.get("given_name")),
            family_names=some(profile.get("family_name")),
            handles=some(profile.get("handle")),
            emails=some(*(profile.get("emails") or ())),
            phones=some(*(profile.get("phones") or ())),
            urls=some(profile.get("vanity_url")),
            employers=some(*(item.get("company") for item in experience)),
            schools=some(*(item.get("school") for item in education)),
            locations=some(*(item.get("location") for item in experience)),
        )

    @classmethod
    def union(cls, *values: "KnownValues") -> "KnownValues":
        """All that several people's values hold, each once, in order."""
        return cls(
            **{
                field.name: tuple(dict.fromkeys(v for known in values for v in getattr(known, field.name)))
                for field in fields(cls)
            }
        )
