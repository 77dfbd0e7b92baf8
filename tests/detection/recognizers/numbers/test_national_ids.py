import random

import pytest

from redaction.detection.recognizers.numbers.document_numbers import NumberedDocumentRecognizer
from redaction.detection.recognizers.numbers.national_id_formats import IDENTITIES
from redaction.detection.recognizers.numbers.national_ids import _RUN, NationalIdRecognizer, _runs
from tests.detection.recognizers.support import found, hides

NUMBERS = [
    ("AR", "20-05536168-2"),
    ("AT", "1237 010180"),
    ("BE", "85.07.30-033 28"),
    ("BE", "85073003328"),
    ("BG", "7523169263"),
    ("BR", "390.533.447-05"),
    ("BR", "39053344705"),
    ("CA", "123-456-782"),
    ("CH", "756.9217.0769.85"),
    ("CL", "12.531.909-2"),
    ("CN", "360426199101010071"),
    ("CZ", "710319/2745"),
    ("DE", "36 574 261 809"),
    ("DK", "211062-5629"),
    ("EE", "36805280109"),
    ("ES", "54362315K"),
    ("ES", "X-2482300W"),
    ("FI", "131052-308T"),
    ("FR", "2 95 10 99 126 111 93"),
    ("GB", "AB 12 34 56 C"),
    ("GB", "943 476 5870"),
    ("GR", "01013099997"),
    ("HR", "33392005961"),
    ("IE", "6433435F"),
    ("IL", "3933742-3"),
    ("IN", "2341 2341 2346"),
    ("IN", "ACUPA7085R"),
    ("IT", "RCCMNL83S18D969H"),
    ("KR", "971013-9019902"),
    ("LT", "33309240064"),
    ("MX", "BOXW310820HNERXN09"),
    ("NL", "111222333"),
    ("NO", "151086 95088"),
    ("PL", "44051401359"),
    ("PT", "501964843"),
    ("RO", "1630615123457"),
    ("SE", "880320-0016"),
    ("SG", "S1234567D"),
    ("SI", "0101006500006"),
    ("TH", "7100600445635"),
    ("TR", "17291716060"),
    ("TW", "A123456789"),
    ("US", "536-90-4399"),
    ("ZA", "7503305044089"),
]
FRAMES = ["my id number is {}", "National ID: {}", "tax id {}.", "Steuernummer/ID: {}", "social security no {}"]


@pytest.mark.parametrize(("country", "number"), NUMBERS)
@pytest.mark.parametrize("frame", FRAMES)
def test_numbers_near_a_general_word_are_found(country: str, number: str, frame: str) -> None:
    text = frame.format(number)
    assert hides(NationalIdRecognizer(), text, number), (country, found(NationalIdRecognizer(), text))


@pytest.mark.parametrize("identity", [i for i in IDENTITIES if i.names], ids=lambda i: f"{i.country}-{i.check}")
def test_every_number_near_its_own_name_is_found(identity) -> None:
    recognizer = NationalIdRecognizer()
    number = next((n for c, n in NUMBERS if c == identity.country and _fits(identity, n)), None)
    if number is None:
        pytest.skip("no sample of this one in the table")
    text = f"{identity.names[0].replace(chr(92), '').replace('?', '')}: {number}"
    assert hides(recognizer, text, number), text


def _fits(identity, number: str) -> bool:
    import re

    from redaction.detection.recognizers.numbers.national_id_formats import is_valid

    compact = re.sub(r"[ ./-]", "", number)
    value = number if identity.check == "fi.hetu" else compact
    return re.fullmatch(identity.shape, value) is not None and is_valid(identity, value)


def test_at_least_twenty_five_countries_are_in_the_table() -> None:
    assert len({country for country, _ in NUMBERS}) >= 25


def test_random_numbers_without_a_context_word_are_not_found() -> None:
    """Prices, years, counts, codes: under one hit in ten thousand words, the weak check digits included."""
    rng = random.Random(7)
    words = [
        "we",
        "sold",
        "units",
        "in",
        "the",
        "quarter",
        "and",
        "revenue",
        "rose",
        "to",
        "about",
        "from",
        "last",
        "year",
        "order",
        "code",
    ]
    makers = [
        lambda: str(rng.randint(1, 99_999)),
        lambda: f"{rng.randint(1, 999)},{rng.randint(0, 999):03d}",
        lambda: str(rng.randint(1990, 2030)),
        lambda: f"{rng.randint(10**7, 10**11)}",
        lambda: f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{rng.randint(1990, 2030)}",
    ]
    text = [rng.choice(makers)() if rng.random() < 0.05 else rng.choice(words) for _ in range(40_000)]
    hits = found(NationalIdRecognizer(), " ".join(text)) | found(NumberedDocumentRecognizer(), " ".join(text))
    assert len(hits) <= 4, len(hits)


NUMBERED = [
    ("passport number is {}", "X1234567"),
    ("Passport No. {}", "123456789"),
    ("Reisepass-Nr. {}", "C01X00T47"),
    ("passeport n° {}", "12AB34567"),
    ("pasaporte: {}", "AAB123456"),
    ("my driver's license is {}", "D123-4567-8901"),
    ("DL number {}", "S514-7789-2345"),
    ("Führerschein {}", "B072RRE2I55"),
    ("employee ID: {}", "E-20391"),
    ("employee number {}", "004512"),
    ("staff no {}", "99812"),
    ("Personalnummer {}", "00123456"),
    ("matricule employé: {}", "A45789"),
    ("student ID {}", "s1234567"),
    ("Matrikelnummer: {}", "3141592"),
    ("badge #{}", "44871"),
    ("policy number is {}", "PN-88 1234 567"),
    ("NHC: {}", "2569870"),
    ("CIPA: {}", "nhc-150679"),
    ("NASS: {}", "28 32453234 98"),
    ("Médico: Iria Castro  NºCol:  {}", "28 28 20943"),
    ("Episodio: {}", "2345678"),
]


@pytest.mark.parametrize(("frame", "value"), NUMBERED)
def test_codes_after_their_context_word_are_found(frame: str, value: str) -> None:
    text = frame.format(value) + ", thanks"
    assert hides(NumberedDocumentRecognizer(), text, value), found(NumberedDocumentRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "published in 2019 by the public library",
        "the passport office opens at 9",
        "student numbers rose by 1200",
        "our staff of 250 people",
        "employee number one is culture",
        "a badge of honour, 2023",
        "the policy of 2021",
        "license MIT, version 2.0.14",
        "el episodio 1204 de la serie",
        "un col 2500 gramos",
    ],
)
def test_context_words_without_a_value_have_no_finding(text: str) -> None:
    assert not found(NumberedDocumentRecognizer(), text)
    assert not found(NationalIdRecognizer(), text)


def test_a_number_that_its_validator_cannot_read_is_found() -> None:
    """A county that the table lacks makes the library fail."""
    assert "110094199001010013" in found(NationalIdRecognizer(), "my national id is 110094199001010013")


def test_sequences_around_digits_are_all_sequences_with_digits() -> None:
    draw = random.Random(3)
    words = ("1", "22", "333", "4", "A", "AB", "USA", "abc", " ", " ", *"./()+-,é@_\n")
    for _ in range(20_000):
        text = "".join(draw.choice((*words, "x" * 19, "Q" * 6 + " ", "٣", "((((")) for _ in range(draw.randrange(40)))
        whole = [run.span() for run in _RUN.finditer(text) if is_long(run.group())]
        assert [run.span() for run in _runs(text) if is_long(run.group())] == whole, text


def is_long(run: str) -> bool:
    return len(run) >= 7 and sum(c.isdigit() for c in run) >= 4
