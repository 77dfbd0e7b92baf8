import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection import Detector
from redaction.detection.text.view import normalize

TEXT = st.text(st.sampled_from("ab1 @.&#;xé\u0301\u200b\u202eаоА😀Ａ＠ﬁ™\u00adक\u093f") | st.characters(), max_size=80)
ENTITY = st.sampled_from(["&#64;", "&amp;", "&amp;#64;", "&nbsp;", "&#x200b;", "&bogus;", "&#1114112;", "&"])


@given(st.lists(TEXT | ENTITY).map("".join))
def test_offsets_of_the_view_are_valid(text: str) -> None:
    view = normalize(text)
    extents = [view.original(i, i + 1) for i in range(len(view.text))]
    assert all(0 <= start < end <= len(text) for start, end in extents)
    assert extents == sorted(extents)
    for (start, end), character in zip(extents, view.text, strict=True):
        if character.isascii() and character.isalnum() and end - start == 1 and text[start].isascii():
            assert text[start] == character


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&")))
def test_plain_text_is_unchanged(text: str) -> None:
    assert normalize(text).text is text


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("jane&#64;example.com", "jane@example.com"),
        ("jane&amp;#64;example.com", "jane@example.com"),
        ("Ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "Jane@example.com"),
        ("ja\u200bne\u2060 d\u00adoe", "jane doe"),
        ("jаne dоe", "jane doe"),
        ("Привет мир", "Привет мир"),
        ("Jane😀Doe", "Jane Doe"),
        ("hi 😀 you", "hi 😀 you"),
        ("Jose\u0301", "José"),
        ("𝐉𝐚𝐧𝐞", "Jane"),
        ("R&D and AT&T; ok", "R&D and AT&T; ok"),
        ("Brand™ is", "Brand™ is"),
    ],
)
def test_normalizes(text: str, normalized: str) -> None:
    assert normalize(text).text == normalized


@pytest.mark.parametrize(
    "obfuscated",
    [
        "jane&#64;example.com",
        "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "ja\u200bne@exam\u200bple.com",
        "jаne@exаmple.com",
        "jane\u2060@\u2060example.com",
        "＠jane_doe",
        "+44 20\u00a07946\u00a00958",
        "+４４ ２０ ７９４６ ０９５８",
    ],
)
def test_the_whole_original_extent_is_covered(rules: Detector, obfuscated: str) -> None:
    text = f"so: {obfuscated} ok"
    (spans,) = rules.detect([text], ["en"])
    assert [(s.start, s.end) for s in spans] == [(4, 4 + len(obfuscated))]


def _random_text(rng: random.Random) -> str:
    pools = (range(32, 127), range(0xA0, 0x600), range(0x900, 0x980), range(0x2000, 0x2070), range(0x1F600, 0x1F650))
    ranges = [rng.choice(pools) for _ in range(3)] + [range(0x110000)]
    return "".join(chr(rng.choice(rng.choice(ranges))) for _ in range(rng.randint(0, 60)))


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_spans_of_random_texts_are_within_bounds(rules: Detector, count: int) -> None:
    rng = random.Random(count)
    texts = [_random_text(rng) for _ in range(count)]
    for text, spans in zip(texts, rules.detect(texts, ["en"] * count), strict=True):
        assert all(0 <= s.start < s.end <= len(text) for s in spans)


@pytest.mark.parametrize("text", ["a" * 200_000, "é" * 200_000, "1" * 200_000, "a1.@" * 50_000, "&#64;" * 40_000])
def test_one_huge_word_takes_bounded_time(rules: Detector, text: str) -> None:
    start = time.process_time()
    rules.detect([text], ["en"])
    assert time.process_time() - start < 20
