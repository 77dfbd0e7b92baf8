"""Find ids that are a known one within words, a link or a list, or encoded.

A request that a person typed or a tool forwarded may have `member 1001 (closed)`, `MTAwMQ==` or `Jürg` for an id. As in
`spellings`, nothing is corrected: what would match is noticed. Only ids that no table knows are read in these ways, and
then looked up as they are in the other table, and the other way around.
"""

import base64
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final
from urllib.parse import quote, unquote

import polars as pl

from redaction.rights.plain_words import LATIN, LETTERLIKE
from redaction.rights.reconciliation.spellings import PAIRS

_STEPS: Final = 6
_MOST_FORMS: Final = 200
_CODE_PAGES: Final = ("cp1252", "latin-1", "mac_roman", "cp437", "cp850")
_BITS: Final = (32, 64)
_MARKS: Final = r"\s:_=./#|()\[\]~,°º*+-"
_SEPARATORS: Final = rf"[{_MARKS}]+"
_WORDS: Final = (
    "member|members|membre|miembro|membro|mitglied|lid|medlem|user|users|usuario|usuaria|utilisateur|utente|benutzer|"
    "nutzer|gebruiker|anvandare|bruger|bruker|kayttaja|uzytkownik|kullanici|пользователь|用户|用戶|ユーザー|회원|customer|"
    "client|cliente|kunde|klant|kund|klient|account|acct|acc|konto|compte|cuenta|conta|rekening|profile|profil|perfil|"
    "profiel|person|personne|persona|pessoa|persoon|people|party|contact|author|autor|auteur|autore|subject|principal|"
    "sub|uid|userid|memberid|usr|mbr|mem|cn|ou|dc|did|id|ids|identifier|no|nr|num|number|nummer|numero|key|uuid|guid|"
    "handle|login|username|name|mailto|tel|urn|http|https|www|deleted|erased|closed|removed|inactive|active|opt|out|"
    "optout|old|copy|test|json|xml|html|htm|php|csv|txt|geloscht|gesperrt|supprime|eliminado|cancellato|verwijderd"
)
_WORD: Final = re.compile(_WORDS)
_MAIL: Final = r"^([^@\s]+)@[^@\s]+\.[^@\s]+$"
_NUMERIC_CORE: Final = r"[^\W\d_]+"
_PLAIN: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_TOKEN: Final = re.compile(r"(?=[A-Za-z0-9]{3})[A-Za-z]*\d[A-Za-z0-9]*")
_SUFFIXED: Final = re.compile(r"(\d{3,})(?:[A-Za-z]|[eE]\+?0+)")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NO_UUID: Final = "00000000-0000-0000-"
_ESCAPED: Final = re.compile(r"\\?u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_LOST: Final = re.compile("[?\ufffd]+")
_LONG_NUMBER: Final = r"^[0-9]{16,64}$"
_PRECISE_DIGITS: Final = 15
_HEXADECIMAL: Final = re.compile(r"(?:0x)?((?:[0-9a-fA-F]{2}){4,})")
_PREFIXED_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]{1,16}|0[oO][0-7]{1,22}|0[bB][01]{1,64}")
_BASE_64: Final = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}")
_NO_BASE_32: Final = (1, 3, 6)
"""How many characters the last group of base32 never has."""
_BASE_32: Final = re.compile(r"[A-Z2-7]{8,}={0,6}")
_SHORTEST_CODE: Final = 6
_LIKE_DIGITS: Final = str.maketrans("OolIiSB", "0011158")
_UMLAUTS: Final[dict[str, str]] = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"}

_Reading = Callable[[str], Iterable[str]]


def wrapped_ids(unknown: pl.Series, known: Iterable[pl.Series]) -> pl.DataFrame:
    """Find the unknown ids that are a known one in words or encoded, or of which a known one is that.

    Args:
        unknown: Distinct ids that are in none of the blocks.
        known: Blocks of ids. Only one is in memory at a time.

    Returns:
        `PAIRS`, one row for each such id, sorted by id.
    """
    pairs = [pl.DataFrame(schema=PAIRS)]
    if unknown.len():
        forms = _keyed(
            chain(((text, form) for text in unknown for form in _forms(text)), _rounded_forms(unknown)), "id"
        )
        whole = _keyed(((text, form) for text in unknown for form in (text, *_encodings(text))), "id")
        for block in known:
            plain, bare = _known_keys(block)
            found = [left.join(right, on="key") for left, right in ((forms, plain), (whole, bare))]
            pairs += [_without_other_numbers(each).select(PAIRS.names()) for each in found]
    return pl.concat(pairs).filter(pl.col("id") != pl.col("known")).unique("id", keep="first").sort("id")


def _keyed(forms: Iterator[tuple[str, str]], name: str) -> pl.DataFrame:
    rows = pl.DataFrame(list(forms), schema={name: pl.String, "form": pl.String}, orient="row")
    return rows.select(name, _key(pl.col("form")).alias("key")).filter(pl.col("key") != "").unique()


def _without_other_numbers(pairs: pl.DataFrame) -> pl.DataFrame:
    """Drop pairs of long numbers with the same first digits of which the one is not the other rounded."""
    is_number = pl.col("key").str.starts_with("~")
    numbers = pairs.filter(is_number)
    ids = zip(numbers["id"], numbers["known"], strict=True)
    same = [float(one) == float(other) or not one[_PRECISE_DIGITS:].strip("0") for one, other in ids]
    return pl.concat([pairs.filter(~is_number), numbers.filter(pl.Series(same, dtype=pl.Boolean))])


def _key(ids: pl.Expr) -> pl.Expr:
    """Return ids without case, width, accents, white space, format characters and leading zeros."""
    text = ids.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[\p{M}\p{Cf}\p{Cc}\s]+", "")
    text = text.str.replace_many([chr(code) for code in LATIN], list(LATIN.values()))
    return text.str.replace_many(LETTERLIKE).str.replace(r"^0+(.)", "$1")


def _known_keys(block: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the keys of ids as they are, and those of ids without words around them or with lost characters."""
    ids = block.drop_nulls().alias("known").to_frame()
    ascii_only = ids.filter(ids["known"].str.contains(r"^[!-~]*$"))
    others = ids.join(ascii_only, on="known", how="anti")
    lower = ascii_only.select("known", pl.col("known").str.to_lowercase().str.replace(r"^0+(.)", "$1").alias("key"))
    name = pl.col("known")
    lost = name.str.normalize("NFC").str.replace_all(r"[^ -~]+", "?").str.to_lowercase()
    umlauts = name.str.normalize("NFC").str.to_lowercase().str.replace_many(_UMLAUTS)
    parts = [lower, *(others.select("known", key.alias("key")) for key in (_key(name), _key(umlauts), lost))]
    dropped = others.select("known", lost.str.replace_all("?", "", literal=True).alias("key"))
    parts.append(dropped.filter(pl.col("key").str.len_chars() >= 3))
    numbers = ids.filter(name.str.contains(_LONG_NUMBER))
    parts.append(numbers.select("known", pl.concat_str(pl.lit("~"), *_rounded(name)).alias("key")))
    plain = pl.concat(parts).unique("key")
    wrapped = ids.filter(name.str.contains(_SEPARATORS))
    bare = [wrapped.select("known", _key(each).alias("key")) for each in _without_words(name)]
    whole = pl.concat([lower, others.select("known", _key(name).alias("key"))])
    return plain, pl.concat([*bare, whole]).filter(pl.col("key") != "").unique("key")


def _rounded(number: pl.Expr) -> list[pl.Expr]:
    """Return what is left of a long number in a float: its first digits, and how many there are."""
    return [number.str.slice(0, _PRECISE_DIGITS), number.str.len_chars().cast(pl.String)]


def _without_words(ids: pl.Expr) -> Iterator[pl.Expr]:
    """Yield ids without listed words around them, and without any words around a part with digits."""
    for word, core in ((rf"(?:{_WORDS})", r"(.+?)"), (_NUMERIC_CORE, r"([^\s]*\d[^\s]*?)")):
        before, behind = rf"^[{_MARKS}]*(?:{word}{_SEPARATORS})", rf"(?:{_SEPARATORS}{word})+[{_MARKS}]*$"
        yield ids.str.to_lowercase().str.extract(rf"{before}+{core}[{_MARKS}]*$")
        yield ids.str.to_lowercase().str.extract(rf"{before}*{core}{behind}")
    yield ids.str.extract(_MAIL)


def _forms(text: str) -> set[str]:
    """Return an id and all that it may mean."""
    found, new = {text}, {text}
    for _ in range(_STEPS):
        new = {each for form in new for reading in _readings(form) for each in reading(form) if each} - found
        found |= new
        if not new or len(found) > _MOST_FORMS:
            break
    found |= {number for form in found for number in _without_overflow(form)}
    return found | ({_LOST.sub("?", text.lower())} if _LOST.search(text) else set())


def _rounded_forms(unknown: pl.Series) -> Iterator[tuple[str, str]]:
    """Yield the key of each number that a float, or a spreadsheet with 15 digits, may have made of another.

    Such a column has rounded numbers only; among ids that count up, one in a hundred is one by chance.
    """
    numbers = unknown.filter(unknown.str.contains(_LONG_NUMBER)).to_list()
    rounded = [text for text in numbers if int(float(text)) == int(text) or not text[_PRECISE_DIGITS:].strip("0")]
    if 2 * len(rounded) > len(numbers):
        yield from ((text, f"~{text[:_PRECISE_DIGITS]}{len(text)}") for text in rounded)


def _unescaped(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield html.unescape(text)
    if re.search(r"=[0-9A-F]{2}", text):
        yield unquote(text.replace("=", "%"))
    if _ESCAPED.search(text):
        unescaped = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
        yield unescaped.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )  # two escapes may be one character
    if "xn--" in text:
        try:
            yield text.encode().decode("idna")
        except UnicodeError:
            return


def _repaired(text: str) -> Iterator[str]:
    """Yield what was UTF-8 and was read in another encoding."""
    if text.isascii():
        return
    for page in _CODE_PAGES:
        try:
            yield text.encode(page).decode("utf-8")
        except UnicodeError:
            continue


def _decoded(text: str) -> Iterator[str]:
    """Yield what base64, base32 or hexadecimal digits encode, where that is text."""
    codes = list[bytes]()
    if found := _HEXADECIMAL.fullmatch(text):
        codes.append(bytes.fromhex(found[1]))
    if _PREFIXED_NUMBER.fullmatch(text):
        yield str(int(text, 0))
    bare = text.rstrip("=")
    if _BASE_64.fullmatch(text) and len(bare) % 4 != 1:
        codes.append(base64.urlsafe_b64decode(bare.replace("+", "-").replace("/", "_") + "=" * (-len(bare) % 4)))
    if _BASE_32.fullmatch(text.upper()) and len(bare) % 8 not in _NO_BASE_32:
        codes.append(base64.b32decode(bare.upper() + "=" * (-len(bare) % 8)))
    for code in codes:
        try:
            decoded = code.decode("utf-8")
        except UnicodeError:
            continue
        long_enough = len(bare) >= _SHORTEST_CODE or "=" in text or decoded.isdigit()
        if decoded.isprintable() and decoded.strip() and long_enough:
            yield decoded


def _bare(text: str) -> Iterator[str]:
    """Yield a text without the words and marks at its ends: listed words, and any words around a part with digits."""
    plain = re.sub(r"<[^<>]*>|[\"'`{}<>]", " ", text).strip()
    if plain != text:
        yield plain
    trimmed = re.sub(rf"^{_SEPARATORS}|{_SEPARATORS}$", "", plain)
    if trimmed != plain:
        yield trimmed
    begun = re.fullmatch(rf"([^{_MARKS}]+){_SEPARATORS}(.+)", trimmed, re.DOTALL)
    if begun and _is_around(begun[1], begun[2]):
        yield begun[2]
    ended = re.fullmatch(rf"(.+?){_SEPARATORS}([^{_MARKS}]+)", trimmed, re.DOTALL)
    if ended and _is_around(ended[2], ended[1]):
        yield ended[1]
    if local := re.fullmatch(_MAIL, trimmed):
        yield local[1]


def _is_around(word: str, core: str) -> bool:
    if re.fullmatch(_NUMERIC_CORE, word) and any(map(str.isdigit, core)):
        return True
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return _WORD.fullmatch(plain) is not None


def _parts(text: str) -> Iterator[str]:
    """Yield the items of a list, and the values of a link's query."""
    if re.search(r"[;,|\n]", text):
        yield from (part.strip() for part in re.split(r"[;,|\n]", text))
    if "=" in text:
        yield from (value for _, value in re.findall(r"(\w+)=([^&#;\s]+)", text))


def _tokens(text: str) -> Iterator[str]:
    """Yield the parts of a text that may be ids: those of three characters or more, among them a digit."""
    if _UUID.fullmatch(text):
        yield text.rpartition("-")[2] if text.startswith(_NO_UUID) else ""
        return
    yield from (token for token in _TOKEN.findall(text) if token != text)
    if found := _SUFFIXED.fullmatch(text):
        yield found[1]


def _digits(text: str) -> Iterator[str]:
    """Yield a text with the usual digits."""
    if not text.isascii() and any(map(str.isdigit, text)):
        yield "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


def _typed_digits(text: str) -> Iterator[str]:
    """Yield a number in which somebody typed letters that look like digits."""
    number = text.translate(_LIKE_DIGITS)
    if number != text and number.isdigit() and any(map(str.isdigit, text)):
        yield number


def _without_overflow(text: str) -> Iterator[str]:
    """Yield a number as it is without the overflow of 32 or 64 bits."""
    if re.fullmatch(r"-\d{1,20}|\d{10,20}", text, re.ASCII):
        yield from (str(int(text) + sign * (1 << bits)) for bits in _BITS for sign in (1, -1))


def _readings(text: str) -> tuple[_Reading, ...]:
    return _OF_PLAIN if _PLAIN.fullmatch(text) and not _ESCAPED.search(text) else _READINGS


_OF_PLAIN: Final[tuple[_Reading, ...]] = (_decoded, _tokens, _typed_digits)
_READINGS: Final[tuple[_Reading, ...]] = (
    _unescaped,
    _repaired,
    _decoded,
    _bare,
    _parts,
    _digits,
    _tokens,
    _typed_digits,
)


def _encodings(text: str) -> Iterator[str]:
    """Yield how the other table may have an id encoded."""
    content = text.encode("utf-8", "replace")
    coded = base64.b64encode(content).decode()
    if len(text) >= _SHORTEST_CODE - 2 or "=" in coded:
        yield coded
    if len(text) >= _SHORTEST_CODE - 2:
        yield from (coded.rstrip("="), base64.urlsafe_b64encode(content).decode().rstrip("="), content.hex())
    if text.isdigit() and text.isascii():
        yield hex(int(text))
    quoted = quote(text, safe="")
    if quoted != text:
        yield from (quoted, html.escape(text), text.encode("ascii", "xmlcharrefreplace").decode())
        yield from (text.encode("unicode_escape").decode(), quoted.replace("%", "="))
    if text.isascii():
        return
    yield re.sub(r"[^ -~]+", "?", text)
    yield text.lower().translate({ord(letter): both for letter, both in _UMLAUTS.items()})
    for page in _CODE_PAGES:
        try:
            yield content.decode(page)
        except UnicodeError:
            continue
