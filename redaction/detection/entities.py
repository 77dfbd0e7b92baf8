"""The words of this room: what is found, where, and why a record could not be looked at."""

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """What a span may be. Presidio's name where Presidio has one.

    A recogniser that a user plugs in may bring types of its own; they pass through under their own name.
    """

    PERSON = "PERSON", "Names of people: whole, in part, initials, in hashtags."
    LOCATION = "LOCATION", "Places: towns, regions, countries, sites."
    ORGANIZATION = "ORGANIZATION", "Companies, schools, authorities."
    HANDLE = "HANDLE", "Names on networks: `@name`, `u/name`, `snap: name`, `name on Discord`."
    EMAIL_ADDRESS = "EMAIL_ADDRESS", "E-mail addresses, plain or in disguise (`jane (at) corp dot com`)."
    PHONE_NUMBER = "PHONE_NUMBER", "Telephone numbers, international and national."
    PROFILE_URL = (
        "PROFILE_URL",
        "Links that point at a person: profiles, calendars, chats, any link with a known handle.",
    )
    IP_ADDRESS = "IP_ADDRESS", "Addresses of hosts, version 4 and 6."
    MAC_ADDRESS = "MAC_ADDRESS", "Hardware addresses."
    IMEI = "IMEI", "Numbers of mobile devices."
    CREDIT_CARD = "CREDIT_CARD", "Payment cards that pass Luhn."
    IBAN_CODE = "IBAN_CODE", "Bank accounts whose check digits hold."
    CRYPTO = "CRYPTO", "Addresses of crypto wallets."
    DATE_OF_BIRTH = "DATE_OF_BIRTH", "Dates beside words for birth."
    AGE = "AGE", "Ages of people."
    DATE_TIME = "DATE_TIME", "Other dates and times."
    STREET_ADDRESS = "STREET_ADDRESS", "Streets with numbers, flats, post boxes, up to postcode and town."
    POSTCODE = "POSTCODE", "Postcodes of a safe form or beside a word for them."
    COORDINATES = "COORDINATES", "Places on the globe, exact to a hundred metres or better."
    LICENSE_PLATE = "LICENSE_PLATE", "Vehicle registrations beside a word for them."
    NATIONAL_ID = "NATIONAL_ID", "National numbers of persons, by check digits and words."
    PASSPORT = "PASSPORT", "Passport numbers behind a word for them."
    DRIVER_LICENSE = "DRIVER_LICENSE", "Numbers of driving licences behind a word for them."
    EMPLOYEE_ID = "EMPLOYEE_ID", "Staff and badge numbers behind a word for them."
    STUDENT_ID = "STUDENT_ID", "Student numbers behind a word for them."
    SECRET = "SECRET", "Keys, tokens, passwords, one-time codes."
    NRP = "NRP", "Nationalities, religious and political groups."

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "EntityType":
        """Hold the documented meaning beside the value, so that there is one place to write it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


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
