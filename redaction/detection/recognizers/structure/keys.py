"""What the key of a value means, by its normalized words: `dateOfBirth`, `"date_of_birth"`, `DATE-OF-BIRTH`."""

import re
from functools import lru_cache

from redaction.detection.entities import EntityType

_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ABOUT = frozenset(
    [
        "version",
        "type",
        "format",
        "expiry",
        "expires",
        "expiration",
        "issued",
        "issuer",
        "status",
        "count",
        "url",
        "uri",
        "path",
        "file",
        "length",
        "size",
        "pattern",
        "regex",
        "label",
        "required",
        "enabled",
        "valid",
        "verified",
        "field",
        "column",
        "name",
        "title",
        "policy",
        "hint",
        "help",
        "error",
        "message",
        "color",
        "icon",
        "age",
        "index",
        "limit",
        "min",
        "max",
        "ttl",
        "timeout",
    ]
)
"""Last words of keys of values that only describe the thing: `passport_version`."""
_NUMBER = r"(?:id|ids|no|nr|num|number|code|ref|identifier|uuid|guid)"
_MEANINGS = tuple(
    (entity_type, re.compile(pattern))
    for entity_type, pattern in (
        (
            EntityType.DATE_OF_BIRTH,
            r".*(?:dateofbirth|birthdate|birthday|birthdt|dayofbirth|geburtsdatum|geburtstag|datedenaissance"
            r"|fechadenacimiento|fechanacimiento|datadenascimento|datanascimento|datadinascita|datanascita"
            r"|geboortedatum|dob|bday|borndate|bornon)|born|birth",
        ),
        (EntityType.PASSPORT, r".*(?:passport|reisepass|passeport|pasaporte|passaporto|paspoort).*"),
        (
            EntityType.DRIVER_LICENSE,
            rf".*(?:driv(?:er|ers|ing)licen[cs]e|fuehrerschein|rijbewijs).*|(?:.*licen[cs]e|dl){_NUMBER}|dl",
        ),
        (EntityType.EMPLOYEE_ID, rf".*(?:employee|staff|personnel|worker|badge|payroll|emp){_NUMBER}"),
        (EntityType.STUDENT_ID, rf".*(?:student|pupil|enrol?lment|matriculation|matric|roll|ucas){_NUMBER}"),
        (
            EntityType.NATIONAL_ID,
            r".*(?:ssn|socialsecurity|socialinsurance|nationalid|nationalinsurance|nino|aadh?aar|taxid|taxpayerid"
            r"|personalid|identitycard|idcard|citizenid|voterid|medicare|medicaid|insuranceid|personnummer|fodselsnummer"
            rf"|codicefiscale|curp|pesel|steuerid|identitynumber|ausweis|ninumber|nino){_NUMBER}?"
            rf"|(?:pan|nhs|cpf|cnp|bsn|dni|nie|nif|sin|tin|nin|cnic|nric){_NUMBER}?"
            r"|.*(?:user|customer|client|patient|member|membership|account|subscriber|passenger|applicant|guest|policy"
            rf"|policyholder|insured|donor|claimant|beneficiary|person|citizen|resident|credential){_NUMBER}",
        ),
        (EntityType.LICENSE_PLATE, rf".*(?:licen[cs]eplate|numberplate|vehicleplate|platenumber|vrn|vrm){_NUMBER}?"),
        (
            EntityType.PHONE_NUMBER,
            rf".*(?:phone|telephone|mobile|cell|msisdn|whatsapp|fax){_NUMBER}?|tel{_NUMBER}?|.*(?:phone|mobile|tel)"
            r"(?:home|work|office|primary|secondary)",
        ),
        (EntityType.STREET_ADDRESS, r".*(?:street|addressline|addr|address|addressline\d|address\d|street\d|addr\d)"),
        (EntityType.POSTCODE, r".*(?:zip|zipcode|postcode|postalcode|plz|postleitzahl|pincode)"),
        (
            EntityType.PERSON,
            r".*(?:firstname|givenname|lastname|familyname|surname|middlename|fullname|maidenname|customername|clientname"
            r"|patientname|employeename|contactname|cardholder|accountholder|nachname|vorname|prenom|apellidos?|forename)",
        ),
        (EntityType.HANDLE, r".*(?:username|loginname|screenname|nickname|accountname|userlogin|loginid)"),
        (
            EntityType.SECRET,
            r".*(?:password|passwd|passphrase|passcode|passwort|kennwort|wachtwoord|secret|secretkey|apikey|accesskey"
            r"|privatekey|authkey|signingkey|encryptionkey|masterkey|sharedkey|accountkey|apitoken|token|credential"
            r"|credentials|pwd|passkey|cvv2?|cvc2?|securitycode)|(?:.*[_ ])?pass|(?:.*[_ ])?pw"
            r"|(?:.*[_ ])?auth|[a-z]{2,12}pass",
        ),
    )
)


def words_of(key: str) -> list[str]:
    """Split a key at signs and humps, in lower case: `passportNumber`, `passport_number` → passport, number."""
    return [word.lower() for part in re.split(r"[\W_]+", key) for word in _HUMP.findall(part)]


@lru_cache(2048)
def meaning(key: str) -> EntityType | None:
    """Return what the value of a key is; None if it is nothing personal. A key is never a person's value."""
    words = words_of(key)
    if not words or (words[-1] in _ABOUT and words[-2:-1] != ["file"] and not _is_name(words)):
        return None
    joined = "".join(words)
    separated = " ".join(words)
    for entity_type, pattern in _MEANINGS:
        if pattern.fullmatch(joined) or (entity_type == EntityType.SECRET and pattern.fullmatch(separated)):
            return entity_type
    return None


def _is_name(words: list[str]) -> bool:
    return words[-1] == "name"
