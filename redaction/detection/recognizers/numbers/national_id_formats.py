"""Formats of national numbers: shape, check digits, and names.

`shape` is the number without spaces, dots, dashes and slashes. `written` is a format that little else has; a valid
number in it needs no context word. A number whose `sure` is true never needs one, because shape and check together
are rare by chance. Checks are python-stdnum's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Identity:
    """The format of one national number."""

    country: str
    check: str
    """A module of `stdnum`, or a key of `_OWN_CHECKS`."""
    shape: str
    written: str = ""
    sure: bool = False
    names: tuple[str, ...] = ()


IDENTITIES = (
    Identity("AR", "ar.dni", r"\d{7,8}", r"\d{1,2}\.\d{3}\.\d{3}", names=("dni",)),
    Identity("AR", "ar.cuit", r"\d{11}", r"\d{2}-\d{8}-\d", names=("cuil", "cuit")),
    Identity(
        "AT", "at.vnr", r"\d{10}", names=("svnr", "sv-nummer", "sozialversicherungsnummer", "versicherungsnummer")
    ),
    Identity("AU", "au.tfn", r"\d{8,9}", names=("tfn", "tax file")),
    Identity(
        "BE",
        "be.nn",
        r"\d{11}",
        r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d",
        names=("rijksregisternummer", "rijksregister", "insz", "niss", "registre national"),
    ),
    Identity("BG", "bg.egn", r"\d{10}", names=("egn", "егн")),
    Identity("BR", "br.cpf", r"\d{11}", r"\d{3}\.\d{3}\.\d{3}-\d\d", names=("cpf",)),
    Identity("CA", "ca.sin", r"\d{9}", names=("sin", "social insurance", "nas")),
    Identity("CH", "ch.ssn", r"756\d{10}", r"756\.\d{4}\.\d{4}\.\d\d", names=("ahv", "ahv-nummer", "avs")),
    Identity("CL", "cl.rut", r"\d{7,8}[\dK]", r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]", names=("rut", "run")),
    Identity("CN", "cn.ric", r"\d{17}[\dX]", sure=True, names=("身份证", "身份证号")),
    Identity("CO", "co.nit", r"\d{8,10}", names=("cédula", "cedula", "nit", "cc")),
    Identity("CR", "cr.cpf", r"\d{9,10}", names=("cédula", "cedula")),
    Identity("CU", "cu.ni", r"\d{11}", names=("carné", "carnet de identidad")),
    Identity("CZ", "cz.rc", r"\d{9,10}", r"\d{6}/\d{3,4}", names=("rodné číslo", "rodne cislo", "rč", "r.č.")),
    Identity(
        "DE", "de.idnr", r"[1-9]\d{10}", names=("steuer-?id", "steueridentifikationsnummer", "idnr", "steuernummer")
    ),
    Identity(
        "DE",
        "german_pension",
        r"\d{8}[A-Z]\d{3}",
        sure=True,
        names=("rentenversicherungsnummer", "rvnr", "sozialversicherungsnummer"),
    ),
    Identity("DK", "dk.cpr", r"\d{10}", r"\d{6}-\d{4}", names=("cpr", "cpr-nummer", "personnummer")),
    Identity("DO", "do.cedula", r"\d{11}", r"\d{3}-\d{7}-\d", names=("cédula", "cedula")),
    Identity("EC", "ec.ci", r"\d{10}", names=("cédula", "cedula")),
    Identity("EE", "ee.ik", r"[1-6]\d{10}", names=("isikukood",)),
    Identity("ES", "es.dni", r"\d{8}[A-Z]", sure=True, names=("dni", "nif")),
    Identity("ES", "es.nie", r"[XYZ]\d{7}[A-Z]", sure=True, names=("nie",)),
    Identity(
        "FI",
        "fi.hetu",
        r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]",
        r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]",
        sure=True,
        names=("hetu", "henkilötunnus"),
    ),
    Identity(
        "FR",
        "fr.nir",
        r"[12]\d{4}(?:\d\d|2[AB])\d{8}",
        sure=True,
        names=("numéro de sécurité sociale", "sécu", "nir", "insee"),
    ),
    Identity("FR", "fr.nif", r"[0-3]\d{12}", names=("numéro fiscal", "nif", "spi")),
    Identity(
        "GB",
        "british_insurance",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]",
        sure=True,
        names=("nino", "ni", "national insurance"),
    ),
    Identity("GB", "gb.nhs", r"\d{10}", r"\d{3} \d{3} \d{4}", names=("nhs",)),
    Identity("GB", "gb.utr", r"\d{10}", names=("utr",)),
    Identity("GR", "gr.amka", r"\d{11}", names=("amka", "αμκα")),
    Identity("HK", "hong_kong", r"[A-Z]{1,2}\d{6}\(?[\dA]\)?", r"[A-Z]{1,2}\d{6}\([\dA]\)", names=("hkid",)),
    Identity("HR", "hr.oib", r"\d{11}", names=("oib",)),
    Identity("HU", "hungarian", r"\d{9}", names=("taj", "tajszám", "taj szám")),
    Identity("ID", "id.nik", r"\d{16}", names=("nik", "ktp")),
    Identity("IE", "ie.pps", r"\d{7}[A-W][A-IW]?", sure=True, names=("pps", "ppsn")),
    Identity("IL", "il.idnr", r"\d{9}", names=("teudat zehut", "mispar zehut", "ת\\.?ז\\.?")),
    Identity(
        "IN",
        "in_.aadhaar",
        r"[2-9]\d{11}",
        r"\d{4} \d{4} \d{4}|\d{4}-\d{4}-\d{4}",
        names=("aadhaar", "aadhar", "uid", "uidai", "आधार"),
    ),
    Identity("IN", "in_.pan", r"[A-Z]{3}[ABCFGHLJPTK][A-Z]\d{4}[A-Z]", sure=True, names=("pan",)),
    Identity("IS", "is_.kennitala", r"\d{10}", r"\d{6}-\d{4}", names=("kennitala",)),
    Identity(
        "IT",
        "it.codicefiscale",
        r"[A-Z]{6}[\dL-NP-V]{2}[A-Z][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]",
        sure=True,
        names=("codice fiscale", "cf", "c.f."),
    ),
    Identity("JP", "jp.in_", r"\d{12}", names=("my number", "マイナンバー", "個人番号")),
    Identity("KE", "ke.pin", r"[AP]\d{9}[A-Z]", names=("kra", "pin")),
    Identity("KR", "kr.rrn", r"\d{13}", r"\d{6}-[1-8]\d{6}", names=("주민등록번호", "rrn")),
    Identity("LT", "lt.asmens", r"[1-6]\d{10}", names=("asmens kodas",)),
    Identity("LV", "lv.pvn", r"\d{11}", r"\d{6}-\d{5}", names=("personas kods",)),
    Identity("MU", "mu.nid", r"[A-Z]\d{12}[0-9A-Z]", sure=True),
    Identity("MX", "mx.curp", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[\dA-Z]\d", sure=True, names=("curp",)),
    Identity("MX", "mx.rfc", r"[A-ZÑ&]{4}\d{6}[\dA-Z]{3}", sure=True, names=("rfc",)),
    Identity("MY", "my.nric", r"\d{12}", r"\d{6}-\d\d-\d{4}", names=("nric", "mykad", "ic")),
    Identity("NL", "nl.bsn", r"\d{9}", names=("bsn", "burgerservicenummer", "sofinummer")),
    Identity(
        "NO",
        "no.fodselsnummer",
        r"\d{11}",
        r"\d{6} \d{5}",
        names=("fødselsnummer", "fodselsnummer", "personnummer", "fnr", "fødselsnr"),
    ),
    Identity("NZ", "nz.ird", r"\d{8,9}", names=("ird",)),
    Identity("PE", "pe.cui", r"\d{8}[0-9A-K]?", names=("dni", "cui")),
    Identity("PK", "pk.cnic", r"\d{13}", r"\d{5}-\d{7}-\d", names=("cnic", "nic")),
    Identity("PL", "pl.pesel", r"\d{11}", names=("pesel",)),
    Identity("PL", "pl.nip", r"\d{10}", r"\d{3}-\d{3}-\d\d-\d\d", names=("nip",)),
    Identity("PT", "pt.cc", r"\d{9}[A-Z0-9]{2}\d", names=("cartão de cidadão", "cc")),
    Identity("PT", "pt.nif", r"[123568]\d{8}", names=("nif", "contribuinte", "nipc")),
    Identity("RO", "ro.cnp", r"[1-9]\d{12}", names=("cnp",)),
    Identity("RS", "si.emso", r"\d{13}", names=("jmbg", "јмбг")),
    Identity("RU", "ru.inn", r"\d{12}", names=("inn", "инн")),
    Identity(
        "SE",
        "se.personnummer",
        r"(?:\d{2})?\d{10}",
        r"(?:\d\d)?\d{6}[-+]\d{4}",
        names=("personnummer", "samordningsnummer"),
    ),
    Identity("SG", "singaporean", r"[STFGM]\d{7}[A-Z]", sure=True, names=("nric", "fin")),
    Identity("SI", "si.emso", r"\d{13}", names=("emšo", "emso")),
    Identity("SK", "sk.rc", r"\d{9,10}", r"\d{6}/\d{3,4}", names=("rodné číslo", "rodne cislo")),
    Identity("TH", "th.pin", r"[1-8]\d{12}", r"\d-\d{4}-\d{5}-\d\d-\d", names=("เลขประจำตัวประชาชน", "thai id")),
    Identity(
        "TR", "tr.tckimlik", r"[1-9]\d{10}", names=("tc kimlik", "t.c. kimlik", "tckn", "kimlik", "kimlik no", "tc")
    ),
    Identity("TW", "taiwanese", r"[A-Z][1289]\d{8}", sure=True, names=("身分證",)),
    Identity("UA", "ua.rntrc", r"\d{10}", names=("рнокпп", "ipn", "іпн")),
    Identity("US", "us.ssn", r"\d{9}", r"\d{3}-\d\d-\d{4}", names=("ssn", "social security", "social", "soc")),
    Identity("US", "us.itin", r"9\d{8}", r"9\d\d-\d\d-\d{4}", names=("itin",)),
    Identity("US", "us.ein", r"\d{9}", names=("ein",)),
    Identity("ZA", "za.idnr", r"\d{13}", names=("sa id", "rsa id")),
)
"""Numbers of persons. Numbers of companies are not personal data."""


def is_valid(identity: Identity, number: str) -> bool:
    """Whether the check digits of a number hold; a number that its check cannot parse counts as valid."""
    try:
        return _check(identity.check)(number)
    except (KeyError, IndexError, ValueError):
        return True


@cache
def _check(name: str) -> Check:
    if name in _OWN_CHECKS:
        return _OWN_CHECKS[name]
    check: Check = import_module(f"stdnum.{name}").is_valid
    return check


def _british_insurance(number: str) -> bool:
    """Whether the prefix is one that is issued; there is no check digit."""
    return number[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def _german_pension(number: str) -> bool:
    letter = f"{ord(number[8]) - 64:02d}"
    digits = number[:8] + letter + number[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, weights, strict=True))
    return total % 10 == int(number[11])


def _hungarian(number: str) -> bool:
    weights = (3, 7) * 4
    return sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 10 == int(number[8])


def _singaporean(number: str) -> bool:
    weights = (2, 7, 6, 5, 4, 3, 2)
    offset = {"S": 0, "T": 4, "F": 0, "G": 4, "M": 3}[number[0]]
    total = offset + sum(int(d) * w for d, w in zip(number[1:8], weights, strict=True))
    table = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    place = total % 11 if number[0] != "M" else 10 - total % 11
    return table[number[0]][place] == number[8]


def _taiwanese(number: str) -> bool:
    letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    digits = f"{letter}{number[1:]}"
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def _hong_kong(number: str) -> bool:
    bare = re.sub(r"[()]", "", number)
    letters = bare[:-7].rjust(2)
    values = [36 if c == " " else ord(c) - 55 for c in letters] + [int(d) for d in bare[-7:-1]]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return bare[-1] == ("A" if check == 10 else str(check))


_OWN_CHECKS: dict[str, Check] = {
    "british_insurance": _british_insurance,
    "german_pension": _german_pension,
    "hong_kong": _hong_kong,
    "hungarian": _hungarian,
    "singaporean": _singaporean,
    "taiwanese": _taiwanese,
}
