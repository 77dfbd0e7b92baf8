"""Test more formats of values that recognizers find; each value must be covered completely, and nothing else."""

import pytest

from redaction.detection import Detector

EMAILS = [
    "jane[@]corp[.]com",
    "jane /at/ corp /dot/ com",
    "jane.doe at-sign corp dot com",
    "jane (at sign) corp (dot) com",
    "janeDOTdoeATcorpDOTcom",
    "jane%40corp.com",
    "jane@corp,com",
    "jane at gmail,com",
    "janedoe99 at yahoo",
    "jane chez corp point fr",
    '"jane doe"@corp.com',
    "jane at the rate gmail dot com",
    "jane «at» corp «dot» com",
    "jane‹at›corp‹dot›com",
]
HANDLES = [
    ("IG {}", "jane_doe99"),
    ("telegram {}", "janedoe99"),
    ("find me on twitter as {}", "janedoe99"),
    ("skype {}", "live:jane.doe_1"),
    ("my github handle is {}", "janedoe"),
    ("on insta ({})", "jane_doe22"),
    ("add {} on snapchat", "jane.doe99"),
    ("RT{}: hi", "@janedoe"),
    ("username: {}", "jane.d99"),
    ("on bluesky I'm {}", "jane.bsky.social"),
    ("my cash app is {}", "$janedoe"),
    ("tip me: {}", "$jane-doe9"),
]
SECRETS = [
    ("pw: {}", "Tr0ub4dor&3"),
    ("pass = '{}'", "correct horse battery"),
    ("recovery code: {}", "ABCD-1234-EFGH"),
    ("login jane / {}", "Winter2024!"),
    ("your code is {}", "839201"),
    ("secret key {}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("seed phrase: {}", "witch collapse practice feed shame open despair creek road again ice least"),
    ("pwd:{}", "letmein"),
    ("wachtwoord: {}", "fiets2020"),
]
ADDRESSES = [
    ("{}", "Rua Augusta, 1500 - Apto 32, São Paulo - SP, 01304-001"),
    ("{}", "No. 12, 3rd Cross, Indiranagar, Bengaluru 560038"),
    ("{}", "ul. Marszałkowska 10/12, 00-590 Warszawa"),
    ("{}", "Av. Corrientes 1234, C1043AAZ Buenos Aires"),
    ("{}", "Kungsgatan 12 B"),
    ("my new address: {}. door open", "eje vial nayarit 876 interior 686, 69946 puebla"),
    ("send swag to {}.", "269 amy shores, taipei 01475"),
    ("पता: {}", "95/69, Gopal Circle, Chennai 066705"),
    ("Jane Doe\n{}\nmail", "053 Aaron Court Apt. 823, Raleigh 48954"),
]
OTHERS = [
    ("Book me: {}", "https://meet.example/jane-doe-82/30min"),
    ("via {} now", "harbour.example/in/jane-doe"),
    ("I keep the badge ({}) as a souvenir", "E-67447"),
    ("PLEASE RETURN THE VAN WITH PLATE {}.", "ZVK-1782"),
    ("Parked outside: {}, lights on", "GHW-6083"),
    ("jane@corp.example or {}.", "8129 2839"),
    ("ping {} later", "+ 44 7400123456"),
    ("ping {} later", "+34 (0) 61 2345678"),
    ("at {} I still learn", "56"),
    ("cf: {}", "RCC MNL 83S18 D969H"),
    ("the hut is at {}", "40°26′46″N 79°58′56″W"),
    ("the hut is at {}", "N 40° 26.767' W 079° 58.933'"),
    ("chat: {}", "fb.me/janedoe"),
    ("my runs: {}", "https://www.strava.com/athletes/1234567"),
]
HARMLESS = [
    "We send 300 letters to 20 towns, over 12000 in all",
    "We moved to 3 offices and hired 2000 people, in 2019",
    "the code is 2000 lines long, see section 4.2.1",
    "a password manager is a must; passwords are dead",
    "She works at home, the office is at capacity",
    "Our telegram channel has news from 2024 and 2025",
    "called in at 99 percent, read https://example.com/blog/2024/a-good-post",
    "we are at 5 of 12 now and in 2019 Acme sold 300 Units",
    "see the dot on the map; bienvenue à Paris, chez nous",
    "Signal to noise is 3.5, twitter is down, steam engines of 1820",
    "login required / registration optional",
    "$ACME rose 3 % and $INIT fell",
    "it is 20° outside, 5' from the N wall",
]


def _hidden(rules: Detector, text: str, piece: str) -> None:
    (spans,) = rules.detect([text], ["en"])
    start = text.index(piece)
    assert [(s.start, s.end) for s in spans if s.start < start + len(piece) and s.end > start] == [
        (start, start + len(piece))
    ], spans


@pytest.mark.parametrize("written", EMAILS)
def test_disguised_email_addresses_are_found(rules: Detector, written: str) -> None:
    _hidden(rules, f"drop a line to {written}", written)


@pytest.mark.parametrize(("frame", "piece"), [*HANDLES, *SECRETS, *ADDRESSES, *OTHERS])
def test_values_are_covered_completely_and_nothing_else(rules: Detector, frame: str, piece: str) -> None:
    _hidden(rules, frame.format(piece), piece)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_texts_have_no_finding(rules: Detector, text: str) -> None:
    assert rules.detect([text], ["en"]) == [()]
