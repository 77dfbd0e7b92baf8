"""Compare entities computed in NumPy with those of `nlp.pipe`, for the shipped weights and for random ones."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from redaction.detection.acceleration.spacy_numpy import EntityReader, network, reader_of
from redaction.detection.acceleration.spacy_numpy.network import Maxout
from redaction.detection.acceleration.spacy_numpy.word_vectors import WordEncoder
from redaction.detection.models import spacy as spacy_models
from redaction.detection.models.linear import Affine, Floats, one_thread
from tests.detection.acceleration.pipelines import Build, pipeline
from tests.detection.presidio.test_batch_analyzer import MODEL, texts

POSTS = Path(__file__).parents[3] / "data" / "samples" / "posts"
SPACES = (" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u2003", " \n \n", "\u200b")
Entities = list[list[tuple[int, int, str]]]


@pytest.fixture(scope="module")
def spacy_ner() -> spacy_models.SpacyNer:
    return spacy_models.SpacyNer(MODEL)


@pytest.fixture(scope="module")
def nlp(spacy_ner: spacy_models.SpacyNer) -> Language:
    return spacy_ner.nlp


@pytest.fixture(scope="module")
def reader(nlp: Language) -> EntityReader:
    return EntityReader(nlp)


def by_spacy(nlp: Language, sample: Sequence[str]) -> Entities:
    with nlp.memory_zone():
        return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(sample, batch_size=64)]


def by_reader(reader: EntityReader, sample: Sequence[str]) -> Entities:
    return [[tuple(found) for found in each] for each in reader.entities(sample)]  # type: ignore[misc]


def sample_of(count: int) -> list[str]:
    """Posts of the sample network, templates, odd spacing, noise, the shortest and long texts."""
    rng = random.Random(count)
    posts = pl.read_parquet(POSTS / "*.parquet")["text"].drop_nulls().to_list()
    rng.shuffle(posts)
    plain = [*posts[: count // 2], *texts(count // 2, seed=count)]
    spaced = [
        rng.choice(SPACES).join(text.split(" ")) + rng.choice(SPACES) for text in rng.choices(plain, k=count // 10)
    ]
    noise = ["".join(map(chr, rng.choices(range(1, 0x2FFF), k=rng.randrange(80)))) for _ in range(count // 20)]
    single = [rng.choice(text.split() or [" "]) for text in rng.choices(plain, k=count // 10)]
    long = [" ".join(rng.choices(plain, k=min(count, 100))) for _ in range(max(count // 2000, 1))]
    every = [*plain, *spaced, *noise, *single, *long, *SPACES, ""]
    rng.shuffle(every)
    return every


@pytest.mark.parametrize("count", [200, pytest.param(20_000, marks=pytest.mark.slow)])
def test_entities_equal_those_of_spacy(reader: EntityReader, nlp: Language, count: int) -> None:
    sample = sample_of(count)
    expected = by_spacy(nlp, sample)
    assert sum(map(len, expected)) > count
    assert [
        i for i, pair in enumerate(zip(by_reader(reader, sample), expected, strict=True)) if pair[0] != pair[1]
    ] == []


@given(st.lists(st.text(max_size=60) | st.text("Ab Cd.1\n@", max_size=40), max_size=6))
def test_entities_of_any_texts_equal_those_of_spacy(reader: EntityReader, nlp: Language, sample: list[str]) -> None:
    assert by_reader(reader, sample) == by_spacy(nlp, sample)


BUILDS = [
    Build(),
    Build(attributes=("LOWER", "SHAPE", "SPACY", "IS_SPACE"), width=24, depth=3, pieces=2),
    Build(window=2, hidden_pieces=3),
    Build(vectors=True),
    Build(listens=True),
    Build(listens=True, vectors=True, window=2),
]


@pytest.mark.parametrize("build", BUILDS)
def test_entities_of_other_builds_equal_those_of_spacy(build: Build) -> None:
    sample = sample_of(40)
    entities = 0
    for seed in range(3):
        nlp = pipeline(build, seed)
        reader = reader_of(nlp)
        assert reader is not None
        expected = by_spacy(nlp, sample)
        assert by_reader(reader, sample) == expected
        entities += sum(end - start > 12 for each in expected for start, end, _ in each)
    assert entities > len(sample)


@pytest.mark.parametrize(
    "build",
    [
        Build(component=(("incorrect_spans_key", "wrong"),)),
        Build(encoder="spacy.MishWindowEncoder.v2"),
        Build(model=(("extra_state_tokens", True),)),
        Build(model=(("use_upper", False),)),
        Build(hidden_pieces=1),
    ],
)
def test_unsupported_architectures_are_left_to_spacy(build: Build) -> None:
    assert reader_of(pipeline(build, 1)) is None


def test_a_pipe_that_disagrees_is_left_to_spacy() -> None:
    nlp = pipeline(Build(), 1)
    assert reader_of(nlp) is not None
    # Names that are entities whatever the weights say: nothing in the pipe's build tells of it.
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Lisbon"}])  # type: ignore[attr-defined]
    nlp.add_pipe("merge_entities")
    nlp.get_pipe("entity_ruler").overwrite = True  # type: ignore[attr-defined]
    assert reader_of(nlp) is None


def test_texts_left_to_spacy_are_analyzed_too(
    monkeypatch: pytest.MonkeyPatch, spacy_ner: spacy_models.SpacyNer
) -> None:
    sample = texts(40, seed=6)
    monkeypatch.setattr(spacy_models, "reader_of", lambda _nlp: None)
    left = spacy_models.SpacyNer(MODEL).spans(sample, ["en"] * len(sample))
    assert left == spacy_ner.spans(sample, ["en"] * len(sample))
    assert sum(map(len, left)) > len(sample) / 2


def test_the_rest_of_the_batch_and_its_order_do_not_matter(reader: EntityReader) -> None:
    sample = [*texts(20, seed=7), " ", "", "Anna Berg"]
    alone = [by_reader(reader, [text])[0] for text in sample]
    assert by_reader(reader, sample) == alone
    assert by_reader(reader, sample[::-1]) == alone[::-1]


@pytest.mark.parametrize(("width", "pieces"), [(96, 3), (64, 2), (128, 3), (20, 2)])
@given(seed=st.integers(0, 2**32 - 1), lengths=st.lists(st.integers(1, 200), min_size=1, max_size=4))
@settings(max_examples=8)
def test_scores_have_the_same_bits_whatever_the_rest_of_the_batch(
    width: int, pieces: int, seed: int, lengths: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    gap = 2

    def drawn(*shape: int) -> Floats:
        return rng.normal(size=shape).astype("f")

    def affine(inputs: int, layers: int) -> Affine:
        return Affine.of([drawn(inputs, width) for _ in range(layers)], [drawn(width) for _ in range(layers)])

    layers = [Maxout(affine(3 * width, pieces), drawn(width), drawn(width)) for _ in range(gap)]
    linear = affine(width, 5)

    def scores(which: list[Floats]) -> list[bytes]:
        between = np.zeros((gap, width), "f")
        rows = np.concatenate([between, *(part for sequence in which for part in (sequence, between))])
        found = linear.apply(network.encode(rows, layers, reach=1))
        ends = np.cumsum([len(sequence) + gap for sequence in which])
        return [found[end - len(sequence) : end].tobytes() for end, sequence in zip(ends, which, strict=True)]

    sequences = [drawn(length, width) for length in lengths]
    with one_thread():
        assert scores(sequences) == [scores([sequence])[0] for sequence in sequences]


def test_the_cache_of_words_is_bounded_and_changes_nothing(nlp: Language) -> None:
    words = EntityReader(nlp)._weights.words
    assert words.vectors is None, "the columns are the attributes only"
    cached, unbounded = (WordEncoder(words, nlp.vocab.vectors, max_cached=most) for most in (500, 100_000))
    draw = np.random.default_rng(8)
    tokens = draw.integers(0, 2**63, (3_000, len(words.tables)), np.uint64)
    for size in (1, 60, 400, 7, 499, 500, 1) * 10:
        features = tokens[draw.integers(0, len(tokens), size)]
        with one_thread():
            rows, expected_rows = cached.rows(features), unbounded.rows(features)  # which may replace the tables
        assert cached.table[rows].tobytes() == unbounded.table[expected_rows].tobytes()
    assert len(cached.table) == 1024 < len(unbounded.table)


def test_texts_one_by_one_with_a_small_cache_give_the_same(nlp: Language) -> None:
    reader = EntityReader(nlp)
    sample = texts(20, seed=8)
    expected = by_reader(reader, sample)
    small = EntityReader(nlp, max_cached=50)
    assert [by_reader(small, [text])[0] for text in sample] == expected


@pytest.mark.parametrize("lengths", [[1], [*range(1, 30), 1, 1, 90]])
def test_tokens_have_the_same_bits_whatever_the_rest_of_the_batch(nlp: Language, lengths: list[int]) -> None:
    reader = EntityReader(nlp)
    by_reader(reader, texts(60, seed=9))
    draw = np.random.default_rng(1)
    rows = [draw.integers(1, 300, length) for length in lengths]

    def encoded(which: list[np.ndarray]) -> Floats:
        return reader._encoded(np.concatenate(which), np.array([len(each) for each in which]))

    with one_thread():
        expected = np.concatenate([encoded([each]) for each in rows])
        assert np.array_equal(encoded(rows), expected)
        slow = EntityReader(nlp)
        slow._words, slow._layers = reader._words, None
        by_reference = slow._encoded(np.concatenate(rows), np.array(lengths))
    assert np.allclose(expected, by_reference, rtol=0, atol=1e-5 * float(np.abs(by_reference).max()))
