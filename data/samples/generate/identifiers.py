"""E-mails, phones, ids, cards and the rest: well formed, made up, in reserved ranges where there are some."""

from __future__ import annotations

import base64
import hashlib
import random
import string
from dataclasses import dataclass

import phonenumbers
from faker import Faker
from freezegun import freeze_time
from phonenumbers import PhoneNumberFormat as Form
from stdnum import luhn, verhoeff
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.za import idnr as za_id

HEX = "0123456789abcdef"
MAIL_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "corp.example", "inbox.test")
CARDS = ("4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "4012888888881881")
FAKERS_TODAY = "2026-11-22"
"""Faker computes dates of birth from today; the network must be the same on every day."""
# Faker's locales whose ssn() may be valid, with its validator.
ID_SOURCES = (
    ("pt_BR", cpf), ("fr_FR", nir), ("it_IT", codicefiscale), ("nl_NL", bsn),
    ("pl_PL", pesel), ("sv_SE", personnummer), ("tr_TR", tckimlik), ("en_CA", sin),
)  # fmt: skip


def digits(rng: random.Random, count: int) -> str:
    """Return so many random digits."""
    return "".join(rng.choice(string.digits) for _ in range(count))


def _example(region: str) -> phonenumbers.PhoneNumber:
    sample = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if sample is None:
        raise ValueError(f"no example of a phone number for {region}")
    return sample


def phone_stock(rng: random.Random, region: str, size: int) -> tuple[str, ...]:
    """Return valid numbers of a region in E.164 form, fictional ones where the country set some aside."""
    fictional = {
        "US": lambda: f"+1{rng.choice(('212', '415', '512', '617', '303', '206'))}55501{digits(rng, 2)}",
        "CA": lambda: f"+1{rng.choice(('416', '514', '604', '902'))}55501{digits(rng, 2)}",
        "GB": lambda: f"+44207946{'0'}{digits(rng, 3)}",
        "AU": lambda: f"+6149157{'0'}{digits(rng, 3)}",
        "DE": lambda: f"+493023125{digits(rng, 3)}",
        "FR": lambda: f"+331990{'0'}{digits(rng, 4)}",
        "SE": lambda: f"+467017406{rng.randint(5, 99):02d}",
    }
    stock: set[str] = set()
    plain = phonenumbers.format_number(_example(region), Form.E164)
    for _ in range(size * 30):
        if len(stock) >= size:
            break
        number = fictional[region]() if region in fictional else plain[:-5] + digits(rng, 5)
        parsed = phonenumbers.parse(number)
        if phonenumbers.is_valid_number(parsed) and phonenumbers.region_code_for_number(parsed) == region:
            stock.add(number)
    if not stock:
        raise ValueError(f"no valid phone number found for {region}")
    return tuple(sorted(stock))


def format_international(number: str) -> str:
    """Write an E.164 number with its country's spacing."""
    return str(phonenumbers.format_number(phonenumbers.parse(number), Form.INTERNATIONAL))


def phone_form(rng: random.Random, number: str, home: str | None = None) -> str:
    """Write a number in one of the ways people do; the national form only for ``home``."""
    parsed = phonenumbers.parse(number)
    forms = [phonenumbers.format_number(parsed, Form.INTERNATIONAL)] * 3 + [number]
    forms.append(forms[0].replace(" ", ".").replace("-", "."))
    forms.append(f"00{parsed.country_code} {parsed.national_number}")
    if home is not None:
        forms += [phonenumbers.format_number(parsed, Form.NATIONAL)] * 4
    return str(rng.choice(forms))


def disguise(rng: random.Random, email: str, plain: float = 0.6) -> str:
    """Write an e-mail as it is, or as people hide it from machines."""
    if rng.random() < plain:
        return rng.choice((email, email, email, email.upper(), email.title()))
    local, host = email.split("@")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in email)
    return rng.choice(
        (
            f"{local} at {host.replace('.', ' dot ')}",
            f"{local} (at) {host.replace('.', ' (dot) ')}",
            f"{local}[at]{host.replace('.', '[dot]')}",
            f"{local} @ {host.replace('.', ' . ')}",
            f"{local}&#64;{host}",
            wide,
            f"{local}\u200b@{host}",
            f"{local} AT {host.replace('.', ' DOT ')}",
            " ".join(f"{local}@{host}") if len(local) < 12 else f"{local}(@){host}",
        )
    )


def obscure(rng: random.Random, text: str) -> str:
    """Write a name that is hard to read for machines only: zero-width characters, look-alikes, wide letters."""
    look_alikes = str.maketrans("aeopcxAEOPC", "аеорсхАЕОРС")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    middle = len(text) // 2
    return rng.choice(
        (f"{text[:middle]}\u200b{text[middle:]}", text.translate(look_alikes), wide, f"\u2068{text}\u2069")
    )


def luhn_digit(number: str) -> str:
    """Return the check digit that completes a number by Luhn's rule."""
    return str(luhn.calc_check_digit(number))


def _random_ids(rng: random.Random) -> list[tuple[str, str]]:
    aadhaar = "".join((rng.choice("23456789"), digits(rng, 10)))
    aadhaar += str(verhoeff.calc_check_digit(aadhaar))
    south = f"{rng.randint(60, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 4)}08"
    south += str(luhn.calc_check_digit(south))
    za_id.validate(south)
    nric = digits(rng, 7)
    weights = (2, 7, 6, 5, 4, 3, 2)
    check = "JZIHGFEDCBA"[sum(int(d) * w for d, w in zip(nric, weights, strict=True)) % 11]
    ssn = f"{rng.randint(101, 665)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}"
    number = digits(rng, 8)
    return [
        ("DNI", number + str(dni.calc_check_digit(number))),
        ("Aadhaar", f"{aadhaar[:4]} {aadhaar[4:8]} {aadhaar[8:]}"),
        ("SA ID number", south),
        ("NRIC", f"S{nric}{check}"),
        ("SSN", ssn),
    ]


def id_stock(rng: random.Random, seed: int) -> tuple[tuple[str, str], ...]:
    """Return national ids that pass their checksum, each with the word that goes with it."""
    words = {
        "pt_BR": "CPF", "fr_FR": "NIR", "it_IT": "codice fiscale", "nl_NL": "BSN",
        "pl_PL": "PESEL", "sv_SE": "personnummer", "tr_TR": "TC kimlik no", "en_CA": "SIN",
    }  # fmt: skip
    stock = [pair for _ in range(10) for pair in _random_ids(rng)]
    for locale, validator in ID_SOURCES:
        fake = Faker(locale)
        fake.seed_instance(f"id-{locale}-{seed}")
        with freeze_time(FAKERS_TODAY):
            made = [str(fake.cpf() if locale == "pt_BR" else fake.ssn()) for _ in range(300)]
        good = [value for value in dict.fromkeys(made) if validator.is_valid(value)]
        stock += [(words[locale], value) for value in good[:10]]
    return tuple(stock)


def base58check(payload: bytes) -> str:
    """Return a pay-to-hash address of a made-up hash."""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    raw = b"\x00" + payload
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, out = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = alphabet[rest] + out
    return "1" * (len(raw) - len(raw.lstrip(b"\x00"))) + out


def secret(rng: random.Random) -> str:
    """Return something shaped like a key of an API, a token or a password in a connection string."""
    letters = string.ascii_letters + string.digits

    def run(size: int) -> str:
        return "".join(rng.choice(letters) for _ in range(size))

    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(f'{{"sub":"{digits(rng, 10)}"}}'.encode()).decode().rstrip("=")
    return rng.choice(
        (
            "sk_test_" + run(24),
            "AKIA" + run(16).upper(),
            "ghp_" + run(36),
            "xoxb-" + digits(rng, 12) + "-" + run(24),
            f"{head}.{body}.{run(43)}",
            f"sk-{run(48)}",
        )
    )


@dataclass(frozen=True, slots=True)
class Stocks:
    """Values that are costly to make, made once."""

    phones: dict[str, tuple[str, ...]]
    ids: tuple[tuple[str, str], ...]
    ibans: tuple[str, ...]
    streets: dict[str, tuple[str, ...]]
    postcodes: dict[str, tuple[str, ...]]


def load_stocks(rng: random.Random, regions: dict[str, str], seed: int) -> Stocks:
    """Make the stocks; ``regions`` maps a country's code to the Faker locale of its addresses."""
    streets: dict[str, tuple[str, ...]] = {}
    postcodes: dict[str, tuple[str, ...]] = {}
    for locale in sorted(set(regions.values())):
        fake = Faker(locale)
        fake.seed_instance(f"address-{locale}-{seed}")
        lines = [" ".join(str(fake.street_address()).split()) for _ in range(30)]
        streets[locale] = tuple(line for line in dict.fromkeys(lines) if any(c.isdigit() for c in line))
        postcodes[locale] = tuple(dict.fromkeys(str(fake.postcode()) for _ in range(30)))
    ibans: list[str] = []
    for locale in ("de_DE", "en_GB", "fr_FR", "es_ES", "nl_NL", "it_IT"):
        fake = Faker(locale)
        fake.seed_instance(f"iban-{seed}")
        ibans += [str(fake.iban()) for _ in range(8)]
    phones = {code: phone_stock(rng, code, 60) for code in sorted(regions) if code not in {"LI", "GL", "AX"}}
    return Stocks(phones, id_stock(rng, seed), tuple(ibans), streets, postcodes)
