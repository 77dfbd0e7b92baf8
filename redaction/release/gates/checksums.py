"""Check digits of cards, accounts and national numbers, each implemented from its public definition.

Every function takes the matched string, with its separators, and returns whether its check digits are valid.
"""

from typing import Final

_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
# fmt: off
_ODD_VALUES: Final = (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
    22, 25, 24, 23,
)
# fmt: on
_ODD_FISCAL: Final = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", _ODD_VALUES, strict=True))
_IBAN_LENGTHS: Final = range(15, 35)


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c.isdecimal()]


def luhn(text: str) -> bool:
    """Check payment cards, ISO/IEC 7812-1: 13 to 19 digits, not all the same."""
    digits = _digits(text)
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [2 * d - 9 if d > 4 else 2 * d for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Check bank accounts, ISO 13616: modulo 97 over letters as numbers."""
    compact = text.replace(" ", "").upper()
    if len(compact) not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def cpf(text: str) -> bool:
    """Check Brazil's CPF: two digits modulo 11."""
    digits = _digits(text)
    if len(digits) != 11 or len(set(digits)) == 1:
        return False

    def check(count: int) -> int:
        rest = sum(d * w for d, w in zip(digits[:count], range(count + 1, 1, -1), strict=True)) % 11
        return 0 if rest < 2 else 11 - rest

    return digits[9] == check(9) and digits[10] == check(10)


def dni(text: str) -> bool:
    """Check Spain's DNI and NIE: a letter modulo 23."""
    compact = text.replace("-", "").upper()
    number = compact[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number.isdecimal() and _DNI_LETTERS[int(number) % 23] == compact[-1]


def nir(text: str) -> bool:
    """Check France's NIR: two digits, 97 minus the rest modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    compact = text.replace(" ", "").upper().replace("2A", "19").replace("2B", "18")
    return len(compact) == 15 and compact.isdecimal() and 97 - int(compact[:13]) % 97 == int(compact[13:])


def ahv(text: str) -> bool:
    """Check Switzerland's AHV number: the check digit of EAN-13."""
    digits = _digits(text)
    return len(digits) == 13 and (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def aadhaar(text: str) -> bool:
    """Check India's Aadhaar: Verhoeff's check digit over the dihedral group of order ten."""
    digits = _digits(text)
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _dihedral(check, _permuted(digit, position))
    return len(digits) == 12 and check == 0


def codice_fiscale(text: str) -> bool:
    """Check Italy's codice fiscale: a letter over odd and even positions (D.M. 12 March 1974)."""
    text = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    even = sum(int(c) if c.isdecimal() else ord(c) - ord("A") for c in text[1:15:2])
    odd = sum(_ODD_FISCAL[c] for c in text[0:15:2])
    return chr((even + odd) % 26 + ord("A")) == text[15]


def _dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - 5 - b) % 5 + 5 if b < 5 else (a - b) % 5


def _permuted(digit: int, times: int) -> int:
    for _ in range(times % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit
