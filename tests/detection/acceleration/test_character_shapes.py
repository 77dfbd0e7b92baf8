"""Shapes found by comparing arrays against the patterns that they stand for."""

import random
import re

import pytest

from redaction.detection.acceleration.patterns.character_shapes import Kinds
from redaction.detection.acceleration.patterns.required_literals import fold

SIGNS = "0123456789abcxyzABCXYZ@$#:-. ,_\n\u00e9\u00c9\u0663\u212a\u0131\u4e2d\U0001f600\ud800\xff\u2019"
SHAPES = {
    "@": r"@",
    "$a": r"\$(?!\d)\w",
    "#0000": r"#\d{4}",
    "aa-00": r"(?:(?!\d)\w){2}-\d\d",
    "-hh-": r"-[0-9A-Fa-f]{2}-",
    "s0AA": r"\W\d[A-Z][A-Z]",
    ", n": r", [^a-z]",
    "xxxxx": r"[A-Za-z0-9]{5}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_found_where_its_pattern_is(shape: str) -> None:
    draw = random.Random(2)
    found = 0
    for _ in range(3000):
        text = "".join(draw.choice(SIGNS[: draw.choice((24, 40, len(SIGNS)))]) for _ in range(draw.randrange(40)))
        text += draw.choice(("", "#1234", "-0aF-", "AB-12 3XY", "a1b2c3"))
        starts = [m.start() for m in re.finditer(rf"(?=(?:{SHAPES[shape]}))", text)]
        assert Kinds(text, fold(text)).find(shape).tolist() == starts, text
        found += len(starts)
    assert found > 10
