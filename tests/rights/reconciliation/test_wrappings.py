"""Ids within words, links and lists, and encoded ones, are noticed; ids of others are not."""

import base64
from urllib.parse import quote

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.reconciliation.wrappings import wrapped_ids


def near(unknown: str, known: str) -> bool:
    return wrapped_ids(pl.Series([unknown, "zzz"]), [pl.Series(["yyy"]), pl.Series([known])])["id"].to_list() == [
        unknown
    ]


BOTH_WAYS = [
    ("member x7", "x7"), ("Mitglied Nr. 1001 (gelöscht)", "1001"), ("account ada", "ada"), ("ada (deleted)", "ada"),
    ("Odo Brandt 1001", "1001"), ("1001 - Odo Brandt", "1001"), ("Odo Brandt (1001)", "1001"), ("n° 1001", "1001"),
    ("kunde_1001", "1001"), ("did:net:m1001", "m1001"), ("deleted_ada", "ada"), ("1001_deleted", "1001"),
    ("cn=1001", "1001"), ("user/ada/profile", "ada"), ("ada@net.example", "ada"), ("1001.json", "1001"),
    ("MTAwMQ==", "1001"), ("MTAwMQ", "1001"), ("bTEwMDE", "m1001"), ("6d31303031", "m1001"), ("0x3e9", "1001"),
    ("JÃ¼rg", "Jürg"), ("J?rg7", "Jörg7"), ("joerg7", "Jörg7"), ("jorg7", "Jörg7"), ("J%C3%B6rg", "Jörg"),
    ("J=C3=B6rg", "Jörg"), ("J&#246;rg", "Jörg"), ("аda", "ada"), ("-1001", "18446744073709550615"),
]  # fmt: skip
ONE_WAY = [
    ("https://net.example/p?id=1001&x=2", "1001"), ("mailto:ada@net.example", "ada"), ("<id>m1001</id>", "m1001"),
    ('{"id": "1001"}', "1001"), ("['1001']", "1001"), ("(1001,)", "1001"), ("1001; 1002", "1001"),
    ("m1001,m1002", "m1002"), ("1001\n1002", "1002"), ("uid=ada,ou=people,dc=net", "ada"), ("١٠٠١", "1001"),
    ("1234567890123456768", "1234567890123456789"), ("123456789012345000", "123456789012345678"),
    ("1001:1", "1001"), ("0b1111101001", "1001"), ("0o1751", "1001"), ("1001E0", "1001"), ("1001L", "1001"),
    ("00000000-0000-0000-0000-000000001001", "1001"), ("1001 v2", "1001"), ("1001 2025-01-01", "1001"),
    ("用户1001", "1001"), ("1001!", "1001"), ("$1001", "1001"), ("1001&x=1", "1001"),
    ("J\ufffdrg7", "Jörg7"), ("J\\u00f6rg", "Jörg"), ("Ju00f6rg", "Jörg"), ("xn--jrg-sna", "jörg"),
    ("ada\\ud83d\\ude00", "ada😀"), ("1OO1", "1001"), ("l0O1", "1001"), ("user lOO1", "1001"),
    ("nvsw2ytfoi3to===", "member77"),
]  # fmt: skip
OTHERS = [
    ("1001", "1002"), ("1001", "10010"), ("31", "1"), ("0", "1"), ("x.y", "xy"), ("2024-5", "5"), ("p-ada", "p-ben"),
    ("anna-maria", "anna"), ("annasmith", "anna"), ("initech-u1", "acme-u1"), ("ben@mail.example", "ada@mail.example"),
    ("urn:li:organization:99", "urn:li:member:99"), ("member", "user"), ("1234567890123456789", "1234567890123456768"),
    ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3302"),
]  # fmt: skip


@pytest.mark.parametrize(("unknown", "known"), BOTH_WAYS)
def test_an_id_in_words_or_encoded_is_near_whichever_table_was_changed(unknown: str, known: str) -> None:
    assert near(unknown, known)
    assert near(known, unknown)


@pytest.mark.parametrize(("unknown", "known"), ONE_WAY)
def test_an_id_within_something_longer_is_near(unknown: str, known: str) -> None:
    assert near(unknown, known)


@pytest.mark.parametrize(("unknown", "known"), OTHERS)
def test_ids_of_others_are_not_near(unknown: str, known: str) -> None:
    assert not near(unknown, known)


@given(st.sets(st.integers(1, 10**9), min_size=2, max_size=2))
def test_different_numbers_are_never_near(numbers: set[int]) -> None:
    one, other = map(str, numbers)
    assert not near(one, other)


WRAPS = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "percent": lambda text: quote(f"member {text}"),
    "entities": lambda text: f"&lt;member&gt;{text}",
    "words": lambda text: f"user no. {text} (closed)",
    "link": lambda text: f"https://net.example/app?lang=en&uid={text}#top",
    "list": lambda text: f"{text};zz9",
    "mojibake": lambda text: text.encode().decode("latin-1"),
}


@given(
    known=st.from_regex(r"[a-zäöé]{2,6}[0-9]{3,6}", fullmatch=True),
    first=st.sampled_from(list(WRAPS)),
    second=st.sampled_from([None, "words", "list"]),
)
def test_wrappings_are_undone_in_any_order(known: str, first: str, second: str | None) -> None:
    unknown = WRAPS[first](known)
    unknown = WRAPS[second](unknown) if second else unknown
    if unknown != known:
        assert near(unknown, known)


def test_what_is_found_does_not_depend_on_the_blocks() -> None:
    unknown = pl.Series([f"member x{number}" for number in range(50)])
    known = pl.Series([f"x{number}" for number in range(40)])
    assert wrapped_ids(unknown, [known]).equals(wrapped_ids(unknown, [known[:7], known[7:]]))
    assert wrapped_ids(unknown, [known]).height == 40


ODD_IDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.text("0123456789", max_size=420),
        st.sampled_from(
            [
                "\\ud800",
                "\\u0041",
                "&#99999999999;",
                "%zz",
                "%ED%A0%80",
                "xn--",
                "=FF",
                "0x",
                "YWJj",
                "~",
                "²",
                "٣" * 20,
            ]
        ),
    ),
    max_size=4,
).map("".join)


@given(st.lists(ODD_IDS, max_size=6, unique=True), st.lists(ODD_IDS, max_size=6, unique=True))
def test_no_id_stops_the_search(unknown: list[str], known: list[str]) -> None:
    unknown = [each for each in unknown if each not in known]
    found = wrapped_ids(pl.Series(unknown, dtype=pl.String), [pl.Series(known, dtype=pl.String)])
    assert set(found["id"]) <= set(unknown)
    assert set(found["known"]) <= set(known)


def test_a_rounded_number_is_found_beside_an_id_in_words() -> None:
    unknown = pl.Series(["1001", "1234567890123456768", "5" * 400])
    known = pl.Series(["member 1001", "1234567890123456789", "5" * 399 + "6"])
    found = wrapped_ids(unknown, [known])
    assert dict(found.select("id", "known").iter_rows()) == {
        "1001": "member 1001",
        "1234567890123456768": "1234567890123456789",
    }
