"""The charts show the numbers that they are given, and every text in them is text."""

import re
from xml.etree import ElementTree

import pytest

from redaction.release.report import Quality, TypeQuality
from redaction.release.report.charts import by_month, funnel, leak

HOSTILE = '<script>alert(1)</script>"&'


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def bars(svg: str) -> list[tuple[float, float]]:
    """Return from where to where each horizontal bar goes."""
    found = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)v[\d.]+H[\d.]+z", svg)
    return [(float(start), float(end)) for start, end in found]


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in parsed(svg).iter("text")]


def test_each_bar_of_a_funnel_is_as_long_as_its_number_and_ends_where_the_one_before_began() -> None:
    read, *left_out, kept = bars(funnel("posts", [("read", 1000), ("Age", 300), ("Kind", 200), ("kept", 500)]))
    unit = (read[1] - read[0]) / 1000
    assert [round((end - start) / unit) for start, end in (*left_out, kept)] == [300, 200, 500]
    assert left_out[0][1] == read[1]
    assert left_out[1][1] == left_out[0][0]
    assert kept == (read[0], left_out[1][0])


def test_a_funnel_names_its_groups_and_numbers() -> None:
    shown = texts(funnel("posts", [("read", 1234), (HOSTILE, 234), ("kept", 1000)]))
    assert {"read", HOSTILE, "kept", "1,234", "234", "1,000", "posts: records"} <= set(shown)


def test_months_are_stacked_in_proportion() -> None:
    svg = by_month(["2025-01", "2025-02"], {"kept": [30, 10], HOSTILE: [10, 0]}, "posts")
    columns = [(float(low), float(high)) for low, high in re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)H[\d.]+V", svg)]
    assert len(columns) == 3  # nothing is drawn for 0
    first, second, above = [low - high for low, high in columns]
    assert first / second == pytest.approx(3, abs=0.05)
    assert above == pytest.approx(second, abs=0.2)
    assert columns[2][0] == columns[0][1]
    assert {"kept", HOSTILE, "2025-01", "2025-02", "posts", "40"} <= set(texts(svg))


def test_a_leak_is_drawn_between_the_ends_of_its_interval() -> None:
    types = tuple(
        TypeQuality(entity_type=name, labeled=90, leak=value, low=low, high=high)
        for name, value, low, high in (("PERSON", 0.2, 0.1, 0.4), ("LOCATION", 0.0, 0.0, 0.0))
    )
    svg = leak(Quality(labeled_set="set", made_up=True, texts=4, over=0, over_low=0, over_high=0, types=types))
    person, location = [float(each.get("cx", "")) for each in parsed(svg).iter("circle")]
    low, high = (float(x) for x in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)M", svg)[0])
    assert (person - low) / (high - low) == pytest.approx(1 / 3, abs=0.01)
    assert location < low
    assert {"PERSON", "LOCATION"} <= set(texts(svg))


@pytest.mark.parametrize("most", [1, 2, 7, 10, 99, 12_600, 123_456_789])
def test_an_axis_has_few_round_numbers(most: int) -> None:
    steps = [("read", most), ("kept", most)]
    numbers = [int(text.replace(",", "")) for text in texts(funnel("posts", steps)) if text.replace(",", "").isdigit()]
    ticks = [number for number in numbers if number != most]
    assert ticks[0] == 0
    assert len(ticks) <= 7
    assert all(number <= 1.14 * most for number in ticks)


def test_nothing_to_draw_is_drawn() -> None:
    empty = Quality(labeled_set="set", made_up=True, texts=0, over=0, over_low=0, over_high=0, types=())
    for svg in (
        funnel("posts", [("read", 0), ("kept", 0)]),
        by_month(["2025-01"], {"kept": [0]}, "posts"),
        leak(empty),
    ):
        assert parsed(svg).tag == "svg"
