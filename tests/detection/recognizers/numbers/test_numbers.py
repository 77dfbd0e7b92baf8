import pytest

from redaction.detection.recognizers.addresses.coordinates import CoordinatesRecognizer
from redaction.detection.recognizers.devices import ImeiRecognizer, IpAddressRecognizer, MacRecognizer
from redaction.detection.recognizers.license_plates import PlateRecognizer
from redaction.detection.recognizers.numbers.payment import BankAccountRecognizer, CardRecognizer, WalletRecognizer
from tests.detection.recognizers.support import found, hides

HIT = [
    (CardRecognizer, "4111 1111 1111 1111"),
    (CardRecognizer, "4111111111111111"),
    (CardRecognizer, "5500 0000 0000 0004"),
    (CardRecognizer, "3782 822463 10005"),
    (CardRecognizer, "6011000990139424"),
    (BankAccountRecognizer, "DE89 3704 0044 0532 0130 00"),
    (BankAccountRecognizer, "GB29NWBK60161331926819"),
    (BankAccountRecognizer, "FR14 2004 1010 0505 0001 3M02 606"),
    (WalletRecognizer, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    (WalletRecognizer, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (WalletRecognizer, "0x52908400098527886E0F7030069857D2E4169EE7"),
    (IpAddressRecognizer, "192.0.2.44"),
    (IpAddressRecognizer, "2001:db8::8a2e:370:7334"),
    (MacRecognizer, "00:1A:2B:3C:4D:5E"),
    (MacRecognizer, "00-1a-2b-3c-4d-5e"),
    (CoordinatesRecognizer, "48.85837, 2.29448"),
    (CoordinatesRecognizer, "-33.8568 151.2153"),
    (CoordinatesRecognizer, "48°51'30\"N 2°17'40\"E"),
]
HIT_CUED = [
    (ImeiRecognizer, "my IMEI is {}", "490154203237518"),
    (ImeiRecognizer, "IMEI: {}", "49-015420-323751-8"),
    (PlateRecognizer, "my license plate is {}", "AB12 CDE"),
    (PlateRecognizer, "Kennzeichen {}", "M-AB 1234"),
    (PlateRecognizer, "plaque {}", "AB-123-CD"),
    (PlateRecognizer, "matrícula {}", "1234 BCD"),
    (PlateRecognizer, "placa {}", "ABC1D23"),
]
MISS = [
    (CardRecognizer, "order 4111111111111112"),
    (CardRecognizer, "0000 0000 0000 0000"),
    (BankAccountRecognizer, "DE00 3704 0044 0532 0130 00"),
    (WalletRecognizer, "commit 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
    (IpAddressRecognizer, "version 10.2.3.4 is out"),
    (IpAddressRecognizer, "on 127.0.0.1 only"),
    (IpAddressRecognizer, "at 10:30:45 we met"),
    (IpAddressRecognizer, "std::vector and a::b::c"),
    (MacRecognizer, "ff:ff:ff:ff:ff:ff"),
    (ImeiRecognizer, "490154203237518"),
    (CoordinatesRecognizer, "up 3.141, down 2.71828 and 500.123"),
    (CoordinatesRecognizer, "1.25 2.50"),
    (PlateRecognizer, "model AB12 CDE is out"),
    (PlateRecognizer, "THE PLATE WAS GREAT in 2023"),
]


@pytest.mark.parametrize(("kind", "value"), HIT)
@pytest.mark.parametrize("frame", ["{}", "it is {}.", "({})", "see: {}, ok", "a\n{}\nb"])
def test_values_are_found_completely_in_any_sentence(kind: type, value: str, frame: str) -> None:
    text = frame.format(value)
    assert hides(kind(), text, value), found(kind(), text)


@pytest.mark.parametrize(("kind", "frame", "value"), HIT_CUED)
def test_values_near_a_context_word_are_found(kind: type, frame: str, value: str) -> None:
    text = frame.format(value)
    assert hides(kind(), text, value), found(kind(), text)


@pytest.mark.parametrize(("kind", "text"), MISS)
def test_harmless_texts_have_no_finding(kind: type, text: str) -> None:
    assert not found(kind(), text)
