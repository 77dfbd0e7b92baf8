"""The attack in columns gives what a plain one gives, record by record and member by member."""

import itertools
import math
import re
import unicodedata
from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from redaction.release.gates.linkage.candidates import EXPECTED, MemberTable, Prepared, highest
from redaction.release.gates.linkage.careers_shown import CareersShown
from redaction.release.gates.linkage.conditional_logit import Choices, fit
from redaction.release.gates.linkage.facts import FactKind, Facts
from redaction.release.gates.linkage.tokens import Words, folded
from redaction.tables.schemas import PROFILES
from tests.release.gates.test_linkage import GROUPS, Guild, employers_hidden, names_hidden

TEXTS = [
    "At Doremi Yard the kiln broke; Señor Glazier, 1999!",
    "",
    "नमस्ते दुनिया 2020 — [PERSON_1]'s café",
    "Ünï\u200bcode o\u0301 word's-end 12,000 [DATE]–now",
    "A" * 70 + "b " + "A" * 70 + "c",
]


def plain_words(text: str) -> list[str]:
    bare = re.sub(r"\[[A-Z][A-Z_]*(?:_(?:[0-9]+|k[a-z2-7]+))?\]", " ", text)
    marked = unicodedata.normalize("NFKD", bare)
    letters = "".join(each for each in marked if unicodedata.category(each) not in {"Mn", "Mc", "Me", "Cf"}).lower()
    return re.findall(r"[^\W_]+", letters)


def plain_vector(grams: list[Any], having: Counter[Any], profiles: int) -> dict[Any, float]:
    counts = Counter(grams)
    weights = {
        gram: (1 + math.log(count)) * (1 + math.log((profiles + 1) / (having[gram] + 1)))
        for gram, count in counts.items()
    }
    length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1
    return {gram: weight / length for gram, weight in weights.items() if having[gram] <= max(0.1 * profiles, 2)}


def grams_of(text: str) -> list[Any]:
    words = plain_words(text)
    return [*words, *itertools.pairwise(words)]


def test_words_are_those_of_a_plain_splitter() -> None:
    words = Words.of(folded(pl.Series(TEXTS)))
    expected = [(number, word) for number, text in enumerate(TEXTS) for word in plain_words(text)]
    assert words.text.tolist() == [number for number, _ in expected]
    alike = {word: value for (_, word), value in zip(expected, words.hashes.tolist(), strict=True)}
    assert [alike[word] for _, word in expected] == words.hashes.tolist()
    # Of a word of more than 64 bytes the end is not read.
    assert len(set(words.hashes.tolist())) == len(alike) - 1
    assert [year for year in words.year.tolist() if year] == [1999, 2020]


@pytest.fixture(scope="module")
def guild() -> Guild:
    return Guild(120)


@pytest.fixture(scope="module")
def profiles(guild: Guild) -> pl.DataFrame:
    return pl.DataFrame(guild.profiles, schema=PROFILES)


@pytest.fixture(scope="module")
def table(profiles: pl.DataFrame) -> MemberTable:
    careers = pl.DataFrame(schema={"member": pl.Int64, "career": pl.String})
    return MemberTable(profiles, Facts.of(profiles, GROUPS, careers), np.arange(profiles.height))


@pytest.fixture(scope="module")
def texts(guild: Guild) -> list[tuple[int, str]]:
    numbers = {profile["user_id"]: number for number, profile in enumerate(guild.profiles)}
    made = []
    for row, record in enumerate(guild.records[::5]):
        number = numbers[record["author"]]
        text = names_hidden(record["text"], guild.profiles[number])
        made.append((number, employers_hidden(text, guild.profiles[number]) if row % 3 == 0 else text))
    return made


def plain_facts(profile: dict[str, Any]) -> dict[FactKind, set[str]]:
    jobs = profile["experience"]
    return {
        FactKind.ORGANIZATION: {" ".join(plain_words(job["company"])) for job in jobs},
        FactKind.TITLE: {" ".join(plain_words(job["title"])) for job in jobs},
    }


def shows(text: str, phrase: str) -> bool:
    return f" {phrase} " in f" {' '.join(plain_words(text))} "


def test_the_rare_careers_are_those_of_a_plain_count(
    guild: Guild, table: MemberTable, texts: list[tuple[int, str]]
) -> None:
    shown = CareersShown(table.facts, 10)
    words = Words.of(folded(pl.Series([text for _, text in texts])))
    shown.add(0, table.facts.shown_in(len(texts), words), np.array([author for author, _ in texts]))
    of_members = [set().union(*plain_facts(profile).values()) for profile in guild.profiles]
    dated = [
        {f"{job['title'].lower()} {job['start'].year}" for job in profile["experience"]} for profile in guild.profiles
    ]
    expected = []
    for number, (author, text) in enumerate(texts):
        telling = {
            fact
            for fact in of_members[author]
            if shows(text, fact)
            and sum(shows(other, fact) and fact not in of_members[their] for their, other in texts) < 10
        }
        years = {fact for fact in dated[author] if all(part in plain_words(text) for part in fact.split())}
        sharing = sum(telling <= of_members[member] and years <= dated[member] for member in range(len(of_members)))
        if (telling or years) and sharing < 10:
            expected.append(number)
    assert shown.rare() == expected
    assert 0 < len(expected) < len(texts)


def test_the_nearest_are_those_of_a_plain_comparison(
    guild: Guild, profiles: pl.DataFrame, table: MemberTable, texts: list[tuple[int, str]]
) -> None:
    frame = pl.Series([text for _, text in texts])
    authors = np.array([author for author, _ in texts])
    prepared = table.prepare(frame)
    rarity = table.rarity(np.bincount(prepared.facts.indices, minlength=len(table.facts.keys)), len(texts))
    ranked = table.rank(prepared, authors, rarity, np.random.default_rng(1))
    described = [
        f"{profile['headline']} " + " ".join(f"{job['title']} {job['company']}" for job in profile["experience"])
        for profile in guild.profiles
    ]
    having = Counter(gram for text in described for gram in set(grams_of(text)))
    vectors = [plain_vector(grams_of(text), having, len(described)) for text in described]
    for row in range(0, len(texts), 7):
        mine = plain_vector(grams_of(texts[row][1]), having, len(described))
        for member, features in zip(ranked.members[row], ranked.choices.features[row], strict=True):
            cosine = sum(weight * vectors[member].get(gram, 0) for gram, weight in mine.items())
            assert features[0] == pytest.approx(cosine, abs=2e-3)
            employers = plain_facts(guild.profiles[member])[FactKind.ORGANIZATION]
            assert (features[4 + FactKind.ORGANIZATION] > 0) == any(shows(texts[row][1], each) for each in employers)
        # Nobody who was left out is nearer than the last one chosen.
        every = np.array([sum(weight * each.get(gram, 0) for gram, weight in mine.items()) for each in vectors])
        assert every.argmax() in ranked.members[row][:40]
    assert profiles.height == table.height


def test_how_near_a_text_is_to_its_author_hardly_depends_on_the_shortcut(
    table: MemberTable, texts: list[tuple[int, str]]
) -> None:
    frame = pl.Series([text for _, text in texts])
    authors = pl.DataFrame({"member": [author for author, _ in texts], "candidate": [author for author, _ in texts]})
    prepared: Prepared = table.prepare(frame)
    words = Words.of(folded(frame))
    nothing = np.zeros(len(table.facts.keys), np.float32)
    near = table.near_own(words, prepared.facts, authors, nothing) / (2 * EXPECTED[0])
    ranked = table.rank(prepared, authors["member"].to_numpy(), nothing, np.random.default_rng(1))
    at = ranked.choices.author
    full = np.where(at >= 0, ranked.choices.features[np.arange(len(at)), at, 0], near)
    assert np.corrcoef(near, full)[0, 1] > 0.95


def test_the_coefficients_are_those_of_a_general_optimizer() -> None:
    chance = np.random.default_rng(4)
    features = chance.random((300, 12, len(EXPECTED)), np.float32)
    weights = np.ones((300, 12), np.float32)
    choices = Choices(features, weights, (features @ chance.random(len(EXPECTED)) * 3).argmax(axis=1))

    def loss(coefficients: np.ndarray) -> float:
        shares = choices.probabilities(coefficients)[np.arange(300), choices.author]
        return float(-np.log(shares).sum() + np.square((coefficients - EXPECTED) / (1 + EXPECTED)).sum())

    expected = minimize(loss, EXPECTED, method="L-BFGS-B").x
    assert fit(choices, EXPECTED) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("members", [41, 3_000, 6_477])
def test_the_highest_are_those_of_a_full_sort(members: int) -> None:
    scores = np.random.default_rng(members).random((30, members), np.float32)
    expected = np.sort(np.argsort(-scores, axis=1)[:, :40], axis=1)
    assert (np.sort(highest(scores, 40), axis=1) == expected).all()
