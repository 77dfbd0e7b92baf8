"""Addresses in texts, and when two addresses are the same."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*://+", re.IGNORECASE)
_LINK: Final = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)+(?::\d+)?(?:[/?#][^\s<>\"'|\\^`{}]*+)?")
_AFTER: Final = ".,;:!?…()[]»”’*_~"
_CAMPAIGN: Final = re.compile(r"utm_\w+|[a-z]*clid|igshid|mc_[ce]id|ref_src|share")
"""Parameters that say where a reader came from."""


def host_of(domain: str) -> str:
    """Return a host as hosts are compared: in ASCII and small letters, without `www.`, `*.`, user, port and path."""
    named = re.split(r"[/?#]", _SCHEME.sub("", domain.strip()), maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", unicodedata.normalize("NFKC", named).lower()).strip(".").removeprefix("*.")
    host = host.removeprefix("www.")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def address_of(link: str) -> tuple[str, str]:
    """Return host, path and query of a link as addresses are compared.

    Scheme, user, port, fragment, letter case, percent encoding, a slash at the end, the order of the parameters and
    those of campaigns do not count.
    """
    whole = _SCHEME.sub("", unicodedata.normalize("NFKC", link.strip()))
    rest = whole[len(re.split(r"[/?#]", whole, maxsplit=1)[0]) :].partition("#")[0]
    path, _, query = rest.partition("?")
    parameters = sorted(each for each in unquote(query).lower().split("&") if each and not _is_campaign(each))
    path = re.sub(r"/+", "/", unquote(path)).lower().rstrip("/")
    return host_of(whole), f"{path}?{'&'.join(parameters)}" if parameters else path


def _is_campaign(parameter: str) -> bool:
    return _CAMPAIGN.fullmatch(parameter.partition("=")[0]) is not None


def links_in(text: str) -> Iterator[str]:
    """Yield what may be an address in a text, without scheme: also inside another address, or without `https://`."""
    plain = unicodedata.normalize("NFKC", text)
    variants = {plain, html.unescape(plain), unquote(plain)}
    inside = [piece for variant in variants for piece in variant.split("://")[1:]]  # an address in another one
    found = {each.rstrip(_AFTER) for variant in (*variants, *inside) for each in _LINK.findall(variant)}
    for link in sorted(found):
        yield link
        if "?" not in link and "&" in link:  # what follows are parameters of the outer one
            yield link.partition("&")[0]
