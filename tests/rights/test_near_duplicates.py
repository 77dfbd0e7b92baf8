"""Copies of protected content under another name."""

import random
from collections.abc import Iterator

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pydantic import ValidationError

from redaction.rights import (
    Decisions,
    NearDuplicateSettings,
    Reason,
    apply_near_duplicates,
    near_duplicates,
    protected_posts,
)
from tests.rights.worlds import AS_OF, DAY, at, decided, event, post, profile, signal, world

ORIGINAL = (
    "After eleven years I am leaving the harbour office. What I learned there: answer letters the same day, "
    "count the ropes twice, and never promise a tide. Thank you all, and come by for tea."
)
SETTINGS = NearDuplicateSettings()


def texts(rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"id": list(rows), "text": list(rows.values())}, schema={"id": pl.String, "text": pl.String})


def copies(candidate: str, settings: NearDuplicateSettings = SETTINGS, original: str = ORIGINAL) -> bool:
    return near_duplicates([texts({"o": original})], [texts({"c": candidate})], settings).height == 1


@pytest.mark.parametrize(
    "copy",
    [
        ORIGINAL,
        ORIGINAL.upper(),
        "  " + ORIGINAL.replace(" ", "\n\t ").replace(",", " …") + "!!! 🎉",
        ORIGINAL.replace("eleven", "twelve"),
        ORIGINAL + " So true!",
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in ORIGINAL),
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


def test_short_texts_belong_to_nobody() -> None:
    assert not copies("Congratulations, well deserved!", original="Congratulations, well deserved!")
    short = NearDuplicateSettings(min_words=1)
    assert copies("Congratulations!", short, original="congratulations")
    assert not copies("Congratulations!", short, original="commiserations")


def test_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    original = "港の事務所で十一年間働いてきましたが今日で退職します皆さんありがとう"
    assert copies(original + "!", original=original)
    assert not copies("今日は天気がいいので港まで散歩に行きましたそして美味しいお茶を飲みました", original=original)


def generated(count: int, chance: random.Random) -> dict[str, str]:
    words = [f"word{n}" for n in range(3000)]
    return {f"t{n:05}": " ".join(chance.choices(words, k=chance.randint(10, 60))) for n in range(count)}


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[n : n + 3]) for n in range(len(words) - 2)}


def test_agrees_with_comparing_everything_with_everything() -> None:
    chance = random.Random(7)
    originals = generated(300, chance)
    candidates = {f"c{n}": text for n, text in enumerate(generated(200, chance).values())}
    for number, text in enumerate(list(originals.values())[:250]):
        words = text.split()
        for _ in range(number % 6):
            words[chance.randrange(len(words))] = "changed"
        candidates[f"d{number}"] = " ".join(words)
    found = near_duplicates([texts(originals)], [texts(candidates)], SETTINGS)
    sets = {name: shingles(text) for name, text in originals.items()}
    alike: dict[str, set[str]] = {}
    for name, text in candidates.items():
        own = shingles(text)
        near = {o for o, other in sets.items() if len(own & other) / len(own | other) >= SETTINGS.threshold}
        if near:
            alike[name] = near
    assert 100 < len(alike) < 250
    assert set(found["candidate_id"]) == set(alike)
    assert all(original in alike[candidate] for candidate, original in found.iter_rows())


def test_batches_and_their_order_make_no_difference() -> None:
    chance = random.Random(11)
    originals = generated(200, chance)
    candidates = {f"c-{name}": text + " indeed" for name, text in originals.items()} | generated(100, chance)

    def cut(rows: dict[str, str], size: int) -> Iterator[pl.DataFrame]:
        mixed = texts(rows).sample(fraction=1.0, shuffle=True, seed=size)
        yield from mixed.iter_slices(size)

    whole = near_duplicates([texts(originals)], [texts(candidates)], SETTINGS)
    assert whole.height == 200
    for size in (1, 37, 1000):
        assert_frame_equal(near_duplicates(cut(originals, 50), cut(candidates, size), SETTINGS), whole)


def test_of_equal_originals_the_lowest_id_is_told() -> None:
    originals = [texts({"b": ORIGINAL}), texts({"a": ORIGINAL.upper(), "c": ORIGINAL})]
    pairs = near_duplicates(originals, [texts({"x": ORIGINAL})], SETTINGS)
    assert pairs.rows() == [("x", "a")]


def test_nothing_protected_or_switched_off_finds_nothing() -> None:
    some = texts({"x": ORIGINAL})
    assert near_duplicates([], [some], SETTINGS).is_empty()
    assert near_duplicates([some], [], SETTINGS).is_empty()
    assert near_duplicates([some], [some], NearDuplicateSettings(enabled=False)).is_empty()
    assert near_duplicates([texts({})], [some], SETTINGS).is_empty()


def test_bands_must_divide_permutations() -> None:
    with pytest.raises(ValidationError, match="must divide permutations"):
        NearDuplicateSettings(bands=33)


def made() -> Decisions:
    posts = [
        post("gone-post", "gone", at(2024, 1, 1)),
        post("gone-message", "gone", at(2024, 1, 1), "message"),
        post("copy", "a", at(2024, 2, 1)),
        post("answer", "a", at(2024, 2, 1), in_reply_to="gone-post"),
        post("mentioning", "a", at(2024, 2, 1), mentions=["gone"]),
    ]
    out = [event("e", "gone", "opt_out", AS_OF - DAY)]
    return decided(
        world(posts, [profile("a"), profile("gone")], out, [signal("a", "US"), signal("gone", "US")], mentions="drop")
    )


def test_what_is_protected_are_posts_denied_for_their_author_and_private_ones() -> None:
    assert protected_posts(made()).to_list() == ["gone-message", "gone-post"]


def test_no_reason_told_first_hides_what_is_protected() -> None:
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
    told = world(
        posts,
        [profile(name) for name in where],
        events,
        [signal(name, value) for name, value in where.items()],
        dates={"default": at(2020, 1, 1).date(), "EU27": at(2020, 1, 1).date()},
        withheld={("posts", "a-back")},
    )
    assert protected_posts(decided(told)).to_list() == sorted(
        ["a-message", "a-late-message", "a-back", "half-comment"]
        + [f"gone-{rest}" for rest in ("message", "late-message", "late", "old", "group")]
        + [f"eu-{rest}" for rest in ("message", "old", "poem")]
    )


def test_copies_are_dropped_and_earlier_reasons_stay() -> None:
    before = made()
    rows = {"candidate_id": ["copy", "answer", "mentioning", "a"], "protected_id": ["gone-post"] * 4}
    after = apply_near_duplicates(before, pl.DataFrame(rows))
    told = {row[0]: row[1:] for row in after.records.select("source_id", "decision", "reason", "evidence_id").rows()}
    assert told["copy"] == ("drop", Reason.NEAR_DUPLICATE, "gone-post")
    assert told["answer"] == ("drop", Reason.PARENT_PROTECTED, "gone-post")
    assert told["mentioning"] == ("drop", Reason.NEAR_DUPLICATE, "gone-post")
    assert told["a"] == ("keep", Reason.ELIGIBLE, None)
    assert after.records.select("source", "source_id").equals(before.records.select("source", "source_id"))
    assert_frame_equal(after.subjects, before.subjects)
