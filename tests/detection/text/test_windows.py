import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection import Detector
from redaction.detection.text.windows import windows


@given(st.text(st.sampled_from("ab .\n"), max_size=900), st.integers(20, 60))
def test_windows_cover_the_text_and_overlap(text: str, size: int) -> None:
    overlap = size // 4
    parts = list(windows(text, size, overlap))
    assert parts[0][0] == 0
    assert parts[-1][0] + len(parts[-1][1]) == len(text)
    assert all(text[start : start + len(part)] == part and len(part) <= size for start, part in parts)
    for (start, part), (following, _) in itertools.pairwise(parts):
        assert start < following <= start + len(part) - min(overlap, len(part) - 1)


def test_a_long_paste_has_the_findings_of_its_lines(rules: Detector) -> None:
    lines = [f"entry {i}: mail person{i}@example.com or ring +44 20 7946 0{i % 1000:03d} today" for i in range(2_000)]
    (whole,) = rules.detect(["\n".join(lines)], ["en"])
    parts = rules.detect(lines, ["en"] * len(lines))
    offset, expected = 0, []
    for line, spans in zip(lines, parts, strict=True):
        expected += [(s.start + offset, s.end + offset, s.entity_type) for s in spans]
        offset += len(line) + 1
    assert [(s.start, s.end, s.entity_type) for s in whole] == expected
    assert len(expected) == 2 * len(lines)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["Jennifer Baker went home. ", "x"])
def test_a_text_longer_than_spacys_limit_is_analyzed_completely(social: Detector, unit: str) -> None:
    text = unit * (1_050_000 // len(unit)) + " mail jane@example.com"
    start = time.process_time()
    (spans,) = social.detect([text], ["en"])
    assert time.process_time() - start < 120
    assert text[spans[-1].start : spans[-1].end] == "jane@example.com"
    if len(unit) > 1:
        assert sum(s.entity_type == "PERSON" for s in spans) > 0.9 * text.count("Jennifer")
