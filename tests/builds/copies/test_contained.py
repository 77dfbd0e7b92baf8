"""A protected text within a longer one, over two fields, or with other white space is found."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builds.copies.test_short_labels import give
from tests.builds.test_decide import LONG, decided
from tests.network import Network

OTHER = (
    "Before the ferry came back we counted forty crates of apples, two broken ladders, a green bicycle and one very "
    "old map of the harbour, which nobody had seen since the big storm; then the night watch closed all gates, lit "
    "the lamps and wrote down the names of the ships."
)
NIGHT = datetime(2025, 6, 29, 23, tzinfo=UTC)
WORDS = LONG.split()
HALF = len(WORDS) // 2

PLACED: dict[str, Callable[[str], str]] = {
    "first": lambda text: f"{text} {OTHER}",
    "last": lambda text: f"{OTHER} {text}",
    "within": lambda text: f"{OTHER} {text} {OTHER.upper()}",
    "three times as long": lambda text: f"{text} {' '.join(w + 'x' for w in (OTHER + ' ' + OTHER[::-1]).split())}",
    "without white space": lambda text: text.replace(" ", ""),
    "spaced out": " ".join,
    "spaced out capitals": lambda text: " ".join(text.upper()),
    "one word changed": lambda text: f"{text.replace(WORDS[3], 'instead', 1)} {OTHER}",
}


def post(network: Network, who: str, text: str, title: str | None = None) -> str:
    name = f"p-{who}-{len(network.posts)}"
    network.posts.append(network.posts[1] | {"post_id": name, "author_id": who, "text": text, "title": title})
    return name


@pytest.mark.parametrize("placed", list(PLACED))
def test_a_text_that_holds_a_protected_one_is_dropped(tmp_path: Path, placed: str) -> None:
    network = Network()
    evidence = post(network, "out", LONG)
    copy = post(network, "ada", PLACED[placed](LONG))
    other = post(network, "ben", PLACED[placed](OTHER))
    decisions = decided(network, tmp_path)
    assert decisions[copy] == ("near_duplicate", evidence)
    assert decisions[other] == ("eligible", None)


@pytest.mark.parametrize("first", ["title", "text"])
def test_a_copy_over_title_and_text_is_dropped(tmp_path: Path, first: str) -> None:
    network = Network()
    evidence = post(network, "out", LONG)
    halves = " ".join(WORDS[:HALF]), " ".join(WORDS[HALF:])
    title, text = halves if first == "title" else halves[::-1]
    copy = post(network, "ada", text, title)
    assert decided(network, tmp_path)[copy] == ("near_duplicate", evidence)


def test_a_copy_over_headline_and_summary_is_dropped(tmp_path: Path) -> None:
    network = Network()
    evidence = post(network, "out", LONG)
    give(network, "ada", "headline", " ".join(WORDS[:HALF]))
    give(network, "ada", "about", " ".join(WORDS[HALF:]))
    assert decided(network, tmp_path)["ada"] == ("near_duplicate", evidence)


def test_a_short_protected_text_is_not_searched_for_in_longer_ones(tmp_path: Path) -> None:
    network = Network()
    post(network, "out", " ".join(WORDS[:10]))
    copy = post(network, "ada", f"{' '.join(WORDS[:10])} {OTHER}")
    assert decided(network, tmp_path)[copy] == ("eligible", None)


@pytest.mark.parametrize("placed", ["within", "without white space", "spaced out"])
def test_a_text_that_was_kept_is_dropped_once_it_holds_a_protected_one(tmp_path: Path, placed: str) -> None:
    """What an earlier night stored of the kept text is compared with what is protected now."""
    network = Network()
    original = post(network, "ben", LONG)
    copy = post(network, "ada", PLACED[placed](LONG))
    assert {decided(network, tmp_path)[name] for name in (original, copy)} == {("eligible", None)}
    network.rights_events.append(
        {"event_id": "late", "subject_id": "ben", "action": "opt_out", "event_time": NIGHT, "received_at": NIGHT}
    )
    decisions = decided(network, tmp_path)
    assert decisions[original][0] == "opted_out"
    assert decisions[copy] == ("near_duplicate", original)
