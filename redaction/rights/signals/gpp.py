"""The IAB's Global Privacy Platform string: a header, and a section for each regime."""

import re
from dataclasses import dataclass
from typing import Final

from redaction.rights.signals.bits import Bits
from redaction.rights.signals.meaning import NOTHING, Effect, Meaning, SignalError, strictest
from redaction.rights.signals.tcf import read_tcf

_HEADER_TYPE: Final = 3
_HEADER_VERSION: Final = 1
_TCF_EU: Final = 2
_US_PRIVACY: Final = 6
_YES: Final = 1
_HIGHEST: Final = 2
_GPC_SEGMENT: Final = 1
_MSPA_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class _Layout:
    """The fields of a section of the United States, after its version, two bits each.

    Attributes:
        notices: How many notices come first.
        opt_outs: The opt-outs, in order.
        sensitive: How many kinds of sensitive data.
        child: How many consents for a known child.
        personal: Whether the consent to uses beyond the stated ones follows.
    """

    notices: int
    opt_outs: tuple[str, ...]
    sensitive: int
    child: int
    personal: bool


_SALE, _SHARING, _ADVERTISING = "SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"
_STATE: Final = (_SALE, _ADVERTISING)
_LAYOUTS: Final = {
    (7, 1): _Layout(6, (_SALE, _SHARING, _ADVERTISING), 12, 2, personal=True),
    (7, 2): _Layout(6, (_SALE, _SHARING, _ADVERTISING), 16, 3, personal=True),
    (8, 1): _Layout(3, (_SALE, _SHARING), 9, 2, personal=True),
    (9, 1): _Layout(3, _STATE, 8, 1, personal=False),
    (10, 1): _Layout(3, _STATE, 7, 1, personal=False),
    (11, 1): _Layout(4, _STATE, 8, 1, personal=False),
    (12, 1): _Layout(3, _STATE, 8, 3, personal=False),
}
"""By section id and version: the nation, California, Virginia, Colorado, Utah, Connecticut."""


def read_gpp(value: str, _url: str | None = None) -> Meaning:
    """Read a GPP string: every section, the strictest of which counts.

    An opt-out of sale or sharing, and GPC, deny for the recipients that GPC denies for. A missing consent to uses
    beyond the stated ones, and any consent that is recorded for a known child, deny for all.

    Returns:
        What it means for training.

    Raises:
        SignalError: the header or a section is damaged, or of a kind or version that is not read here.
    """
    header, *sections = value.strip().split("~")
    ids = _section_ids(Bits(header))
    if len(ids) != len(sections) or not ids:
        raise SignalError
    return strictest([_section(section_id, text) for section_id, text in zip(ids, sections, strict=True)])


def _section_ids(bits: Bits) -> list[int]:
    if bits.number(6) != _HEADER_TYPE or bits.number(6) != _HEADER_VERSION:
        raise SignalError
    ids, last = list[int](), 0
    for _ in range(bits.number(12)):
        is_range = bits.number(1)
        first = last + bits.fibonacci()
        last = first + bits.fibonacci() if is_range else first
        ids += range(first, last + 1)
    if not bits.only_padding():
        raise SignalError
    return ids


def _section(section_id: int, text: str) -> Meaning:
    if section_id == _TCF_EU:
        return read_tcf(text)
    if section_id == _US_PRIVACY:
        return _us_privacy(text)
    core, *segments = text.split(".")
    bits = Bits(core)
    layout = _LAYOUTS.get((section_id, bits.number(6)))
    if layout is None:
        raise SignalError
    return strictest([*_fields(bits, layout), *map(_gpc, segments)])


def _fields(bits: Bits, layout: _Layout) -> list[Meaning]:
    notices, opt_outs = bits.numbers(layout.notices), bits.numbers(len(layout.opt_outs))
    sensitive, child = bits.numbers(layout.sensitive), bits.numbers(layout.child)
    personal = bits.numbers(int(layout.personal))
    covered = bits.numbers(_MSPA_FIELDS)
    if max(*notices, *opt_outs, *sensitive, *child, *personal, *covered) > _HIGHEST:
        raise SignalError
    found = [NOTHING]
    if any(child):
        found.append(Meaning(Effect.RESERVED, "KnownChildSensitiveDataConsents"))
    if _YES in personal:  # The value 1 is "no consent" here.
        found.append(Meaning(Effect.RESERVED, "PersonalDataConsents"))
    shared = [name for name, value in zip(layout.opt_outs, opt_outs, strict=True) if value == _YES]
    return found + [Meaning(Effect.NOT_SHARED, name) for name in shared if name != _ADVERTISING]


def _gpc(segment: str) -> Meaning:
    bits = Bits(segment)
    if bits.number(2) != _GPC_SEGMENT:
        raise SignalError
    return Meaning(Effect.NOT_SHARED, "Gpc") if bits.number(1) else NOTHING


def _us_privacy(text: str) -> Meaning:
    if not re.fullmatch("1[YN-]{3}", text, re.IGNORECASE):
        raise SignalError
    return Meaning(Effect.NOT_SHARED, "OptOutSale") if text[2] in "Yy" else NOTHING
