"""Bit fields in base64url, as the IAB's strings have them."""

from typing import Final

from redaction.rights.signals.meaning import SignalError

_ALPHABET: Final = {
    character: number
    for number, character in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}
_FIBONACCI: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987)


class Bits:
    """Reads the bits of a text from its start. Every method raises SignalError beyond its end."""

    def __init__(self, text: str) -> None:
        if not text or any(character not in _ALPHABET for character in text):
            raise SignalError
        self._bits = "".join(f"{_ALPHABET[character]:06b}" for character in text)
        self._at = 0

    def number(self, width: int) -> int:
        """Read an unsigned integer."""
        end = self._at + width
        if end > len(self._bits):
            raise SignalError
        read, self._at = self._bits[self._at : end], end
        return int(read, 2)

    def numbers(self, count: int, width: int = 2) -> list[int]:
        """Read integers of one width."""
        return [self.number(width) for _ in range(count)]

    def skip(self, width: int) -> None:
        """Pass over some bits."""
        self.number(width)

    def fibonacci(self) -> int:
        """Read an integer in Fibonacci coding, which ends with two ones."""
        total, before = 0, 0
        for value in _FIBONACCI:
            bit = self.number(1)
            if bit and before:
                return total
            total, before = total + value * bit, bit
        raise SignalError

    def only_padding(self) -> bool:
        """Test whether nothing but zeros is left."""
        return "1" not in self._bits[self._at :]
