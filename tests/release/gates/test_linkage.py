"""The linkage attack on a made-up network, by templates that no detector learnt from."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from redaction.release.gates import Gate
from redaction.release.gates.linkage import RECORDS, Knowledge, Linkage, attack, linkage_results
from redaction.release.gates.linkage.figures import figures
from redaction.release.gates.linkage.joined import joined_figures
from redaction.release.gates.linkage.limits import allowed_share
from redaction.release.settings import LinkageSettings
from redaction.tables.schemas import PROFILES
from tests.made_up_town import Town

MEMBERS = 240
WORK = ("Glazier", "Cooper", "Farrier", "Sawyer")
TITLES = [f"{grade} {work}" for grade in ("Junior", "Senior", "Lead") for work in WORK]
GROUPS = {title: f"trade {title.split()[1][0].lower()}" for title in TITLES}
THINGS = (
    "kiln",
    "lathe",
    "anvil",
    "forge",
    "barrel",
    "beam",
    "chisel",
    "rivet",
    "trestle",
    "pulley",
    "ratchet",
    "gable",
)
Redact = Callable[[str, dict[str, Any]], str]
SETTINGS = LinkageSettings(max_records=4_000)


def syllables(chance: random.Random, number: int) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(number)).capitalize()


class Guild:
    """Members with employers of their own, and posts that name them."""

    def __init__(self, members: int = MEMBERS) -> None:
        self.chance = random.Random(5)
        self.profiles = [self.profile(number) for number in range(members)]
        self.records: list[dict[str, str]] = []
        for profile in self.profiles:
            for number in range(6):
                self.add(profile, "post", f"{number}", self.post(profile))
            self.add(profile, "resume", "r", self.resume(profile))

    def profile(self, number: int) -> dict[str, Any]:
        jobs = [
            {
                "title": self.chance.choice(TITLES),
                "company": f"{syllables(self.chance, 4)} {self.chance.choice(['Works', 'Yard'])}",
                "start": date(self.chance.randrange(1990, 2024), 1, 1),
            }
            for _ in range(2)
        ]
        given, family = syllables(self.chance, 2), syllables(self.chance, 4)
        return {
            "user_id": f"g{number:04}",
            "full_name": f"{given} {family}",
            "given_name": given,
            "family_name": family,
            "headline": f"{jobs[0]['title']} who mends a {self.chance.choice(THINGS)}",
            "experience": jobs,
        }

    def post(self, profile: dict[str, Any]) -> str:
        first, second, third = self.chance.sample(THINGS, 3)
        firm = profile["experience"][0]["company"]
        return f"At {firm} the {first} broke again, so I, {profile['given_name']}, took a {second} to the {third}."

    def resume(self, profile: dict[str, Any]) -> str:
        return "\n".join(f"{job['title']}, {job['company']} ({job['start'].year})" for job in profile["experience"])

    def add(self, profile: dict[str, Any], kind: str, name: str, text: str) -> None:
        author = profile["user_id"]
        self.records.append(
            {"record_id": f"{author}-{name}", "author": author, "kind": kind, "language": "en", "text": text}
        )

    def attacked(self, redact: Redact, *, block: int = 500, **knowledge: Any) -> Linkage:
        by_id = {profile["user_id"]: profile for profile in self.profiles}
        redacted = [record | {"text": redact(record["text"], by_id[record["author"]])} for record in self.records]
        frame = pl.DataFrame(redacted, schema=RECORDS)

        def blocks() -> Iterator[pl.DataFrame]:
            return frame.iter_slices(block)

        profiles = pl.DataFrame(self.profiles, schema=PROFILES)
        return attack(blocks, Knowledge(profiles, GROUPS, **knowledge), SETTINGS, 10, 3)


def honest(text: str, profile: dict[str, Any]) -> str:
    """Hides names and employers, and generalizes the career."""
    return careers_hidden(employers_hidden(names_hidden(text, profile), profile), profile)


def names_hidden(text: str, profile: dict[str, Any]) -> str:
    return text.replace(profile["given_name"], "[PERSON_1]").replace(profile["family_name"], "[PERSON_1]")


def employers_hidden(text: str, profile: dict[str, Any]) -> str:
    for job in profile["experience"]:
        text = text.replace(job["company"], "[ORGANIZATION_1]")
    return text


def careers_hidden(text: str, profile: dict[str, Any]) -> str:
    for job in profile["experience"]:
        text = text.replace(job["title"], "[OCCUPATION]").replace(str(job["start"].year), "[DATE]")
    return text


def failed(linkage: Linkage, settings: LinkageSettings = SETTINGS) -> set[str]:
    return {each.name for each in linkage_results(linkage, settings, frozenset()) if not each.passed}


@pytest.fixture(scope="module")
def guild() -> Guild:
    return Guild()


def test_an_honest_redaction_passes(guild: Guild) -> None:
    linkage = guild.attacked(honest)
    assert failed(linkage) == set()
    assert linkage.linkable.is_empty()
    assert linkage.rare.is_empty()
    found = {each.name: each for each in linkage.left}
    assert found["posts"].records == 6 * MEMBERS
    assert found["posts"].first.value < 0.02


@pytest.mark.parametrize(
    ("broken", "gates"),
    [
        (lambda text, profile: careers_hidden(employers_hidden(text, profile), profile), {Gate.LINKAGE_CLAIMS}),
        (lambda text, profile: careers_hidden(names_hidden(text, profile), profile), {Gate.LINKAGE_CLAIMS}),
        (lambda text, profile: employers_hidden(names_hidden(text, profile), profile), set()),
    ],
    ids=["names are passed", "employers are not hidden", "careers are not generalized"],
)
def test_a_broken_redaction_is_found(guild: Guild, broken: Callable[..., str], gates: set[str]) -> None:
    linkage = guild.attacked(broken)
    assert failed(linkage) >= gates
    # Whatever the gates say, what shows a career that few share is set aside, and too much of that fails a build.
    assert gates or linkage.rare.len() > 0.9 * MEMBERS
    raw = {each.name: each for each in guild.attacked(lambda text, _: text).found}
    assert raw["posts"].first.value > 0.9


def test_a_unique_story_over_five_posts_is_found_and_set_aside(guild: Guild) -> None:
    storied = Guild()
    hero = storied.profiles[17]
    parts = [
        "rowed a walnut canoe from the glacier to the delta",
        "lost the second paddle to an otter near the flooded monastery",
        "slept in the abandoned funicular with eleven goats",
        "traded the sextant for quince marmalade at the frontier",
        "was fined by a harbor master in a velvet bathrobe",
    ]
    hero["about"] = "I " + ", ".join(parts) + "."
    for number, part in enumerate(parts):
        storied.add(hero, "post", f"story-{number}", f"That summer I {part}, and nobody at the yard believed it.")
    linkage = storied.attacked(honest)
    story = {f"{hero['user_id']}-story-{number}" for number in range(5)}
    assert story <= set(linkage.linkable)
    # Other posts of the same author may go with them, hardly any of other authors.
    assert (~linkage.linkable.str.starts_with(hero["user_id"])).sum() < 3
    assert failed(linkage) == set()
    risks = dict(linkage.risks.iter_rows())
    assert min(risks[each] for each in story) > 20 * sorted(risks.values())[len(risks) // 2]


def test_the_blocks_of_the_records_do_not_matter(guild: Guild) -> None:
    one, other = guild.attacked(honest), guild.attacked(honest, block=77)
    assert one.found == other.found
    assert one.risks.equals(other.risks)


def test_a_sample_may_show_more_than_the_limit_by_chance_alone() -> None:
    assert allowed_share(0.003, 1600, 1600) == 9 / 1600
    assert allowed_share(0.02, 200, 200) == 8 / 200
    assert allowed_share(0.0001, 1000, 1000) == 3 / 1000


def test_the_posts_of_one_author_that_are_found_together_count_for_fewer(guild: Guild) -> None:
    ranks, confidence, authors = np.full(3000, 9), np.zeros(3000), np.repeat(np.arange(300), 10)
    together, apart = ranks.copy(), ranks.copy()
    together[:10] = apart[::300] = 1
    one, many = (figures("posts", each, confidence, authors) for each in (together, apart))
    assert one.first.value == many.first.value == round(10 / 3000, 5)
    assert one.independent == pytest.approx(300, abs=1)
    assert many.independent == 3000
    linkage = guild.attacked(honest)
    said = [failed(replace(linkage, members=2000, chance=0.0, left=(each,))) for each in (one, many)]
    assert said == [set(), {Gate.LINKAGE_POSTS}], "one member of 300 may be chance, ten are not"


def test_of_few_members_nothing_is_measured() -> None:
    small = Guild(40)
    linkage = small.attacked(honest)
    results = list(linkage_results(linkage, SETTINGS, frozenset()))
    assert {each.is_measured for each in results} == {False}
    assert all(each.passed for each in results)
    required = LinkageSettings(required=True)
    assert not any(each.passed for each in linkage_results(linkage, required, frozenset()))


def test_own_words_are_measured_and_not_set_aside(guild: Guild) -> None:
    linkage = guild.attacked(lambda text, _: text, own_words=frozenset({"resume"}))
    assert not [each for each in linkage.linkable if each.endswith("-r")]
    assert not [each for each in linkage.rare if each.endswith("-r")]
    (result,) = (each for each in linkage_results(linkage, SETTINGS, frozenset({"resume"})) if "resumes" in each.name)
    assert (result.passed, result.value) == (True, 1.0)
    assert "pseudonymous" in result.detail


def test_posts_are_joined_by_words_and_habits_of_their_author() -> None:
    posts = pl.DataFrame(Town(120, 6).posts).filter(~pl.col("kind").is_in(["comment", "resume"]))
    figures = joined_figures(posts.select(pl.col("author_id").alias("author"), "text"), 1)
    assert figures is not None
    assert figures.auc.low > 0.7
    assert figures.nearest.low > 5 * figures.chance
    shuffled = posts.select(pl.col("author_id").shuffle(4).alias("author"), "text")
    by_chance = joined_figures(shuffled, 1)
    assert by_chance is not None
    assert abs(by_chance.auc.value - 0.5) < 0.06
    assert by_chance.nearest.value < 4 * by_chance.chance
    assert joined_figures(posts.head(20).select(pl.col("author_id").alias("author"), "text"), 1) is None
