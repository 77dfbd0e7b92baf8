import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from redaction.detection.recognizers.numbers.phones import REGIONS_OF_LANGUAGE, WIDE, RegionalPhoneRecognizer
from tests.detection.recognizers.support import found, hides

LIKELY = ("US", "GB", "IN", *REGIONS_OF_LANGUAGE["en"])


@pytest.fixture(scope="module")
def phones() -> RegionalPhoneRecognizer:
    return RegionalPhoneRecognizer(regions=LIKELY)


def example(region: str, kind: int, form: int) -> str:
    number = phonenumbers.example_number_for_type(region, kind)
    assert number is not None
    return phonenumbers.format_number(number, form)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_international_format_of_every_region_is_found(phones: RegionalPhoneRecognizer, region: str) -> None:
    for form in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
        if phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE) is None:
            pytest.skip("libphonenumber has no example")
        number = example(region, PhoneNumberType.MOBILE, form)
        for frame in ("{}", "see {} ok", "({})", "x:{}.", "00{}"):
            text = frame.format(number.lstrip("+") if frame == "00{}" else number)
            assert hides(phones, text, text.strip("seok x:.()")), text


@pytest.mark.parametrize("region", WIDE)
@pytest.mark.parametrize("frame", ["call me on {}", "Tel. {}", "{} (mobile)", "mein Handy: {}", "mi teléfono es {}"])
def test_national_formats_near_a_context_word_are_found(
    phones: RegionalPhoneRecognizer, region: str, frame: str
) -> None:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        number = example(region, kind, PhoneNumberFormat.NATIONAL)
        text = frame.format(number)
        assert hides(phones, text, number), text


GROUPED = [
    "US",
    "GB",
    "CA",
    "AU",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "BE",
    "CH",
    "SE",
    "FI",
    "PL",
    "BR",
    "TR",
    "ZA",
    "IL",
    "JP",
    "IN",
]


@pytest.mark.parametrize("region", GROUPED)
def test_grouped_national_formats_need_no_context_word(phones: RegionalPhoneRecognizer, region: str) -> None:
    number = example(region, PhoneNumberType.MOBILE, PhoneNumberFormat.NATIONAL)
    if not any(sign in number for sign in " -("):
        pytest.skip("written in one piece: needs a word beside it")
    text = f"as said: {number}, thanks"
    assert hides(phones, text, number), text


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-0-306-40615-7",
        "revenue grew to 1,234,567,890 dollars",
        "from 2015-2019 and 2020 2021 2022",
        "on 2023-11-20 we shipped",
        "20/11/2023 was a Monday",
        "version 10.0.19045.2364",
        "order 1234567890 has shipped",
        "pi is 3.14159265358979",
        "10 20 30 40 50 60",
        "id 00000000",
        "scores 21-19, 19-21, 21-18",
        "between 1990 and 2020 in 12 years",
        "invoice 2023 0001 0045",
        "lat 48.858370 lon 2.294481",
        "rates of 10 10 10 20 percent",
        "shares at 125.00 125.00 and 344.28 344.28",
        "on 23. 07. 2014 we met",
        "from 137.58 - 1000 onwards",
    ],
)
def test_other_numbers_are_not_found(phones: RegionalPhoneRecognizer, text: str) -> None:
    assert not found(phones, text)
