import pytest

from redaction.detection.recognizers.addresses.announced import AnnouncedAddressRecognizer
from redaction.detection.recognizers.addresses.streets import AddressRecognizer
from redaction.detection.recognizers.births import BirthRecognizer
from redaction.detection.recognizers.online.links import ProfileLinkRecognizer
from redaction.detection.recognizers.secrets import SecretRecognizer
from tests.detection.recognizers.support import found, hides

ADDRESSES = [
    "12 Elm Street",
    "1600 Pennsylvania Avenue NW",
    "221B Baker Street",
    "350 Fifth Avenue, Suite 3300",
    "742 evergreen terrace",
    "4 Privet Drive, Apt 2B",
    "12 Elm Street, Springfield, IL 62704",
    "PO Box 1234",
    "Hauptstraße 12a",
    "Musterstr. 5, 10115 Berlin",
    "Am Alten Markt 3",
    "Königsallee 60",
    "12 rue de la Paix",
    "24 bis, avenue des Champs-Élysées, 75008 Paris",
    "Calle Mayor 12",
    "C/ Gran Vía, 28, 28013 Madrid",
    "Avenida da Liberdade, 110",
    "Rua das Flores, nº 123",
    "Via Roma 5",
    "Avda. de los Derechos Humanos s/n",
    "Carretera de Toledo, km. 12",
    "Keizersgracht 324",
    "Plot 14 MG Marg".replace("Plot 14", "14"),
]
POSTCODES = ["SW1A 1AA", "EC1A 1BB", "K1A 0B1"]
NO_ADDRESS = [
    "5 great ways to grow",
    "we drove 30 miles down the street",
    "in 2023 the road ahead",
    "10 people on the way",
    "Version 5 Drive support",
    "I have 3 places to go and 2 courts",
    "Ring 5 mal an",
    "it took 2 days via email",
    "M25 5am",
    "IN 2023 WE GREW",
]


@pytest.mark.parametrize("address", ADDRESSES + POSTCODES)
@pytest.mark.parametrize("frame", ["{}", "I live at {}.", "Adresse: {}, merci"])
def test_addresses_are_covered_completely(address: str, frame: str) -> None:
    text = frame.format(address)
    assert hides(AddressRecognizer(), text, address), found(AddressRecognizer(), text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to me at Birkenhof 7a, 10115 Berlin, or drop by.", "Birkenhof 7a, 10115 Berlin"),
        ("Visit me at 12 Long Lane, Leeds LS1 4AB or call +44 20 7946 0958.", "12 Long Lane, Leeds LS1 4AB"),
        ("Mail me at mila@example.com or call +1 202 555 0143 please.", None),
        ("You can find me at Plot 14, Kampala 7 Hills or call 202 555 0143.", "Plot 14, Kampala 7 Hills"),
        ("You can find me at Malecon 85 y Colon 12, text 202 555 0143.", "Malecon 85 y Colon 12"),
        ("You can reach me at work or call 202 555 0143 today.", None),
        ("Reach me at mila@example.com, 202 555 0143.", None),
    ],
)
def test_an_announced_address_holds_no_other_contact(text: str, address: str | None) -> None:
    assert found(AnnouncedAddressRecognizer(), text) == ({address} if address else set())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("zip code 90210", "90210"),
        ("PLZ: 10115", "10115"),
        ("CEP 01310-100", "01310-100"),
        ("pin code 560 001", "560 001"),
    ],
)
def test_postcodes_after_their_word_are_found(text: str, code: str) -> None:
    assert hides(AddressRecognizer(), text, code)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_texts_without_an_address_have_no_finding(text: str) -> None:
    assert not found(AddressRecognizer(), text)


BORN = [
    ("born on 12 March 1985", "12 March 1985"),
    ("DOB: 03/12/1985", "03/12/1985"),
    ("date of birth 1985-03-12", "1985-03-12"),
    ("I was born in 1985", "1985"),
    ("geboren am 12.03.1985", "12.03.1985"),
    ("née le 12 mars 1985", "12 mars 1985"),
    ("nací el 12 de marzo de 1985", "12 de marzo de 1985"),
    ("nascido em 12/03/1985", "12/03/1985"),
    ("my birthday is March 12th", "March 12th"),
    ("I'm 34 years old", "34 years old"),
    ("a 12-year-old girl", "12-year-old"),
    ("aged 45, divorced", "45"),
    ("34 y/o engineer", "34 y/o"),
    ("ich bin 34 Jahre alt", "34 Jahre alt"),
    ("j'ai 34 ans", "34 ans"),
    ("tengo 34 años", "34 años"),
    ("tenho 34 anos", "34 anos"),
    ("my 40th birthday", "40th"),
    ("just turned 40!", "40"),
]


@pytest.mark.parametrize(("text", "value"), BORN)
def test_births_and_ages_with_context_words_are_found(text: str, value: str) -> None:
    assert hides(BirthRecognizer(), text, value), found(BirthRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "today, 12 March 2024, we launch",
        "over 20 years of experience",
        "in 10 years",
        "the company grew 34 percent",
        "desde hace 10 años trabajamos",
        "turned 5% up",
        "page 34",
        "I'm 100% sure",
        "depuis 20 ans en France",
    ],
)
def test_other_dates_and_ranges_of_years_are_not_found(text: str) -> None:
    assert not found(BirthRecognizer(), text)


LINKS = [
    "https://www.linkedin.com/in/jane-doe-123",
    "linkedin.com/in/janedoe",
    "https://de.linkedin.com/in/jane",
    "github.com/janedoe",
    "https://calendly.com/jane-doe/30min",
    "t.me/janedoe",
    "https://x.com/janedoe/status/123",
    "https://medium.com/@jane",
    "https://harbour.example/in/jane",
]


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("frame", ["{}", "see {}.", "({})", "[me]({})"])
def test_links_to_people_are_found(link: str, frame: str) -> None:
    recognizer = ProfileLinkRecognizer(hosts={"harbour.example": ("in/",)})
    assert found(recognizer, frame.format(link)) == {link}


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/in/the-news",
        "https://github.com/features",
        "https://www.linkedin.com/jobs/view/1",
        "https://x.com/search?q=a",
        "https://medium.com/some-publication",
        "and/or",
        "https://harbour.example/about",
    ],
)
def test_other_links_are_not_found(text: str) -> None:
    assert not found(ProfileLinkRecognizer(hosts={"harbour.example": ("in/",)}), text)


SECRETS = [
    ("AKIA" + "IOSFODNN7EXAMPLE", "{}"),
    ("ghp_" + "a1B2" * 9, "{}"),
    ("sk_live_" + "a1B2" * 6, "{}"),
    ("xoxb-" + "123456789012-abcdefABCDEF", "{}"),
    ("AIza" + "a1B2c" * 7, "{}"),
    ("sk-ant-" + "a1B2c" * 7, "{}"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-x", "{}"),
    ("hunter2!", "password: {}"),
    ("Tr0ub4dor&3", "my password is {}"),
    ("s3cret99", "Passwort: {}"),
    ("8842", "PIN: {}"),
    ("993311", "the verification code is {}"),
    ("ab12cd34ef56ab12", "api_key={}"),
    ("abcDEF123456abcDEF", "Authorization: Bearer {}"),
    ("p4ssw0rd", "postgres://admin:{}@db.example.com/x"),
]


@pytest.mark.parametrize(("secret", "frame"), SECRETS)
def test_secrets_are_found(secret: str, frame: str) -> None:
    text = frame.format(secret)
    assert hides(SecretRecognizer(), text, secret), found(SecretRecognizer(), text)


def test_a_private_key_is_covered_to_its_end() -> None:
    kind = "RSA PRIVATE" + " KEY"
    key = f"-----BEGIN {kind}-----\nMIIEow\nabc\n-----END {kind}-----"
    assert hides(SecretRecognizer(), f"here: {key} oops", key)


@pytest.mark.parametrize(
    "text",
    [
        "the secret is consistency",
        "my password is too long to type",
        "token economy: growth",
        "the key is to listen",
        "a secret: nobody knows",
        "pass is valid for 2 days",
        "pin is on the map",
        "task-based-learning-is-the-future-of-work",
    ],
)
def test_texts_about_secrets_have_no_finding(text: str) -> None:
    assert not found(SecretRecognizer(), text)
