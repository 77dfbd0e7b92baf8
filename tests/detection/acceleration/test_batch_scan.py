"""What a batch scan skips could not have matched: rules with a scan against the same rules on every text."""

import ast
import random
import re
import time
from pathlib import Path

import polars as pl
import pytest

from redaction.detection.acceleration.patterns.batch_scan import BatchScan, EveryText, RulePattern, Scanner
from redaction.detection.acceleration.patterns.required_literals import clauses_of, clauses_of_each, fold
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.catalogue import rules_of
from redaction.detection.settings import DetectionSettings

ROOT = Path(__file__).parents[3]
CHARACTERS = "0123456789@#.,:;-/()[]+_ \n\t\u00a0\u2019\u2013éßİıſKΣς٣②"
SETTINGS = DetectionSettings.model_validate({"languages": {"en": {"rules_only": True}}})


def strings_of_tests() -> list[str]:
    """Every string in the recognizers' own tests, so that each rule matches."""
    trees = (
        ast.parse(path.read_text("utf-8"))
        for path in sorted((Path(__file__).parents[1] / "recognizers").rglob("test_*.py"))
    )
    nodes = (node for tree in trees for node in ast.walk(tree))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and len(n.value) > 2]


def mutated(draw: random.Random, pool: list[str], strings: list[str]) -> str:
    text = draw.choice(pool)[:400]
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(text) + 1)
        change = draw.randrange(4)
        if change < 2:
            text = text[:at] + draw.choice(("", " ")) + draw.choice(strings)[:150] + draw.choice(("", " ")) + text[at:]
        elif change == 2:
            text = text[:at] + draw.choice(CHARACTERS) + text[at + draw.randint(0, 4) :]
        else:
            text = draw.choice((str.upper, str.lower, str.swapcase))(text)
    return text


def some_texts(number: int) -> list[str]:
    draw = random.Random(11)
    strings = strings_of_tests()
    posts = [text for text in pl.read_parquet(ROOT / "data/samples/posts/*.parquet")["text"].to_list()[::9] if text]
    return [*strings, *posts, *(mutated(draw, posts, strings) for _ in range(number))]


@pytest.mark.parametrize("number", [500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_rules_find_the_same_as_on_every_text(number: int) -> None:
    texts = some_texts(number)
    rules = list(rules_of(SETTINGS, "en"))
    requests = [rule.scan_request for rule in rules]
    for rule, skipping, whole in zip(
        rules, found(rules, BatchScan(requests), texts), found(rules, EveryText(requests), texts), strict=True
    ):
        assert skipping == whole, rule.name
        assert whole, rule.name


def found(rules: list[RuleRecognizer], scanner: Scanner, texts: list[str]) -> list[dict[int, list[Match]]]:
    scanned, to_search = scanner.scan(texts)
    return [
        {n: matches for n in numbers if (matches := list(rule.matches(scanned[n])))}
        for rule, numbers in zip(rules, to_search, strict=True)
    ]


def test_a_quick_pattern_matches_wherever_its_pattern_does() -> None:
    patterns = [p for rule in rules_of(SETTINGS, "en") for p in rule.scan_request.patterns or () if p.quick is not None]
    texts = [*some_texts(2_000), "at 1012 AB Delft", "K1A 0B1 or SW1A 1AA", "it is @ jane_doe9", "jane%40mail (at) web"]
    missed = [
        (p.pattern.pattern[:60], text)
        for p in patterns
        if p.quick is not None
        for text in texts
        if p.pattern.search(text) and not p.quick.search(text)
    ]
    assert missed == []
    assert [p.pattern.pattern for p in patterns if not any(map(p.pattern.search, texts))] == []
    assert len(patterns) > 10


@pytest.mark.parametrize("piece", ["1", "1a", "AB12", "12-34-", "#1234", "1, ", ", A", "a@", "Am ", "\n1", "--", "1:"])
def test_no_quick_pattern_takes_long(piece: str) -> None:
    """Ten times the text takes no more than thirty times as long."""
    patterns = [p for rule in rules_of(SETTINGS, "en") for p in rule.scan_request.patterns or ()]
    quick = [p.quick for p in patterns if p.quick is not None]

    def seconds(size: int) -> float:
        text = piece * size
        began = time.process_time()
        for pattern in quick:
            pattern.search(text)
        return time.process_time() - began

    assert seconds(30_000) < max(0.5, 30 * seconds(3_000))


def test_a_scan_skips_most_texts() -> None:
    rules = list(rules_of(SETTINGS, "en"))
    posts = [f"An ordinary sentence of {n} words, as people write them every day." for n in range(200)]
    _, to_search = BatchScan([rule.scan_request for rule in rules]).scan(posts)
    asked = {rule.name: len(numbers) for rule, numbers in zip(rules, to_search, strict=True)}
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
def test_matches_contain_the_required_literals(pattern: str, text: str) -> None:
    clauses = clauses_of(pattern)
    folded = fold(f" {text} ")
    assert clauses
    assert all(any(literal in folded for literal in clause) for clause in clauses)


def test_cached_clauses_equal_those_of_each_pattern() -> None:
    patterns = [(r"(?<!\w)via\s\d", 0), (r"box", re.IGNORECASE), (r"\w+", 0), ("", 0)]
    alone = [clauses_of(*each) for each in patterns]
    assert [bool(clauses) for clauses in alone] == [True, True, False, False]
    for _ in range(2):
        assert clauses_of_each(patterns) == alone


def test_a_pattern_that_was_not_scanned_for_is_searched() -> None:
    other = RulePattern(r"\d{4} forgotten")
    scanned, _ = BatchScan([rule.scan_request for rule in rules_of(SETTINGS, "en")]).scan(["1234 forgotten"])
    assert [match.group() for match in scanned[0].matches(other)] == ["1234 forgotten"]


def test_folded_text_has_the_length_of_the_text() -> None:
    text = "İıſK \ud800\U000e0041🎉ΑΣς٣ß\x00"
    assert len(fold(text)) == len(text)
