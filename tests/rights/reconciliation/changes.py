"""How tools spell the same id differently."""

import base64
import unicodedata
from collections.abc import Callable

Change = Callable[[str], str]

_WIDE = {ord(digit): ord(digit) - ord("0") + 0xFF10 for digit in "0123456789"}

CHANGES: dict[str, Change] = {
    "upper": str.upper,
    "lower": str.lower,
    "padded behind": lambda text: text.ljust(len(text) + 6),
    "padded before": lambda text: text.rjust(len(text) + 3),
    "no-break space": lambda text: text + "\u00a0",
    "tab": lambda text: text + "\t",
    "line break": lambda text: text + "\r\n",
    "NUL": lambda text: text + "\0",
    "zero width": lambda text: text[:1] + "\u200b" + text[1:],
    "byte order mark": lambda text: "\ufeff" + text,
    "soft hyphen": lambda text: text + "\u00ad",
    "variation selector": lambda text: text + "\ufe0f",
    "leading zeros": lambda text: "000" + text,
    ".0": lambda text: f"{text}.0" if text.isascii() and text.isdigit() else text,
    ",00": lambda text: f"{text},00" if text.isascii() and text.isdigit() else text,
    "thousands": lambda text: f"{int(text):,}" if text.isascii() and text.isdigit() else text,
    "full width": lambda text: text.translate(_WIDE),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "urn": lambda text: f"urn:li:member:{text}",
    "user:": lambda text: f"user:{text}",
    "u-": lambda text: f"u-{text}",
    "path": lambda text: f"https://net.example/users/{text}/",
    "quotes": lambda text: f"'{text}'",
    "formula": lambda text: f'="{text}"',
    "bytes": lambda text: f"b'{text}'",
    "braces": lambda text: f"{{{text}}}",
}

WRAPPINGS: dict[str, Change] = {
    "words": lambda text: f"member no. {text} (closed)",
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "mojibake": lambda text: text.encode().decode("latin-1"),
    "list": lambda text: f"{text};zz9",
    "link": lambda text: f"https://net.example/app?uid={text}#top",
}
"""What people and tools put around an id, or encode it with."""
