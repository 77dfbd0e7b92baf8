"""Exposure and its p-value, on figures that can be computed by hand."""

from math import comb, log2

import numpy as np
import pytest

from redaction.release.canaries.scoring import LEVEL, correct, measure_exposure


def test_placed_sentences_that_are_all_likelier_have_the_highest_exposure() -> None:
    found = measure_exposure("1.0.0", [5, 6, 7, 8], [1, 2, 3, 4])
    assert found.exposure.value == found.most == log2(5)
    assert found.pairs.value == 1
    assert found.p_value == pytest.approx(1 / comb(8, 4))


def test_exposure_is_the_mean_of_the_ranks_among_the_others() -> None:
    found = measure_exposure("1.0.0", [2.5, 0.5], [1, 2, 3])  # of four each: rank 2 and rank 4
    assert found.exposure.value == pytest.approx((log2(4 / 2) + log2(4 / 4)) / 2)
    assert found.pairs.value == pytest.approx(2 / 6)
    assert found.by_chance == pytest.approx(sum(log2(4 / rank) for rank in (1, 2, 3, 4)) / 4)


def test_equal_scores_say_nothing() -> None:
    found = measure_exposure("1.0.0", [1.0] * 5, [1.0] * 5)
    assert (found.pairs.value, found.p_value) == (0.5, 1.0)


def test_by_chance_few_p_values_are_below_the_level() -> None:
    random = np.random.default_rng(1)
    p_values = [measure_exposure("1.0.0", *random.normal(size=(2, 12))).p_value for _ in range(60)]
    assert sum(p < 0.05 for p in p_values) <= 8
    assert 0.3 < np.mean(p_values) < 0.7


def test_the_release_that_explains_best_comes_first_and_chance_grows_with_their_number() -> None:
    trained = measure_exposure("1.1.0", range(20, 30), range(10))
    others = [measure_exposure(f"1.{number}.0", [1, 4, 6, 7], [2, 3, 5, 8]) for number in (0, 2, 3)]
    found = correct([*others, trained])
    assert [each.version for each in found if each.is_used] == ["1.1.0"]
    assert found[0].version == "1.1.0"
    assert found[0].p_corrected == pytest.approx(4 * trained.p_value)
    assert all(each.p_corrected > LEVEL for each in found[1:])


def test_losses_in_place_of_log_likelihoods_are_noticed() -> None:
    assert measure_exposure("1.0.0", range(10), range(20, 30)).is_reversed
    assert not measure_exposure("1.0.0", range(20, 30), range(10)).is_reversed
