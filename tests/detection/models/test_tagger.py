"""The shipped tagger: what it must find, independence of the batch, and the refusal of broken weights."""

import random
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection.errors import DetectionError
from redaction.detection.models.linear import one_thread
from redaction.detection.models.own_languages import WEIGHTS
from redaction.detection.models.tagger import ModelError, Tagger, load_backend
from redaction.detection.models.tagger.tokens import tokenize
from redaction.detection.models.tagger.weights import weights_path

TEXTS = [
    "Congrats to Maria Fernandes on the new role in Lisbon!",
    "thanks john, see you in chicago next week",
    "RT @someone: Priya Raghunathan moved from Bangalore to Toronto",
    "#MeetJaneDoe today at https://example.com 🎉",
    "",
    "   ",
    "ok",
    "Reported to Dr. Okonkwo, Nairobi, Kenya. 12 people, 3 sites.",
]


@pytest.fixture(scope="module")
def tagger() -> Iterator[Tagger]:
    with one_thread():
        yield Tagger.load(weights_path("en"))


def names(tagger, text, caution=0.0):
    return {(text[f.start : f.end], f.label) for f in tagger.predict([text], caution)[0]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Congrats to Maria Fernandes on the new role", ("Maria Fernandes", "PERSON")),
        ("I moved from Hamburg to Toronto last year", ("Toronto", "LOCATION")),
        ("lunch with sarah in london today", ("sarah", "PERSON")),
        ("Ask Oluwaseun Adeyemi about the budget", ("Oluwaseun Adeyemi", "PERSON")),
        ("GREETINGS FROM BERLIN", ("BERLIN", "LOCATION")),
        ("so proud of #SerenaWilliams", ("#SerenaWilliams", "PERSON")),
    ],
)
def test_finds_names(tagger, text, expected):
    assert expected in names(tagger, text)


@pytest.mark.parametrize(
    "text",
    [
        "Never stop learning and stay humble.",
        "i will be there next monday, hope the traffic is fine",
        "Our results are out: revenue is up by twelve percent.",
    ],
)
def test_finds_nothing_in_texts_without_names(tagger, text):
    assert names(tagger, text) == set()


def test_more_caution_for_a_type_finds_more_of_it(tagger):
    cautious = tagger.with_cautions({"PERSON": 2.0, "HANDLE": 1.0})

    def persons(of):
        found = zip(TEXTS, of.predict(TEXTS), strict=True)
        return {(text, i) for text, spans in found for s in spans if s.label == "PERSON" for i in range(s.start, s.end)}

    assert persons(cautious) > persons(tagger)
    assert tagger.with_cautions({"HANDLE": 1.0}) is tagger


def test_more_caution_never_finds_less(tagger):
    covered = []
    for caution in (-2.0, 0.0, 2.0, 4.0):
        spans = tagger.predict(TEXTS, caution)
        covered.append({(i, c) for i, row in enumerate(spans) for f in row for c in range(f.start, f.end)})
    assert all(less <= more for less, more in pairwise(covered))
    assert len(covered[0]) < len(covered[-1])


def test_scores_are_probabilities_above_one_half(tagger):
    scores = [f.score for row in tagger.predict(TEXTS, 1.0) for f in row]
    assert scores
    assert all(0.5 <= s <= 1 for s in scores)


def test_scores_do_not_depend_on_the_batch(tagger):
    pool = TEXTS * 40
    random.Random(1).shuffle(pool)
    alone = Tagger.load(weights_path("en"))
    together = {text: scores for text, (_, scores) in zip(pool, tagger.tag_scores(pool), strict=True)}
    for text in TEXTS:
        ((_, scores),) = alone.tag_scores([text])
        assert np.array_equal(scores, together[text])


def test_a_full_word_cache_changes_no_result(tagger, monkeypatch):
    monkeypatch.setattr("redaction.detection.models.tagger.tagger._MAX_CACHED_WORDS", 20)
    small = Tagger.load(weights_path("en"))
    for text in TEXTS:
        assert small.predict([text]) == tagger.predict([text])


def test_backend_has_the_members_of_the_interface():
    backend = load_backend("en", 0.0, {})
    assert backend.labels == ("PERSON", "LOCATION", "ORGANIZATION")
    assert backend.fingerprint == load_backend("en", 0.0, {}).fingerprint
    assert backend.fingerprint != load_backend("en", 0.5, {}).fingerprint
    assert backend.fingerprint != load_backend("en", 0.0, {"PERSON": 0.5}).fingerprint
    (row,) = backend.spans(["Ask Maria Fernandes"], ["en"])
    assert (row[0].start, row[0].end, row[0].label) == (4, 19, "PERSON")


def test_a_language_without_weights_is_an_error():
    with pytest.raises(DetectionError, match="models are shipped for"):
        load_backend("xx", 0.0, {})


def test_an_unreadable_weights_file_is_an_error(tmp_path):
    path = tmp_path / "en.npz"
    for content in (b"", b"nothing", weights_path("en").read_bytes()[:1000]):
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"en\.npz"):
            Tagger.load(path)
    with pytest.raises(ModelError):
        Tagger.load(tmp_path / "none.npz")
    np.savez(path, format=np.array(0))
    with pytest.raises(ModelError):
        Tagger.load(path)


def test_weights_are_small():
    assert sum(path.stat().st_size for path in {weights_path(language) for language in WEIGHTS}) < 34_000_000


def test_tokenizes_posts():
    text = "@jane: O'Brien's #MeetJaneDoe http://a.example/x?y=1 10,000 a.b@c.example wow!!! 👍🏽"
    words = [text[a:b] for a, b in tokenize(text)]
    assert words[:9] == ["@jane", ":", "O'Brien", "'s", "#", "Meet", "Jane", "Doe", "http://a.example/x?y=1"]
    assert words[9:] == ["10,000", "a.b@c.example", "wow", "!!!", "👍🏽"]


@given(st.text(max_size=60))
def test_offsets_are_valid_in_any_text(tagger, text):
    tokens = tokenize(text)
    ends = [0, *(end for _, end in tokens)]
    assert all(before <= start < end <= len(text) for before, (start, end) in zip(ends, tokens, strict=False))
    inside = {i for start, end in tokens for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in inside)
    last = 0
    for found in tagger.predict([text], 2.0)[0]:
        assert last <= found.start < found.end <= len(text)
        last = found.end
