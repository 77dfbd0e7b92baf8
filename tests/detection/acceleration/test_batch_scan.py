"""What a sweep leaves out could not have matched: rules behind it against the same rules on every text."""

import ast
import random
import re
import time
from pathlib import Path

import polars as pl
import pytest

from redaction.detection.acceleration.patterns.batch_scan import Look, Sought, Sweep
from redaction.detection.acceleration.patterns.required_literals import clauses_of, clauses_of_each, fold
from redaction.detection.recognizers.catalogue import rules_of
from redaction.detection.settings import DetectionSettings

ROOT = Path(__file__).parents[3]
SIGNS = "0123456789@#.,:;-/()[]+_ \n\t\u00a0\u2019\u2013éßİıſKΣς٣②"
SETTINGS = DetectionSettings.model_validate({"languages": {"en": {"rules_only": True}}})


def written_in_tests() -> list[str]:
    """Every string of the recognisers' own tests: each rule is met."""
    trees = (
        ast.parse(path.read_text("utf-8"))
        for path in sorted((Path(__file__).parents[1] / "recognizers").glob("test_*.py"))
    )
    nodes = (node for tree in trees for node in ast.walk(tree))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and len(n.value) > 2]


def mutated(draw: random.Random, pool: list[str], pieces: list[str]) -> str:
    text = draw.choice(pool)[:400]
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(text) + 1)
        change = draw.randrange(4)
        if change < 2:
            text = text[:at] + draw.choice(("", " ")) + draw.choice(pieces)[:150] + draw.choice(("", " ")) + text[at:]
        elif change == 2:
            text = text[:at] + draw.choice(SIGNS) + text[at + draw.randint(0, 4) :]
        else:
            text = draw.choice((str.upper, str.lower, str.swapcase))(text)
    return text


def some_texts(number: int) -> list[str]:
    draw = random.Random(11)
    pieces = written_in_tests()
    posts = [text for text in pl.read_parquet(ROOT / "data/samples/posts/*.parquet")["text"].to_list()[::9] if text]
    return [*pieces, *posts, *(mutated(draw, posts, pieces) for _ in range(number))]


@pytest.mark.parametrize("number", [500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_rules_find_the_same_with_and_without_it(number: int) -> None:
    texts = some_texts(number)
    rules = list(rules_of(SETTINGS, "en"))
    looks, worth = Sweep([rule.wanted for rule in rules]).over(texts)
    for rule, numbers in zip(rules, worth, strict=True):
        swept = {n: list(rule.matches(looks[n])) for n in numbers}
        whole = {n: list(rule.matches(Look(text))) for n, text in enumerate(texts)}
        assert {n: m for n, m in swept.items() if m} == {n: m for n, m in whole.items() if m}, rule.name
        assert any(whole.values()), rule.name


def test_where_a_pattern_is_found_so_is_its_quick_one() -> None:
    wanted = [found for rule in rules_of(SETTINGS, "en") for found in rule.wanted.patterns or ()]
    sought = [found for found in wanted if found.quick is not None]
    texts = [*some_texts(2_000), "at 1012 AB Delft", "K1A 0B1 or SW1A 1AA", "it is @ jane_doe9", "jane%40mail (at) web"]
    missed = [
        (found.pattern.pattern[:60], text)
        for found in sought
        if found.quick is not None
        for text in texts
        if found.pattern.search(text) and not found.quick.search(text)
    ]
    assert missed == []
    assert [found.pattern.pattern for found in sought if not any(map(found.pattern.search, texts))] == []
    assert len(sought) > 10


@pytest.mark.parametrize("piece", ["1", "1a", "AB12", "12-34-", "#1234", "1, ", ", A", "a@", "Am ", "\n1", "--", "1:"])
def test_no_quick_pattern_takes_long(piece: str) -> None:
    """Ten times the text takes no more than thirty times as long."""
    wanted = [found for rule in rules_of(SETTINGS, "en") for found in rule.wanted.patterns or ()]
    quick = [found.quick for found in wanted if found.quick is not None]

    def seconds(size: int) -> float:
        text = piece * size
        began = time.process_time()
        for pattern in quick:
            pattern.search(text)
        return time.process_time() - began

    assert seconds(30_000) < max(0.5, 30 * seconds(3_000))


def test_a_sweep_leaves_most_texts_out() -> None:
    rules = list(rules_of(SETTINGS, "en"))
    posts = [f"An ordinary sentence of {n} words, as people write them every day." for n in range(200)]
    _, worth = Sweep([rule.wanted for rule in rules]).over(posts)
    asked = {rule.name: len(numbers) for rule, numbers in zip(rules, worth, strict=True)}
    assert asked["NumberedDocumentRecognizer"] == asked["PlateRecognizer"] == asked["BirthRecognizer"] == 0


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?<!\w)(?:calle|via)\s\d{1,4}", "Via 12"),
        (r"p\.?\s?o\.?\s?box", "P. O. BOX"),
        (r"[a-z]+straße (?:no\.? ?)?\d", "hauptSTRAẞE No. 7"),
        (r"(?:ab|cd){2,}x", "CDABx"),
        (r"(?<![\w.])u/[\w-]+", "u/x"),
        (r"kilo(?!\w)", "\u212aILO"),
    ],
)
def test_what_a_pattern_needs_stands_in_its_matches(pattern: str, text: str) -> None:
    clauses = clauses_of(pattern)
    folded = fold(f" {text} ")
    assert clauses
    assert all(any(literal in folded for literal in clause) for clause in clauses)


def test_what_many_need_is_read_off_once_and_is_the_same_from_then_on() -> None:
    patterns = [(r"(?<!\w)via\s\d", 0), (r"box", re.IGNORECASE), (r"\w+", 0), ("", 0)]
    alone = [clauses_of(*each) for each in patterns]
    assert [bool(clauses) for clauses in alone] == [True, True, False, False]
    for _ in range(2):
        assert clauses_of_each(patterns) == alone


def test_a_pattern_that_was_not_looked_for_is_searched() -> None:
    forgotten = Sought(r"\d{4} forgotten")
    looks, _ = Sweep([rule.wanted for rule in rules_of(SETTINGS, "en")]).over(["1234 forgotten"])
    assert [match.group() for match in looks[0].matches(forgotten)] == ["1234 forgotten"]


def test_folded_text_has_the_length_of_the_text() -> None:
    text = "İıſK \ud800\U000e0041🎉ΑΣς٣ß\x00"
    assert len(fold(text)) == len(text)
