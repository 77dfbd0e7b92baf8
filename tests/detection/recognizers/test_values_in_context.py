"""Values that the text around them makes personal, in logs, code, forms and prose of several languages; both ways."""

import pytest

from redaction.detection import Detector

HIDDEN = [
    ("en", '"id_card_number" : "BX5582031C" twice', "BX5582031C"),
    ("de", 'personalausweis_nr="L02Y11U58" hier', "L02Y11U58"),
    ("en", "ni_number=AB 12 34 56 C", "AB 12 34 56 C"),
    ("en", "SSNs 345-67-8901 456-78-9013 in a row", "456-78-9013"),
    ("en", '{"wifiPasskey":"Quay7Lantern"}', "Quay7Lantern"),
    ("en", "rootPw: Quay7Lantern", "Quay7Lantern"),
    ("en", "mc 5105 1051 0510 5100 exp 11/28 cvv 482", "482"),
    ("en", "'dob': datetime.date(1988, 4, 23), 'x': 1", "1988, 4, 23"),
    ("en", "birth_day: 23 April 1988, next", "23 April 1988"),
    ("en", "DOB (mm/dd/yyyy): 04/23/1988", "04/23/1988"),
    ("en", "see /run/{}/tneuer/usb/photos".format("media"), "tneuer"),
    ("en", "drwxr-xr-x 2 tneuer tneuer 64 Nov 3 10:02 cv", "tneuer"),
    ("en", "scp a.csv tneuer@build7:/srv/data", "tneuer"),
    ("en", "sudo: tneuer : TTY=pts/0 ; USER=root ; COMMAND=/bin/ls", "tneuer"),
    ("en", "session opened for user tneuer(uid=1001) by (uid=0)", "tneuer"),
    ("en", '203.0.113.9 - tneuer [03/Dec/2027:07:12:44 +0000] "GET / HTTP/1.1" 200 512', "tneuer"),
    ("en", "login=tneuer role=admin", "tneuer"),
    ("en", "TobiasNeuer_CoverLetter.pdf arrived", "TobiasNeuer"),
    ("es", "cuenta bancaria: 2100 0418 45 0200051332", "2100 0418 45 0200051332"),
    ("en", "account 00823456 on the standing order", "00823456"),
    ("en", 'curl -H "Authorization: Basic c3ZjOlF1YXk3TGFudGVybg==" https://api.example', "c3ZjOlF1YXk3TGFudGVybg=="),
    ("en", "net use z: \\\\nas\\x /user:svc Quay7Lantern", "Quay7Lantern"),
    ("en", "echo Quay7Lantern | sudo -S reboot", "Quay7Lantern"),
    ("en", "https://hooks.slack.com/services/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", "Yk38fjQm2LxP0vTn7RyB4hWd"),
    ("en", "EPIC no. ABX1234568 does not match", "ABX1234568"),
    ("en", "my elector id is XKP4827196", "XKP4827196"),
    ("en", "patient MRN 00482118 called", "00482118"),
    ("es", "patente n. U1JK34569C", "U1JK34569C"),
    ("es", "tarjeta de residencia E12345678", "E12345678"),
    ("de", "Führerscheinnummer B073RRE2I66", "B073RRE2I66"),
    ("pt", "CNH 01234567890 e RG 12.345.678-9", "12.345.678-9"),
]
LEFT = [
    ("en", "birth_month_names: list, born_in: place", "list"),
    ("en", "'joined': datetime.date(2020, 1, 2)", "2020, 1, 2"),
    ("en", "drwxr-xr-x 2 root staff 64 Nov 3 10:02 cv", "root staff"),
    ("en", '203.0.113.9 - - [03/Dec/2027:07:12:44 +0000] "GET / HTTP/1.1"', "03/Dec/2027"),
    ("en", "login=true retries=3", "true"),
    ("en", "PWD=/srv/app ; USER=root", "/srv/app"),
    ("en", "git clone git@host.example:/srv/x.git", "git@host"),
    ("en", "a basic understanding of Networking01", "understanding of Networking01"),
    ("en", "echo hello | grep -c hello", "hello"),
    ("en", "password=${DB_PASSWORD:-changeme}", "changeme"),
    ("en", "the cvv 2 field is optional", "2 field"),
    ("en", "id 1733212364123 at 12:00", "1733212364123"),
    ("en", "views: 4155550182, likes 212 555 019", "4155550182, likes 212 555 019"),
    ("de", "Auftragsnummer 4155550182, Rechnung 2024-001182", "4155550182, Rechnung 2024-001182"),
    ("es", "pedido 4155550182 y factura 2024-001182", "4155550182 y factura 2024-001182"),
    ("en", "translate(52.520, 13.409) scale(1.250, 0.875)", "52.520, 13.409) scale(1.250, 0.875"),
    ("en", "see https://doi.org/10.1109/5.771073 there", "10.1109/5.771073"),
    ("en", "SELECT @total := @total + 1 FROM t", "@total"),
    ("en", "AnnualReport_FinalVersion.pdf arrived", "AnnualReport"),
]


def _hidden(detector: Detector, text: str, language: str) -> set[int]:
    return {i for span in detector.detect([text], language)[0] for i in range(span.start, span.end)}


@pytest.mark.parametrize(("language", "text", "value"), HIDDEN)
def test_values_are_hidden(rules: Detector, language: str, text: str, value: str) -> None:
    start = text.rindex(value)
    assert set(range(start, start + len(value))) <= _hidden(rules, text, language)


@pytest.mark.parametrize(("language", "text", "value"), LEFT)
def test_values_of_things_are_left(rules: Detector, language: str, text: str, value: str) -> None:
    start = text.index(value)
    assert not set(range(start, start + len(value))) & _hidden(rules, text, language)
