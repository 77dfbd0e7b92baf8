"""The tagger's layers with fewer products: as the reference up to rounding, and independent of the other texts."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from redaction.detection.acceleration.convolutions import FilteredConvolutions
from redaction.detection.models.linear import Affine, Floats, one_thread
from redaction.detection.models.tagger import Tagger
from redaction.detection.models.tagger.network import Layer, Maxout, convolutions, positions_of
from redaction.detection.models.tagger.weights import weights_path
from tests.detection.acceleration.test_batch_scan import some_texts

TEXTS = [*some_texts(0)[::25], "", "ok", "word " * 3_000, "Ask Maria Fernandes, Nairobi."]


def layers(width: int, dilations: Sequence[int]) -> tuple[Layer, ...]:
    draw = np.random.default_rng(width)

    def made(*shape: int) -> Floats:
        return np.asarray(draw.standard_normal(shape) / np.sqrt(shape[0]), np.float32)

    return tuple(
        Layer(
            Maxout(
                Affine.of([made(3 * width, width) for _ in range(2)], [made(width) for _ in range(2)]),
                np.abs(made(width)) + np.float32(0.5),
            ),
            dilation,
        )
        for dilation in dilations
    )


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.mark.parametrize(("width", "dilations"), [(160, (1, 1, 2, 1)), (96, (1, 2)), (40, (1, 1, 1)), (64, (1,))])
def test_layers_are_those_of_the_reference_up_to_rounding(width: int, dilations: tuple[int, ...]) -> None:
    network = layers(width, dilations)
    draw = np.random.default_rng(7)
    encoded = draw.standard_normal((500, width)).astype(np.float32)
    encoded[0] = 0
    at, count = positions_of([int(n) for n in draw.integers(0, 90, 60)], max(dilations))
    rows = np.zeros(count, np.int64)
    rows[at] = draw.integers(1, len(encoded), len(at))
    fast, slow = (convolutions(network, filtered=filtered) for filtered in (True, False))
    assert isinstance(fast, FilteredConvolutions)
    expected = slow.apply(encoded, rows)[at]
    assert np.allclose(fast.apply(encoded, rows)[at], expected, rtol=0, atol=1e-5 * float(np.abs(expected).max()))


def test_other_dilations_are_left_to_the_reference() -> None:
    for dilations in ((2, 1), (1, 3)):
        assert not isinstance(convolutions(layers(40, dilations), filtered=True), FilteredConvolutions)


@pytest.mark.parametrize("lengths", [[1], [4, 5, 6, 7], [90, 1, 1, 88], list(range(200))])
def test_the_bits_of_a_text_do_not_depend_on_the_others(lengths: list[int]) -> None:
    network = convolutions(layers(160, (1, 1, 2, 1)), filtered=True)
    draw = np.random.default_rng(3)
    encoded = draw.standard_normal((50, 160)).astype(np.float32)
    encoded[0] = 0
    words = [draw.integers(1, 50, length) for length in lengths]

    def results(texts: list[np.ndarray]) -> list[Floats]:
        at, count = positions_of([len(text) for text in texts], 2)
        rows = np.zeros(count, np.int64)
        rows[at] = np.concatenate(texts)
        return np.split(network.apply(encoded, rows)[at], np.cumsum([len(text) for text in texts])[:-1])

    together = results(words)
    for text, expected in zip(words, together, strict=True):
        assert np.array_equal(results([text])[0], expected)
    for text, expected in zip(words[::-1], results(words[::-1]), strict=True):
        assert np.array_equal(results([text])[0], expected)


def test_the_tagger_finds_the_same_with_and_without() -> None:
    fast, slow = (Tagger.load(weights_path("en"), filtered=filtered) for filtered in (True, False))
    found = zip(fast.predict(TEXTS, 0.4), slow.predict(TEXTS, 0.4), strict=True)
    for left, right in found:
        assert [span[:3] for span in left] == [span[:3] for span in right]
        assert [span.score for span in left] == pytest.approx([span.score for span in right], abs=2e-4)


def test_a_full_store_of_products_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Tagger.load(weights_path("en")).predict(TEXTS)
    monkeypatch.setattr("redaction.detection.acceleration.convolutions._PRODUCTS", 200)
    small = Tagger.load(weights_path("en"))
    assert [small.predict([text])[0] for text in TEXTS] == expected
