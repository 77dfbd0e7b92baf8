"""Test that a copied title or headline is found, and that one which many people write is kept."""

from pathlib import Path
from typing import Any

import pytest

from tests.builds.test_decide import LONG, decided
from tests.network import Network

LABEL = " ".join(LONG.split()[:12])
TEMPLATE = "Senior Software Engineer at Examplify | Cloud & Data | Ex-Initech"


def give(network: Network, who: str, field: str, label: str) -> str:
    """Give a member a label, and return the id of the record that has it."""
    if field == "title":
        name = f"p-{who}-{len(network.posts)}"
        row = network.posts[1] | {"post_id": name, "author_id": who, "text": "Short.", "title": label}
        network.posts.append(row)
        return name
    profile = next(row for row in network.profiles if row["user_id"] == who)
    role = {"title": "Driver", "company": "Rail", "location": "Chicago", "description": label}
    profile[field] = [role] if field == "experience" else label
    return who


def join(network: Network, number: int) -> list[str]:
    """Add members who may be used."""
    users = [f"member-{n}" for n in range(number)]
    for user in users:
        network.profiles.append(network.profiles[0] | {"user_id": user, "full_name": user, "headline": "Driver"})
        network.region_signals.append(network.region_signals[0] | {"subject_id": user})
    return users


def reason(folder: Path, network: Network, name: str) -> Any:
    return decided(network, folder)[name]


@pytest.mark.parametrize("original", ["title", "headline", "experience"])
@pytest.mark.parametrize("copy", ["title", "headline", "experience"])
def test_a_copied_label_is_found(tmp_path: Path, original: str, copy: str) -> None:
    network = Network()
    evidence = give(network, "out", original, LABEL)
    name = give(network, "ada", copy, LABEL)
    other = give(network, "ben", copy, " ".join(LONG.split()[6:18]))
    decisions = decided(network, tmp_path)
    assert decisions[name] == ("near_duplicate", evidence)
    assert decisions[other] == ("eligible", None)


@pytest.mark.parametrize(
    "label",
    [
        LABEL.upper(),
        f"  {LABEL.replace(' ', ' | ')} !",
        LABEL.replace("n", "n\u00ad").replace(" ", "\u00a0"),
        LABEL.replace(" and ", " <b>and</b> &#32;"),
        f"{LABEL} https://network.example/p/1",
    ],
)
def test_spelling_makes_no_difference(tmp_path: Path, label: str) -> None:
    network = Network()
    give(network, "out", "headline", LABEL)
    assert reason(tmp_path, network, give(network, "ada", "headline", label))[0] == "near_duplicate"


@pytest.mark.parametrize("label", [LABEL.replace("winters", "summers"), f"{LABEL} too", " ".join(LABEL.split()[1:])])
def test_a_label_with_other_words_is_no_copy(tmp_path: Path, label: str) -> None:
    network = Network()
    give(network, "out", "headline", LABEL)
    assert reason(tmp_path, network, give(network, "ada", "headline", label)) == ("eligible", None)


@pytest.mark.parametrize(("words", "expected"), [(7, "eligible"), (8, "near_duplicate"), (15, "near_duplicate")])
def test_labels_of_fewer_than_min_words_are_not_compared(tmp_path: Path, words: int, expected: str) -> None:
    network = Network()
    label = " ".join(LONG.split()[:words])
    give(network, "out", "title", label)
    assert reason(tmp_path, network, give(network, "ada", "title", label))[0] == expected


@pytest.mark.parametrize(("copiers", "expected"), [(4, "near_duplicate"), (5, "eligible")])
@pytest.mark.parametrize("field", ["title", "headline"])
def test_a_label_that_many_people_have_is_kept(tmp_path: Path, field: str, copiers: int, expected: str) -> None:
    network = Network()
    give(network, "out", "headline", TEMPLATE)
    names = [give(network, user, field, TEMPLATE) for user in join(network, copiers)]
    decisions = decided(network, tmp_path)
    assert {decisions[name][0] for name in names} == {expected}


def test_many_records_of_one_person_are_not_many_people(tmp_path: Path) -> None:
    network = Network()
    give(network, "out", "title", LABEL)
    names = [give(network, "ada", "title", LABEL) for _ in range(8)]
    decisions = decided(network, tmp_path)
    assert {decisions[name][0] for name in names} == {"near_duplicate"}


def test_a_label_that_fewer_people_have_in_the_next_build_is_found_then(tmp_path: Path) -> None:
    network = Network()
    give(network, "out", "title", LABEL)
    users = join(network, 6)
    names = [give(network, user, "title", LABEL) for user in users]
    assert decided(network, tmp_path)[names[0]] == ("eligible", None)
    network.posts = [post for post in network.posts if post["post_id"] not in names[1:]]
    assert decided(network, tmp_path)[names[0]][0] == "near_duplicate"


def test_a_form_with_blanks_that_others_fill_in_otherwise_is_kept(tmp_path: Path) -> None:
    network = Network()
    form = "Helping teams with {} in {}"
    give(network, "out", "headline", form.format("data modelling", "public health"))
    copy = give(network, "ada", "headline", form.format("data modelling", "public health"))
    own = give(network, "ben", "title", LABEL)
    give(network, "out", "title", LABEL)
    blanks = [
        ("data modelling", "climate tech"),
        ("data modelling", "human resources"),
        ("curriculum design", "public health"),
        ("technical interviewing", "public health"),
    ]
    for user, blank in zip(join(network, 4), blanks, strict=True):
        give(network, user, "headline", form.format(*blank))
    decisions = decided(network, tmp_path)
    assert decisions[copy] == ("eligible", None)
    assert decisions[own][0] == "near_duplicate"


def test_an_edited_copy_beside_it_does_not_hide_a_copy(tmp_path: Path) -> None:
    network = Network()
    give(network, "out", "title", LABEL)
    [user] = join(network, 1)
    give(network, user, "title", LABEL.replace("lamp", "torch"))
    assert reason(tmp_path, network, give(network, "ada", "title", LABEL))[0] == "near_duplicate"
