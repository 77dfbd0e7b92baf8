"""Entity types, spans, and the reasons why detection drops a record."""

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """The type of a span, in Presidio's name if Presidio has the type.

    Recognizers that users add may report types of their own; these are passed through.
    """

    PERSON = "PERSON", "Names of people: full, partial, initials, in hashtags."
    LOCATION = "LOCATION", "Locations: towns, regions, countries, sites."
    ORGANIZATION = "ORGANIZATION", "Companies, schools, authorities."
    HANDLE = "HANDLE", "Names on networks: `@name`, `u/name`, `snap: name`, `name on Discord`."
    EMAIL_ADDRESS = "EMAIL_ADDRESS", "E-mail addresses, plain or obfuscated (`jane (at) corp dot com`)."
    PHONE_NUMBER = "PHONE_NUMBER", "Phone numbers, international and national."
    PROFILE_URL = (
        "PROFILE_URL",
        "Links to a person: profiles, calendars, chats, any link with a known handle.",
    )
    IP_ADDRESS = "IP_ADDRESS", "IP addresses, version 4 and 6."
    MAC_ADDRESS = "MAC_ADDRESS", "Hardware addresses."
    IMEI = "IMEI", "Serial numbers of mobile devices."
    CREDIT_CARD = "CREDIT_CARD", "Payment card numbers with a valid Luhn check digit."
    IBAN_CODE = "IBAN_CODE", "Bank account numbers: IBANs with valid check digits, others after a word for them."
    CRYPTO = "CRYPTO", "Addresses of crypto wallets."
    DATE_OF_BIRTH = "DATE_OF_BIRTH", "Dates next to a word for birth."
    AGE = "AGE", "Ages of people."
    DATE_TIME = "DATE_TIME", "Other dates and times."
    STREET_ADDRESS = "STREET_ADDRESS", "Streets with house numbers, apartments, PO boxes, up to postcode and town."
    POSTCODE = "POSTCODE", "Postcodes in an unambiguous format or next to a word for them."
    COORDINATES = "COORDINATES", "Geographic coordinates, exact to a hundred meters or better."
    LICENSE_PLATE = "LICENSE_PLATE", "Vehicle registrations next to a word for them."
    NATIONAL_ID = "NATIONAL_ID", "National numbers of persons, by check digits and context words."
    PASSPORT = "PASSPORT", "Passport numbers after a word for them."
    DRIVER_LICENSE = "DRIVER_LICENSE", "Numbers of driving licenses after a word for them."
    EMPLOYEE_ID = "EMPLOYEE_ID", "Staff and badge numbers after a word for them."
    STUDENT_ID = "STUDENT_ID", "Student numbers after a word for them."
    SECRET = "SECRET", "Keys, tokens, passwords, one-time codes."
    NRP = "NRP", "Nationalities, religious and political groups."

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "EntityType":
        """Store the documented meaning with the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class DetectionReason(StrEnum):
    """Why detection drops a record; a text that cannot be analyzed is never released."""

    LANGUAGE_UNKNOWN = "language_unknown"
    """The language of the text is unclear, and no plausible language is declared."""
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    """The text, or a large part of it, is in a language that the profile does not support."""
    DETECTION_FAILED = "detection_failed"
    """A recognizer failed or timed out on this record."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `[start, end)` of the original text that are personal data."""

    start: int
    end: int
    entity_type: str
    score: float
    recognizer: str


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language of a text (BCP 47 primary tag), or None and the reason why it has none.

    `unsupported` is the language of a text, or of the largest part of it that could not be analyzed, where the profile
    does not support it.
    """

    language: str | None
    score: float
    reason: DetectionReason | None = None
    unsupported: str | None = None
