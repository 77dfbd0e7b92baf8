"""Copies of protected content under another name."""

import random
from collections.abc import Iterable, Iterator, Sequence

import hypothesis
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pydantic import ValidationError

from redaction.rights import (
    Decisions,
    NearDuplicateSettings,
    Reason,
    RuleResults,
    ShingleFilter,
    Sketches,
    likely_copies,
    near_copies,
    sketch_candidates,
    sketch_protected,
)
from redaction.rights.near_duplicates.shingles import Runs, Shingled
from tests.rights.reference import World
from tests.rights.worlds import AS_OF, DAY, at, decided, event, make_world, post, profile, results, signal

ORIGINAL = (
    "After eleven years I am leaving the harbour office. What I learned there: answer letters the same day, "
    "count the ropes twice, and never promise a tide. Thank you all, and come by for tea."
)
SETTINGS = NearDuplicateSettings()
SECRET = b"of the corpus"


Texts = dict[int, str]


def texts(rows: Texts) -> pl.DataFrame:
    return pl.DataFrame(
        {"number": list(rows), "text": list(rows.values())}, schema={"number": pl.UInt32, "text": pl.String}
    )


def cut(rows: Texts, size: int) -> Iterator[pl.DataFrame]:
    """The texts in batches, in some order."""
    yield from texts(rows).sample(fraction=1.0, shuffle=True, seed=size).iter_slices(size)


def run_batches(batches: Iterable[pl.DataFrame], settings: NearDuplicateSettings = SETTINGS) -> Iterator[Runs]:
    return (Runs.of(batch, settings, SECRET) for batch in batches)


def pairs(
    originals: Texts, candidates: Texts, settings: NearDuplicateSettings = SETTINGS, size: int = 1000
) -> list[tuple[int, int]]:
    """Each copy with what it copies."""
    return pairs_of_nights([(originals, candidates)], settings, size)


def pairs_of_nights(
    nights: Sequence[tuple[Texts, Texts]], settings: NearDuplicateSettings = SETTINGS, size: int = 1000
) -> list[tuple[int, int]]:
    """The same, where originals and candidates come bit by bit, and none is compared with another twice."""
    sketched, protected, found = list[Sketches](), Texts(), list[tuple[int, int]]()
    texts = {number: text for night in nights for rows in night for number, text in rows.items()}
    for originals, candidates in nights:
        shingle_filter, always = ShingleFilter(len(candidates)), np.zeros(10_000, np.bool_)
        always[list(originals)] = bool(sketched)
        new = list(
            sketch_candidates(map(Shingled.of, run_batches(cut(candidates, size), settings)), shingle_filter, settings)
        )
        protected |= originals
        batches = map(Shingled.of, run_batches(cut(protected, size), settings))
        guarded = sketch_protected(batches, shingle_filter, always, settings)
        likely = likely_copies([*sketched, *new], guarded, settings)
        named = {number for row in likely.iter_rows() for number in row}
        again = {number: text for number, text in texts.items() if number in named}
        found += near_copies(likely, cut(again, size), settings, SECRET).select("candidate", "protected").rows()
        sketched += new
    lowest: dict[int, int] = {}
    for candidate, original in found:
        lowest[candidate] = min(original, lowest.get(candidate, original))
    return sorted(lowest.items())


def copies(candidate: str, settings: NearDuplicateSettings = SETTINGS, original: str = ORIGINAL) -> bool:
    return len(pairs({0: original}, {1: candidate}, settings)) == 1


@pytest.mark.parametrize(
    "copy",
    [
        ORIGINAL,
        ORIGINAL.upper(),
        "  " + ORIGINAL.replace(" ", "\n\t ").replace(",", " …") + "!!! 🎉",
        ORIGINAL.replace("eleven", "twelve"),
        ORIGINAL + " So true!",
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in ORIGINAL),
        "".join(chr(ord(c) + 0x1CC95) if "A" <= c <= "Z" else c for c in ORIGINAL.upper()),  # of Unicode 16
    ],
)
def test_a_copy_is_found_whatever_its_case_width_and_punctuation(copy: str) -> None:
    assert copies(copy)


def test_another_text_is_not_a_copy() -> None:
    assert not copies(
        "A quiet morning at the harbour office, with tea, ropes and a letter that nobody answered. Thank you."
    )
    assert not copies(ORIGINAL.replace("eleven", "twelve"), NearDuplicateSettings(threshold=1.0))
    assert not copies("")


def test_short_texts_are_not_compared() -> None:
    assert not copies("Congratulations, well deserved!", original="Congratulations, well deserved!")
    short = NearDuplicateSettings(min_words=1)
    assert copies("Congratulations!", short, original="congratulations")
    assert not copies("Congratulations!", short, original="commiserations")


def test_scripts_without_spaces_are_compared_character_by_character() -> None:
    original = "港の事務所で十一年間働いてきましたが今日で退職します皆さんありがとう"
    assert copies(original + "!", original=original)
    assert not copies("今日は天気がいいので港まで散歩に行きましたそして美味しいお茶を飲みました", original=original)


def generated(first: int, count: int, chance: random.Random) -> Texts:
    words = [f"word{n}" for n in range(3000)]
    return {first + n: " ".join(chance.choices(words, k=chance.randint(10, 60))) for n in range(count)}


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[n : n + 3]) for n in range(len(words) - 2)}


def test_agrees_with_comparing_everything_with_everything() -> None:
    chance = random.Random(7)
    originals = generated(0, 300, chance)
    candidates = generated(1000, 200, chance)
    for number, text in enumerate(list(originals.values())[:250]):
        words = text.split()
        for _ in range(number % 6):
            words[chance.randrange(len(words))] = "changed"
        candidates[2000 + number] = " ".join(words)
    found = pairs(originals, candidates)
    sets = {name: shingles(text) for name, text in originals.items()}
    alike: dict[int, set[int]] = {}
    for name, text in candidates.items():
        own = shingles(text)
        near = {o for o, other in sets.items() if len(own & other) / len(own | other) >= SETTINGS.threshold}
        if near:
            alike[name] = near
    assert 100 < len(alike) < 250
    assert [candidate for candidate, _ in found] == sorted(alike)
    assert all(original == min(alike[candidate]) for candidate, original in found)


def test_batches_and_their_order_make_no_difference() -> None:
    chance = random.Random(11)
    originals = generated(0, 200, chance)
    candidates = {number + 1000: text + " indeed" for number, text in originals.items()} | generated(2000, 100, chance)
    whole = pairs(originals, candidates)
    assert len(whole) == 200
    for size in (1, 37):
        assert pairs(originals, candidates, size=size) == whole


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
@hypothesis.settings(max_examples=30)
def test_compared_texts_need_not_be_compared_again(seed: int, number: int) -> None:
    chance = random.Random(seed)
    originals = generated(0, 40, chance)
    changed = {n + 2000: text + " indeed" * chance.randint(0, 9) for n, text in originals.items()}
    again = {n + 100: text.upper() if chance.random() < 0.5 else text.title() for n, text in originals.items()}
    originals, candidates = originals | again, changed | generated(1000, 20, chance)
    nights: list[tuple[Texts, Texts]] = [({}, {}) for _ in range(number)]
    for rows, side in ((originals, 0), (candidates, 1)):
        for name, text in rows.items():
            chance.choice(nights)[side][name] = text
    expected = pairs(originals, candidates)
    for size in (1000, 7):
        assert pairs_of_nights(nights, size=size) == expected


def test_sketches_with_another_secret_do_not_match() -> None:
    def sketch(secret: bytes) -> Sketches:
        return next(
            sketch_candidates(
                [Shingled.of(Runs.of(texts({0: ORIGINAL}), SETTINGS, secret))], ShingleFilter(1), SETTINGS
            )
        )

    mine, again, theirs = (sketch(secret).sketches for secret in (SECRET, SECRET, b"guessed"))
    assert (mine == again).all()
    assert (mine == theirs).mean() < 0.1


def test_of_equal_originals_the_lowest_number_is_reported() -> None:
    assert pairs({2: ORIGINAL, 1: ORIGINAL.upper(), 3: ORIGINAL}, {9: ORIGINAL}, size=1) == [(9, 1)]


def test_nothing_protected_finds_nothing() -> None:
    assert pairs({}, {1: ORIGINAL}) == []
    assert pairs({1: ORIGINAL}, {}) == []


def test_bands_must_divide_permutations() -> None:
    with pytest.raises(ValidationError, match="must divide permutations"):
        NearDuplicateSettings(bands=33)


def made() -> World:
    posts = [
        post("gone-post", "gone", at(2024, 1, 1)),
        post("gone-message", "gone", at(2024, 1, 1), "message"),
        post("copy", "a", at(2024, 2, 1)),
        post("answer", "a", at(2024, 2, 1), in_reply_to="gone-post"),
        post("mentioning", "a", at(2024, 2, 1), mentions=["gone"]),
    ]
    out = [event("e", "gone", "opt_out", AS_OF - DAY)]
    return make_world(
        posts, [profile("a"), profile("gone")], out, [signal("a", "US"), signal("gone", "US")], mentions="drop"
    )


def evidence(first: RuleResults, copied: list[str]) -> pl.DataFrame:
    """The given posts as copies of `gone-post`."""
    ids = pl.concat(first.posts.posts.ids())
    rows = [(row, "gone-post") for row, name in enumerate(ids) if name in copied]
    return pl.DataFrame(rows, schema={"row_number": pl.UInt32, "evidence": pl.String}, orient="row")


def test_posts_denied_for_their_author_and_private_posts_are_protected() -> None:
    assert decided(made()).protected.to_list() == ["gone-message", "gone-post"]


def test_another_reason_does_not_hide_that_a_post_is_protected() -> None:
    early, late = at(2019, 1, 1), AS_OF + DAY
    posts = [
        *(post(f"{who}-message", who, at(2024, 1, 1), "message") for who in ("a", "gone", "eu")),
        *(post(f"{who}-late-message", who, late, "message") for who in ("a", "gone")),
        *(post(f"{who}-late", who, late) for who in ("a", "gone")),
        *(post(f"{who}-old", who, early) for who in ("a", "gone", "eu")),
        *(post(f"{who}-poem", who, at(2024, 1, 1), "poem") for who in ("a", "eu")),
        *(post(f"{who}-group", who, at(2024, 1, 1), context="group:health:x") for who in ("a", "gone")),
        post("a-back", "a", at(2024, 1, 1)),
        post("a-kept", "a", at(2024, 1, 1)),
        post("half-kept", "half", at(2024, 1, 1)),
        post("half-comment", "half", at(2024, 1, 1), "comment"),
    ]
    events = [
        event("e", "gone", "opt_out", AS_OF - DAY),
        event("f", "half", "opt_out", AS_OF - DAY, categories=["comment"]),
    ]
    where = {"a": "US", "gone": "US", "half": "US", "eu": "Deutschland"}
    world = make_world(
        posts,
        [profile(name) for name in where],
        events,
        [signal(name, value) for name, value in where.items()],
        dates={"default": at(2020, 1, 1).date(), "EU27": at(2020, 1, 1).date()},
        withheld={("posts", "a-back")},
    )
    assert decided(world).protected.to_list() == sorted(
        ["a-message", "a-late-message", "a-back", "half-comment"]
        + [f"gone-{rest}" for rest in ("message", "late-message", "late", "old", "group")]
        + [f"eu-{rest}" for rest in ("message", "old", "poem")]
    )


def test_copies_are_dropped_and_earlier_reasons_stay() -> None:
    first = results(made())
    before: Decisions = first.decisions()
    after = first.decisions(evidence(first, ["copy", "answer", "mentioning", "gone-message"]))
    said = {row[0]: row[1:] for row in after.records.select("source_id", "decision", "reason", "evidence_id").rows()}
    assert said["copy"] == ("drop", Reason.NEAR_DUPLICATE, "gone-post")
    assert said["answer"] == ("drop", Reason.PARENT_PROTECTED, "gone-post")
    assert said["mentioning"] == ("drop", Reason.NEAR_DUPLICATE, "gone-post")
    assert said["gone-message"][1] == Reason.KIND_DENIED
    assert said["a"] == ("keep", Reason.ELIGIBLE, None)
    assert after.records.select("source", "source_id").equals(before.records.select("source", "source_id"))
    assert_frame_equal(after.subjects, before.subjects)
