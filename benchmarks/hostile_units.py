"""The units that trials and benchmarks repeat: what a pattern, a tokenizer or a model may be slow at."""

from typing import Final

_PUNCTUATION: Final = (
    "(", ")", "[", "]", "{", "}", "<", ">", "_", "*", "`", "~", "#", "$", "%", "&", "=", "+", "-", "/",
    "\\", "^", ",", ";", ":", "'", "\"", "\u201c", "\xab", "\u2013", "\u2014", "\u2026", "\xb7", "|", ".",
    "@", "!", "?", "\"'", "::", "--", "//", "==", "++", "**", "__", "''", "##", "::1", "((1", "(1", "(a",
    "+(", "a=", "A.", "1.", "1,", "12/", "1/", "0x", "ff:", ":a", "a:", "00:", "00-", "0-0", "0.", "](",
    "[a](", "{{", "}}", "<a", "(1)", "1)", "...", "..", "\u20ac1", "1%", "$1",
)  # fmt: skip

_CODES: Final = (
    "A_", "a_", "a-", "A-", "a.b.c.", "a.b", "a.", "a/b", "1a", "a1", "A1", "Aa", "AaBb", "7", "1-", "+1",
    "0000", "4111", "4111-", "1234567890", "ABCDEF", "abcdef0123456789", "QUJD", "%41", "%2", "%25",
    "&#65;", "&amp;", "&#", "&#x", "\\u0041", "\\u", "\\x", "eyJ", "AKIA", "IBAN", "DE89", "192.168.",
    "1.1.1.", "12.12.", "2020-", "01/01/", "a@", "a@b.", "jane@", "x@y.z,", "a.b@", "@a.", "_@", "-@",
    "a+b@", ".@", "@@", "@", "#a", "www.", "www.a.", "http://", "http://a.", "https://", "a://", "//a",
    ".com", "com.", "a.com/", "/in/", "in/a-", "t.me/", "tel:", "mailto:", "key=", "a:a:", "x@",
    "[PERSON_1]",
)  # fmt: skip

_WORDS: Final = (
    "a a", "A. ", "Aa ", "Mr. ", "Dr. ", "Jane ", "Jane Doe ", "Jane, ", "Jane-", "O'", "d'", "Smith, ",
    "von ", "de la ", "bin ", "M\xfcller ", "of ", "the ", "and ", "1 ", "0 ", "1a ", "a1 ", "+44 20 ",
    "555-", "4111 1111 1111 1111 ", "GB82 WEST ", "12 Main St ", "street ", "St. ", "Street, ", "Apt ",
    "P.O. ", "Box 1 ", "12345 ", "12345-", "SW1A 1AA ", "A1 ", "AA11 ", "born ", "SSN ", "passport ",
    "password: ", "phone: ", "email: ", "Call ", "IMEI ", "MAC ", "dot ", " at ", "(at) ", "[at] ", "<at> ",
    "a at b dot c ", "at dot ", "a [at] b ", "@a ", "@a.b ", "# ", "\u2022 ", "( ", "$1 ", "Jan 1, ",
    "Jan ", "Monday ", "1st ", "2020-01-01 ", "-----BEGIN ", "*a* ", "1: ", "linkedin.com/in/a ",
    "jane@x.com ", "https://a/b?c=", "a, ",
)  # fmt: skip

_UNICODE: Final = (
    "\u200b", "e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\u202eabc ",
    "\u0301", "\ufe0f", "\u0130", "\ufb01", "\u3000", "\u6f22", "\u3042", "\u0e01", "\u0627", "\u0661",
    "\uff11", "\xe9", "\xdf", "\U0001d7d8", "\ufeff", "\xad", "\x00", "\x1b[31m", "\x07", "\u2028",
    "\uac00", "\u1100\u1161", "\u0430", "\u0430@", "a\u0430", "\u2170", "\xb2", "\uff19", "\uff20",
    "a\uff20", "\uff0e", "\xa0", "\u200d", "\u2060", "\u0640", "\u1e9e", "\u0149", "\U0001f1e6",
    "\U0001f3fb", "1\ufe0f\u20e3", "\u0915\u094d", "\n", "\r\n", "\t", " ", " \n", "a\n", "\n\n- a",
)  # fmt: skip

UNITS: Final = tuple(dict.fromkeys((*_PUNCTUATION, *_CODES, *_WORDS, *_UNICODE)))
