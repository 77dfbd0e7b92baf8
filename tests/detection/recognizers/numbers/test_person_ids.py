"""Identifiers of people of any issuer: by form or beside a word for an identity; not those of things."""

import pytest

from redaction.detection.recognizers.numbers.person_ids import PersonIdRecognizer
from tests.detection.recognizers.support import found

RECOGNIZER = PersonIdRecognizer()


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("member MBR-0048213 renewed", "MBR-0048213"),
        ("user U48213377 logged in from the app", "U48213377"),
        ("the client CL-4821337 called", "CL-4821337"),
        ("patient P0048213 was seen on Monday", "P0048213"),
        ("account AC-48213377 is locked", "AC-48213377"),
        ("ref HX482133B for the visa", "HX482133B"),
        ("KX4821337 is my membership", "KX4821337"),
        ("C01X00T471 is the passport of my wife", "C01X00T471"),
        ("my credentials GB-ID-4821337 were shared", "GB-ID-4821337"),
        ("running on ES-ID-7654321 again", "ES-ID-7654321"),
        ("US-DL-482133771 expired", "US-DL-482133771"),
        ("passport scans, the last being from a trip in spring when all went well: K1829374", "K1829374"),
        ("ticket INC0048213 of member MBR-0048213", "MBR-0048213"),
    ],
)
def test_identifiers_of_people_are_found(text: str, identifier: str) -> None:
    assert found(RECOGNIZER, text) == {identifier}


@pytest.mark.parametrize(
    "text",
    [
        "error E4821337 and code ERR-482133 for a user",
        "the customer opened ticket INC0048213",
        "client build AB1234567 failed; user manual UM4821337",
        "part AX-4821-3377 and SKU CUST-4821337 for a customer",
        "git commit 9f2c1ab4821337 by a user",
        "resource 110bcd25-a55d-453a-8046-1297901ea002 of the user",
        "the client uses ISBN 978-1-4028-9462-6 and DOI 10.1000/482133",
        "see arXiv 2106.09685v2, patient readers",
        "user agent Mozilla5.0.482133 and version v1.2.482133",
        "the coupon SAVE482133 for every member",
        "trial NCT04821337 with 48 patients",
        "AB-CD-4821337 is a bearing, XX-ID-4821337 is none",
        "CVE-2024-482133 affects users",
        "Reference: HR-2024-1178",
        "a user wrote. AB4821337 is a bearing",
        "customers bought 4821337 units, 12 per client",
        "the client sends 0x4821337aaaa and Zk38fjQm2LxP0v55",
    ],
)
def test_identifiers_of_things_are_left(text: str) -> None:
    assert found(RECOGNIZER, text) == set()
