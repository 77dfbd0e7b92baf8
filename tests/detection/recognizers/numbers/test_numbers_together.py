"""All numbers of a line are read together: what is a person's is hidden, and its neighbors are not."""

import time

import pytest

from redaction.detection.recognizers.numbers.cover import Reading, best_cover
from redaction.detection.recognizers.numbers.phones import REGIONS_OF_LANGUAGE
from redaction.detection.recognizers.numbers.recognizer import NumberRecognizer
from redaction.detection.recognizers.numbers.spoken import SpokenNumberRecognizer
from tests.detection.recognizers.support import found, hides

CARDS = ("4012 8888 8888 1881", "5105-1051-0510-5100", "378282246310005", "3782 822463 10005", "6011000990139424")
PHONES = ("212 555 0147", "(303) 555-0162", "07700 900331", "98450 12345", "+49 30 901820", "020 7946 0321")
BESIDE_A_CARD = ("08/29", "731", "2207", "exp 11/28", "0829")
BESIDE_A_PHONE = ("14:45", "2025-03-18", "18.03.2025", "9am-5pm", "3.", "2)", "at 7:30 pm")


@pytest.fixture(scope="module")
def numbers() -> NumberRecognizer:
    return NumberRecognizer(regions=("US", "GB", "IN", *REGIONS_OF_LANGUAGE["en"]))


@pytest.mark.parametrize("first", CARDS)
@pytest.mark.parametrize("second", CARDS)
@pytest.mark.parametrize("between", [" ", " / ", "\n", ", ", "|", ";"])
def test_cards_beside_each_other_are_found(numbers: NumberRecognizer, first: str, second: str, between: str) -> None:
    text = f"my cards: {first}{between}{second} thanks"
    assert hides(numbers, text, first), found(numbers, text)
    assert hides(numbers, text[text.index(second) - 1 :], second), found(numbers, text)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("beside", BESIDE_A_CARD)
def test_a_card_is_found_beside_its_expiry_and_code(numbers: NumberRecognizer, card: str, beside: str) -> None:
    text = f"the visa is {card} {beside} ok"
    assert hides(numbers, text, card), found(numbers, text)


@pytest.mark.parametrize("first", PHONES)
@pytest.mark.parametrize("second", PHONES)
@pytest.mark.parametrize("between", [" ", " / ", ", ", "\n", " - ", " or "])
def test_phones_beside_each_other_are_found(numbers: NumberRecognizer, first: str, second: str, between: str) -> None:
    text = f"call {first}{between}{second} please"
    assert hides(numbers, text, first), found(numbers, text)
    assert hides(numbers, text, second), found(numbers, text)


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("beside", BESIDE_A_PHONE)
def test_a_phone_is_found_beside_times_dates_and_list_numbers(
    numbers: NumberRecognizer, phone: str, beside: str
) -> None:
    for text in (f"on {beside} {phone} rang", f"the number {phone} {beside} answers"):
        assert hides(numbers, text, phone), (text, found(numbers, text))


def test_the_time_beside_a_phone_stays(numbers: NumberRecognizer) -> None:
    assert found(numbers, "at 14:45 07700 900331 rang") == {"07700 900331"}


@pytest.mark.parametrize(
    "label", ["Tel.", "Mob.", "Ph.", "Ph.No.", "Phone:", "phone=", "tel:", "Mobile-", "电话", "тел"]
)
@pytest.mark.parametrize("phone", ["07700900331", "020 7946 0321", "9845012345"])
def test_a_phone_is_found_right_behind_its_label(numbers: NumberRecognizer, label: str, phone: str) -> None:
    text = f"{label}{phone} for help"
    assert hides(numbers, text, phone), found(numbers, text)


OTHERS = [
    "seen at 1733011200 and 1733011200123",
    '{"product_id": 2125550147, "updated_at": 1755302400}',
    "03/27 08:15:42 WARN slow",
    "11/02 09:00:00 INFO ok; 12/24 18:30:00 done",
    "job eu-batch-20270912-07 and hosted-20260101-11 failed",
    "backup_20270912_0415.tar.gz, nightly-20270912-02, OPS-21255501",
    "serial number SN-59210483, part PN-4821-9931, order 114-5527710-2201934",
    "driver 531.18.10.2 and Chrome/126.0.6478.61, v2026.11.30",
    "doi 10.1093/bioinformatics/btz682 and 10.1038/s41586-020-2649-2, arXiv:1706.03762",
    "loss 0.318827361 at step 240000, ratio 51112222.11112222, score 98.87651234",
    "parcel 21-3097752.000, norm 153098762000",
    "sales grew by +200 000 000, +14 345 678 of it abroad",
    "population 3 212 555 014, distance 149 600 000 km",
    "it costs 2.350.000,00 EUR or $1,250,300.50, £2 125 550 147",
    "on 2027/03/18 14:45 and 18/03/2027 07:15",
    "https://shop.example/item/2125550147?sku=4820",
    "https://blog.example/posts/why-we-moved-2125550147ab",
    "volume 61234567-5155-4018-9212-515550182122 is full",
    "digest 5f1c4539148803436467e2d09ab17c66",
    "10.5, 20.25, 30.125 and 1.2.3.4.5",
    "video id: 45678912, playlist id 51417722",
    "Ids of the three rows: 7041177, 7052943",
    "the customer segment ID 23456789 grew",
    "scale 1:25000, 16:9, 00:00:12.500",
    "ISBN 0-19-852663-6 or 978-0-262-03384-8",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_stay(numbers: NumberRecognizer, text: str) -> None:
    assert not found(numbers, text)


PERSONAL = [
    ("my ID: 345-67-8912 ok", "345-67-8912"),
    ("the id of the patient is 345-67-8912", "345-67-8912"),
    ("user id 345-67-8912", "345-67-8912"),
    ("phone_4155550182.txt", "4155550182"),
    ("https://shop.example/?phone=4155550182", "4155550182"),
    ("on 2027-03-18 212-555-0147 rang", "212-555-0147"),
    ("+61 491 570 156 is mine", "+61 491 570 156"),
    ("my ssn 号码345-67-8912 leaked", "345-67-8912"),
    ("карта4012888888881881 blocked", "4012888888881881"),
    ("order paid with card 4012888888881881", "4012888888881881"),
]


@pytest.mark.parametrize(("text", "value"), PERSONAL)
def test_numbers_of_persons_are_found_among_others(numbers: NumberRecognizer, text: str, value: str) -> None:
    assert hides(numbers, text, value), found(numbers, text)


SPOKEN = [
    "seven one eight five five five zero one four two",
    "oh seven seven double oh nine hundred".replace(" hundred", " zero zero one two three"),
    "null eins sieben eins fünf fünf fünf null drei",
    "cero seis uno dos cinco cinco nueve ocho",
    "zéro six trois neuf neuf huit un deux trois quatre",
    "nine-one-nine five five five-zero one seven three",
]


@pytest.mark.parametrize("spoken", SPOKEN)
def test_numbers_spelled_out_are_found(spoken: str) -> None:
    text = f"my number is {spoken}, call me"
    assert hides(SpokenNumberRecognizer(), text, spoken), found(SpokenNumberRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "one two three four five six seven eight nine",
        "ten nine eight seven six five four three two one",
        "one by one, two by two, one of seven or eight",
        "two or three, four or five, six or seven",
        "one one one one one one one one",
    ],
)
def test_counting_is_no_number(text: str) -> None:
    assert not found(SpokenNumberRecognizer(), text)


def test_the_cover_prefers_what_explains_most_digits() -> None:
    short, long, other = Reading(0, 4, 4, 1.0), Reading(0, 9, 8, 1.0), Reading(10, 14, 4, 1.0)
    assert best_cover([other, short, long]) == [long, other]
    assert best_cover([]) == []


@pytest.mark.parametrize(
    "unit",
    ["1", "12 ", "1-", "a-1-", "a_", "1.1,", "+1 ", "(1) ", "4111 ", "415 555 0182 ", "one ", "1.", "a1b2c3d4", "07:1"],
)
def test_long_lines_take_linear_time(numbers: NumberRecognizer, unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        numbers.analyze(text, numbers.supported_entities)
        SpokenNumberRecognizer().analyze(text, SpokenNumberRecognizer().supported_entities)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(40_000) < 25 * max(seconds(4_000), 0.01)
