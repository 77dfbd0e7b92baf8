"""Each format on both sides: values that deny, values that leave training alone, values that cannot be read."""

import json
from typing import Any

import pytest

from redaction.rights.signals.formats import FORMATS, read_signal
from redaction.rights.signals.meaning import Effect, path_matches
from redaction.tables import TABLES, TableName

URL = "https://news.example/a/1"
TRAINING = "cawg.ai_training"
RSL = '<rsl xmlns="https://rslstandard.org/rsl">{}</rsl>'


def rsl(license_: str, url: str = "/", attributes: str = "") -> str:
    return RSL.format(f'<content url="{url}" {attributes}><license>{license_}</license></content>')


def permits(words: str, kind: str = "usage") -> str:
    return f'<permits type="{kind}">{words}</permits>'


def cawg(use: str, about: str = TRAINING) -> str:
    return json.dumps({"entries": {about: {"use": use}}})


def store(state: str | None, *assertions: dict[str, Any]) -> str:
    document = {"active_manifest": "m", "manifests": {"m": {"assertions": list(assertions)}}, "validation_state": state}
    return json.dumps(document)


def assertion(use: str, label: str = "cawg.training-mining") -> dict[str, Any]:
    return {"label": label, "data": {"entries": {TRAINING: {"use": use}}}}


def bits(*fields: tuple[int, int]) -> str:
    """Encode (value, width) pairs in base64url, six bits a character."""
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    text += "0" * (-len(text) % 6)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(alphabet[int(text[at : at + 6], 2)] for at in range(0, len(text), 6))


def tcf(consented: int = 0, interests: int = 0, version: int = 2, updated: int = 2) -> str:
    purposes = [(sum(1 << 24 - number for number in range(1, 25) if number == wanted), 24) for wanted in
                (consented, interests)]  # fmt: skip
    head = [(version, 6), (1, 36), (updated, 36), (880, 12), (0, 12), (0, 6), (4, 6), (13, 6), (48, 12), (4, 6)]
    return bits(*head, (0, 14), *purposes, (0, 1), (0, 6), (0, 6), (0, 16), (0, 1))


def california(sale: int = 0, sharing: int = 0, child: int = 0, personal: int = 0, version: int = 1) -> str:
    fields = [(version, 6), *[(1, 2)] * 3, (sale, 2), (sharing, 2), *[(0, 2)] * 9, (child, 2), (0, 2), (personal, 2)]
    return bits(*fields, (1, 2), (0, 2), (0, 2))


def virginia(advertising: int) -> str:
    return bits((1, 6), *[(1, 2)] * 3, (2, 2), (advertising, 2), *[(0, 2)] * 8, (0, 2), *[(0, 2)] * 3)


CA = f"{bits((3, 6), (1, 6), (1, 12), (0, 1), (0b000011, 6))}~"
VA = f"{bits((3, 6), (1, 6), (1, 12), (0, 1), (0b100011, 6))}~"
"""Headers of one section: 8 and 9 in Fibonacci coding."""
PUBLISHED = "DBACNYA~CPSG_8APSG_8ANwAAAENAwCAAAAAAAAAAAAAAAAAAAAA.QAAA.IAAA~1YNN"
"""The example of the framework's own library: sections 2 and 6."""

OPEN_ROBOTS = "User-agent: *\nAllow: /\nSitemap: https://news.example/map.xml\n"

DENY = [
    ("content_usage", "train-ai=n"),
    ("content_usage", "search=y, train-ai=n;why=1"),
    ("content_usage", "train-genai=n"),
    ("robots_txt", "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nAllow: /"),
    ("robots_txt", "User-agent: *\nDisallow: /a/"),
    ("robots_txt", OPEN_ROBOTS + "Content-Usage: train-ai=n"),
    ("robots_txt", OPEN_ROBOTS + "Content-Usage: /a/ train-ai=n"),
    ("robots_txt", OPEN_ROBOTS + "License: https://news.example/license.xml"),
    ("x_robots_tag", "noai"),
    ("x_robots_tag", "noindex, noai, noimageai"),
    ("x_robots_tag", "gptbot: noarchive"),
    ("robots_meta", "index,NOAI"),
    ("rsl", rsl(permits("search"))),
    ("rsl", rsl(permits("ai-train") + '<payment type="subscription"/>')),
    ("rsl", rsl(permits("all") + '<prohibits type="usage">ai-train</prohibits>')),
    ("rsl", rsl(permits("all") + permits("non-commercial", "user"))),
    ("rsl", rsl(permits("all"), attributes='server="https://l.example"')),
    ("tdmrep", "1"),
    ("tdmrep", json.dumps([{"location": "/a/*", "tdm-reservation": 1, "tdm-policy": "https://news.example/p"}])),
    ("cawg", cawg("notAllowed")),
    ("cawg", cawg("constrained")),
    ("cawg", cawg("notAllowed", "c2pa.ai_generative_training")),
    ("cawg", cawg("notAllowed", "cawg.data_mining")),
    ("cawg", store("Trusted", assertion("notAllowed"))),
    ("cawg", store("Valid", assertion("notAllowed", "c2pa.training-mining__1"))),
    ("gpp", CA + california(child=2)),
    ("gpp", CA + california(personal=1)),
    ("gpp", PUBLISHED),
    ("tcf", tcf(consented=9)),
]
NOT_SHARED = [
    ("gpp", CA + california(sale=1)),
    ("gpp", CA + california(sharing=1)),
    ("gpp", CA + california() + "." + bits((1, 2), (1, 1))),
    ("gpp", bits((3, 6), (1, 6), (1, 12), (0, 1), (0b10011, 5)) + "~1YYN"),
]
LEAVE = [
    ("content_usage", "train-ai=y"),
    ("content_usage", "search=n"),
    ("robots_txt", OPEN_ROBOTS),
    ("robots_txt", "User-agent: GPTBot\nDisallow: /b/\n# a comment\n\nUser-agent: *\nDisallow:"),
    ("robots_txt", OPEN_ROBOTS + "Content-Usage: /b/ train-ai=n"),
    ("robots_txt", "User-agent: Googlebot\nDisallow: /"),
    ("x_robots_tag", "noindex, nofollow, max-snippet: 20"),
    ("x_robots_tag", "noimageai"),
    ("robots_meta", "all"),
    ("rsl", rsl(permits("ai-train, search"))),
    ("rsl", rsl(permits("ai-all") + '<payment type="free"/>')),
    ("rsl", rsl(permits("search"), url="/b/")),
    ("rsl", rsl(permits("search"), url="https://other.example/*")),
    ("tdmrep", "0"),
    ("tdmrep", json.dumps([{"location": "/b/*", "tdm-reservation": 1}, {"location": "/a/*", "tdm-reservation": 0}])),
    ("cawg", cawg("allowed")),
    ("cawg", cawg("notAllowed", "cawg.ai_inference")),
    ("cawg", store("Valid", assertion("allowed"))),
    ("cawg", store("Valid", {"label": "c2pa.actions", "data": {}})),
    ("gpp", CA + california(sale=2, sharing=2, personal=2)),
    ("gpp", VA + virginia(advertising=1)),
    ("tcf", tcf(consented=10)),
    ("tcf", tcf(interests=10)),
]
UNREADABLE = [
    ("content_usage", "train-ai=maybe"),
    ("content_usage", "train-ai"),
    ("content_usage", "train-ai=n,,"),
    ("content_usage", "<html>"),
    ("robots_txt", "<html><body>Not found</body></html>"),
    ("robots_txt", "Content-Usage: train-ai=perhaps"),
    ("x_robots_tag", "nothing-known"),
    ("x_robots_tag", ","),
    ("robots_meta", "index; noai"),
    ("rsl", "<rsl><content url='/'/></rsl>"),
    ("rsl", rsl(permits("all"))[:-4]),
    ("rsl", RSL.format("")),
    ("rsl", '<!DOCTYPE rsl [<!ENTITY a "b">]>' + rsl(permits("all"))),
    ("rsl", RSL.format("<content><license/></content>")),
    ("tdmrep", "2"),
    ("tdmrep", "true"),
    ("tdmrep", '[{"location": "/"}]'),
    ("tdmrep", '{"tdm-reservation": 1}'),
    ("cawg", cawg("sometimes")),
    ("cawg", cawg("allowed", "cawg.unheard_of")),
    ("cawg", '{"entries": {}}'),
    ("cawg", store("Invalid", assertion("allowed"))),
    ("cawg", store(None, assertion("allowed"))),
    ("cawg", "[" * 100_000),
    ("gpp", CA + california(sale=3)),
    ("gpp", CA + california(version=9)),
    ("gpp", CA + california()[:4]),
    ("gpp", CA),
    ("gpp", "DBAA"),
    ("gpp", bits((3, 6), (1, 6), (1, 12), (0, 1), (0b0000011, 7)) + "~" + california()),
    ("tcf", tcf(consented=10, version=1)),
    ("tcf", tcf(consented=10, updated=0)),
    ("tcf", tcf(consented=10)[:30]),
    ("tcf", tcf(consented=10) + "="),
]


@pytest.mark.parametrize(("name", "value"), DENY)
def test_a_reservation_denies(name: str, value: str) -> None:
    meaning = read_signal(name, value, URL)
    assert meaning is not None
    assert meaning.effect is Effect.RESERVED
    assert meaning.part.replace("_", "").replace("-", "").isalnum(), "no text of the signal"


@pytest.mark.parametrize(("name", "value"), NOT_SHARED)
def test_an_opt_out_of_sharing_denies_for_others(name: str, value: str) -> None:
    meaning = read_signal(name, value, URL)
    assert meaning is not None
    assert meaning.effect is Effect.NOT_SHARED


@pytest.mark.parametrize(("name", "value"), LEAVE)
def test_a_signal_without_a_reservation_denies_nothing(name: str, value: str) -> None:
    meaning = read_signal(name, value, URL)
    assert meaning is not None
    assert meaning.effect is Effect.NOTHING


@pytest.mark.parametrize(
    ("name", "value"), [*UNREADABLE, *((name, " ") for name in FORMATS), ("ai.txt", "Disallow: /")]
)
def test_a_damaged_or_unknown_signal_cannot_be_read(name: str, value: str) -> None:
    assert read_signal(name, value, URL) is None


@pytest.mark.parametrize("url", [None, "", "/a/1", "ftp://news.example/a", "https://[broken"])
@pytest.mark.parametrize(("name", "value"), [LEAVE[2], LEAVE[9], LEAVE[14]])
def test_rules_by_address_need_an_address(name: str, value: str, url: str | None) -> None:
    assert read_signal(name, value, url) is None


def test_every_format_has_a_word_of_the_table_and_both_sides() -> None:
    words = TABLES[TableName.signals_of_others].columns["format"].words
    assert set(FORMATS) == set(words)
    for side in (DENY, LEAVE, UNREADABLE):
        assert {name for name, _ in side} == set(FORMATS)


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [("/", True), ("/a/*", True), ("/*1$", True), ("/a$", False), ("/b", False), ("https://news.example/*", True)],
)
def test_patterns_of_paths(pattern: str, covers: bool) -> None:
    assert path_matches(pattern, URL) is covers
