"""The formats of signals: the reader of each, and one table of what each of them leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from redaction.rights.signals.aipref import read_content_usage
from redaction.rights.signals.cawg import read_assertion
from redaction.rights.signals.gpp import read_gpp
from redaction.rights.signals.meaning import Meaning, SignalError
from redaction.rights.signals.robots import read_directives, read_robots_txt
from redaction.rights.signals.rsl import read_rsl
from redaction.rights.signals.tcf import read_tcf
from redaction.rights.signals.tdmrep import read_tdmrep


@dataclass(frozen=True, slots=True)
class SignalFormat:
    """One format.

    Attributes:
        read: Reads a value, for an address where the format has rules by address.
        specification: Where the format is defined.
        reader: What reads it: a library, or this program's own strict reader.
        value: What the column `value` holds.
        denies: What in it denies for every recipient.
        not_shared: What in it denies for the recipients that Global Privacy Control denies for.
        leaves: What in it denies nothing.
    """

    read: Callable[[str, str | None], Meaning]
    specification: str
    reader: str
    value: str
    denies: str
    leaves: str
    not_shared: str = "nothing"


_OWN: Final = "own reader"
FORMATS: Final = {
    "content_usage": SignalFormat(
        read_content_usage,
        "draft-ietf-aipref-vocab-08, RFC 9651",
        "http-sf",
        "the value of the field `Content-Usage`",
        "`train-ai=n`, and `n` of a category of an earlier draft that includes training (`train-genai`, `ai`, `bots`, "
        "`all`)",
        "`train-ai=y`; other categories, as `search`",
    ),
    "robots_txt": SignalFormat(
        read_robots_txt,
        "RFC 9309, draft-ietf-aipref-attach",
        "Protego",
        "the whole file; `url` is the address it is asked about",
        "an agent that collects training data may not fetch `url`; a `Content-Usage` line that denies; `License`",
        "a file that lets all of these agents fetch `url`",
    ),
    "x_robots_tag": SignalFormat(
        read_directives,
        "the directives that search engines document",
        _OWN,
        "the value of the field `X-Robots-Tag`",
        "`noai`, `noml`, `noarchive`, `nocache`, for any agent",
        "the other known directives, as `noindex` or `noimageai`",
    ),
    "robots_meta": SignalFormat(
        read_directives,
        "the directives that search engines document",
        _OWN,
        "the content of the element `robots`",
        "as `x_robots_tag`",
        "as `x_robots_tag`",
    ),
    "rsl": SignalFormat(
        read_rsl,
        "RSL 1.0",
        f"expat, {_OWN}",
        "the document; `url` is the address it is asked about",
        "a `content` that covers `url` without a license that permits `ai-train`, `ai-all` or `all` to everyone for "
        "nothing; one with a license server",
        "such a license; a document that does not cover `url`",
    ),
    "tdmrep": SignalFormat(
        read_tdmrep,
        "TDM Reservation Protocol, W3C community group",
        _OWN,
        "`0` or `1` of `tdm-reservation`, or the file `tdmrep.json` with `url`",
        "a reservation of 1, with or without a policy",
        "a reservation of 0; a file without an entry for `url`",
    ),
    "cawg": SignalFormat(
        read_assertion,
        "CAWG training and data mining assertion 1.1, C2PA 2.4",
        f"{_OWN}, of what `c2pa-python` returns",
        "the assertion, or the manifest store with `validation_state`, as JSON",
        "`notAllowed` or `constrained` for `ai_training`, `ai_generative_training` or `data_mining`",
        "`allowed`; what is stated of `ai_inference`; a store without the assertion",
    ),
    "gpp": SignalFormat(
        read_gpp,
        "IAB Global Privacy Platform 1.0: sections 2, 6 and 7 to 12",
        _OWN,
        "the string",
        "no consent in `PersonalDataConsents`; any consent recorded for a known child; section 2 as `tcf`",
        "`TargetedAdvertisingOptOut`, notices, sensitive data",
        "`SaleOptOut`, `SharingOptOut`, `Gpc`, `OptOutSale`",
    ),
    "tcf": SignalFormat(
        read_tcf,
        "IAB TCF 2.0 to 2.3",
        _OWN,
        "the TC string",
        "neither consent nor a legitimate interest for purpose 10, to develop and improve services",
        "purpose 10",
    ),
}


def read_signal(format_name: str | None, value: str | None, url: str | None) -> Meaning | None:
    """Read one signal.

    Returns:
        What it means; None where the format is unknown, or the value is missing or cannot be read.
    """
    known = FORMATS.get(format_name or "")
    if known is None or value is None or not value.strip():
        return None
    try:
        return known.read(value, url)
    except SignalError:
        return None
