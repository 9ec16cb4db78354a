"""Bootstrap intervals against scipy's."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fanlight.evaluation import intervals
from fanlight.evaluation.intervals import difference_interval, mean_interval

# scipy 1.17.1: bootstrap((np.array(values, float),), np.mean, n_resamples=9999, confidence_level=0.95,
#                         rng=np.random.default_rng(20261130)).confidence_interval
OF_SCIPY = [
    ([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0], 0.4166666666666667, 0.9166666666666666),
    ([0.0, 0.25, 0.5, 0.5, 1, 1, 1, 0.75, 1, 0.25], 0.375, 0.825),
    ([1, 0, -1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, -1, 0], -0.0625, 0.5625),
]


@pytest.mark.parametrize(("values", "low", "high"), OF_SCIPY)
def test_bounds_are_those_of_scipy(values: list[float], low: float, high: float) -> None:
    found = mean_interval(values)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert found.mean == pytest.approx(float(np.mean(values)))
    assert found.count == len(values)


def test_drawing_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [random.Random(1).random() for _ in range(51)]
    whole = mean_interval(values)
    monkeypatch.setattr(intervals, "_AT_ONCE", 5000)
    assert mean_interval(values) == whole


def test_where_all_are_right_the_bounds_are_exact_and_not_a_point() -> None:
    """Clopper & Pearson 1934: 10 of 10 is at least 69.2 % with 95 % confidence."""
    assert mean_interval([1.0] * 10).low == pytest.approx(0.6915, abs=1e-4)
    assert mean_interval([1.0] * 10).high == 1
    assert mean_interval([0.0] * 10).high == pytest.approx(0.3085, abs=1e-4)
    assert mean_interval([1.0]).low == pytest.approx(0.025)
    assert mean_interval([0.5, 0.5]).low == mean_interval([0.5, 0.5]).high == 0.5


def test_without_values_there_is_no_mean() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_interval([])


def test_a_difference_is_taken_case_by_case() -> None:
    """Two models that are right on the same cases differ by less than the spread of either."""
    both = [1.0, 0.0] * 20
    better = [*both[:-6], 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert difference_interval(both, both, of_shares=False).low == 0
    assert (
        difference_interval(both, both).high == -difference_interval(both, both).low == pytest.approx(0.0881, abs=1e-4)
    )
    found = difference_interval(better, both)
    assert found.mean == pytest.approx(3 / 40)
    assert 0 <= found.low < found.mean < found.high < 0.25


@pytest.mark.parametrize("cases", range(1, 12))
def test_a_model_that_is_better_in_every_case_is_so_from_six_cases_on(cases: int) -> None:
    """As the sign test says, two-sided at 5 percent: 2 * 0.5**5 is above it, and 2 * 0.5**6 is below."""
    found = difference_interval([1.0] * cases, [0.0] * cases)
    assert (found.low > 0) == (cases >= 6)
    assert found.high == 1


def test_the_true_mean_is_inside_about_as_often_as_promised() -> None:
    """95 % of 200 samples of 40 cases, with room for chance: binomial, 4 standard deviations."""
    chance = random.Random(7)
    inside = 0
    for _ in range(200):
        found = mean_interval([float(chance.random() < 0.6) for _ in range(40)])
        inside += found.low <= 0.6 <= found.high
    assert inside >= 190 - 4 * 3.1
