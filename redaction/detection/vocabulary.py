"""The words of this room: what is found, where, and why a record could not be looked at."""

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """What a span may be. Presidio's name where Presidio has one.

    A recogniser that a user plugs in may bring types of its own; they pass through under their own name.
    """

    PERSON = "PERSON"
    LOCATION = "LOCATION"
    ORGANIZATION = "ORGANIZATION"
    HANDLE = "HANDLE"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    PHONE_NUMBER = "PHONE_NUMBER"
    PROFILE_URL = "PROFILE_URL"
    IP_ADDRESS = "IP_ADDRESS"
    MAC_ADDRESS = "MAC_ADDRESS"
    IMEI = "IMEI"
    CREDIT_CARD = "CREDIT_CARD"
    IBAN_CODE = "IBAN_CODE"
    CRYPTO = "CRYPTO"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    AGE = "AGE"
    DATE_TIME = "DATE_TIME"
    STREET_ADDRESS = "STREET_ADDRESS"
    POSTCODE = "POSTCODE"
    COORDINATES = "COORDINATES"
    LICENSE_PLATE = "LICENSE_PLATE"
    NATIONAL_ID = "NATIONAL_ID"
    PASSPORT = "PASSPORT"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    EMPLOYEE_ID = "EMPLOYEE_ID"
    STUDENT_ID = "STUDENT_ID"
    SECRET = "SECRET"  # noqa: S105
    NRP = "NRP"


class DetectionReason(StrEnum):
    """Why a record is dropped by this room: what cannot be looked at is never passed on."""

    LANGUAGE_UNKNOWN = "language_unknown"
    """No language could be told from the text, and none was declared that is plausible."""
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    """The text, or a good part of it, is in a language that the settings name no detection for."""
    DETECTION_FAILED = "detection_failed"
    """A recogniser raised or ran out of its time on this record."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `[start, end)` of the original text that hold personal data."""

    start: int
    end: int
    entity_type: str
    score: float
    recognizer: str


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language of a record (BCP 47 primary tag), or None and the reason why there is none."""

    language: str | None
    score: float
    reason: DetectionReason | None = None
