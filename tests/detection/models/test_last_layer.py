"""Fitting the last layer: a convex loss, a start that holds, and labels that say only part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection.models.tagger.last_layer import TaggedWords, allowed_tags, fit_head, mean_loss

LABELS = ("PERSON", "LOCATION")


def words(seed: int, count: int = 200) -> TaggedWords:
    random = np.random.default_rng(seed)
    tags = random.integers(0, 5, count)
    inputs = random.normal(size=(count, 6)).astype(np.float32)
    inputs[np.arange(count), tags] += 2
    return TaggedWords(inputs, np.eye(5, dtype=np.bool_)[tags])


@given(st.integers(0, 100))
def test_a_fit_lowers_the_loss_and_no_small_step_lowers_it_further(seed: int) -> None:
    data, start = words(seed), np.zeros((7, 5), np.float32)
    fitted = fit_head(start, 1.5, data, 1.0)

    def objective(head: np.ndarray) -> float:
        return mean_loss(head, 1.5, data) * len(data.inputs) + 0.5 * float(((head - start) ** 2).sum())

    least = objective(fitted)
    assert least < objective(start)
    steps = np.random.default_rng(seed).normal(size=(10, 7, 5)).astype(np.float32) * 0.05
    assert all(objective(fitted + step) > least - 1e-3 for step in steps)


def test_a_stiff_fit_stays_where_it_starts() -> None:
    start = np.full((7, 5), 0.5, np.float32)
    assert np.abs(fit_head(start, 1.0, words(1), 1e9) - start).max() < 1e-5


def test_a_type_that_was_not_labeled_is_not_unlearnt() -> None:
    allowed, usable = allowed_tags([(0, 3), (4, 9)], [(4, 9, "PERSON")], LABELS, {"PERSON"})
    assert usable.all()
    assert allowed.tolist() == [[True, False, False, True, True], [False, True, False, False, False]]


def test_words_of_other_labels_are_not_learnt_from_and_names_of_many_words_begin_once() -> None:
    tokens = [(0, 2), (3, 5), (6, 8), (9, 11)]
    allowed, usable = allowed_tags(tokens, [(0, 5, "LOCATION"), (9, 11, "EMAIL_ADDRESS")], LABELS, set(LABELS))
    assert usable.tolist() == [True, True, True, False]
    assert allowed[:3].argmax(axis=1).tolist() == [3, 4, 0]
