"""How far a mean over cases can be trusted: bootstrap intervals, and differences between models on the same cases.

Method: the bias-corrected and accelerated (BCa) bootstrap (Efron & Tibshirani 1993, chapter 14), as
`scipy.stats.bootstrap` computes it by default; the same seed gives the same numbers. Cases are what is drawn again, so
the interval is about other cases of the same kind, not about another run of the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 9999
SEED = 20261130
_AT_ONCE = 2_000_000
"""Numbers that are drawn at once, to bound the memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds around it; `count` cases."""

    mean: float
    low: float
    high: float
    count: int


def mean_interval(values: Sequence[float], level: float = LEVEL, seed: int = SEED) -> Interval:
    """Of a mean of values. Where all are the same there is nothing to draw from: scores of 0 and 1 get the exact bounds
    of Clopper & Pearson 1934, others no width. Raises ValueError without values."""
    if not values:
        raise ValueError("a mean needs at least one value")
    data = np.asarray(values, dtype=float)
    mean, count = float(data.mean()), len(data)
    if np.all(data == data[0]):
        return _of_equal(mean, count, level)
    means = _resampled_means(data, np.random.default_rng(seed))
    low, high = _bca_bounds(data, means, level)
    return Interval(mean, low, high, count)


def difference_interval(
    first: Sequence[float], second: Sequence[float], level: float = LEVEL, seed: int = SEED, *, of_shares: bool = True
) -> Interval:
    """Of the mean of `first` minus that of `second`, case by case; `of_shares`: of values from 0 to 1. Where those
    differ in no case, or in all by 1, the bounds say how rare another case would have to be."""
    values = [one - two for one, two in zip(first, second, strict=True)]
    if len(set(values)) > 1:
        return mean_interval(values, level, seed)
    rare = 1 - ((1 - level) / 2) ** (1 / len(values)) if of_shares and values[0] in (-1, 0, 1) else 0.0
    rare *= 2 if values[0] else 1  # another case may be one for the other side
    low, high = values[0] - rare, values[0] + rare
    return Interval(values[0], max(-1.0, low) if rare else low, min(1.0, high) if rare else high, len(values))


def _of_equal(value: float, count: int, level: float) -> Interval:
    bound = ((1 - level) / 2) ** (1 / count)
    if value == 1:
        return Interval(1.0, bound, 1.0, count)
    return Interval(0.0, 0.0, 1 - bound, count) if value == 0 else Interval(value, value, value, count)


def _resampled_means(data: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """In parts, which draw the same as all at once would."""
    rows = max(1, _AT_ONCE // len(data))
    parts = [
        data[generator.integers(0, len(data), (min(rows, RESAMPLES - begin), len(data)))].mean(axis=1)
        for begin in range(0, RESAMPLES, rows)
    ]
    return np.concatenate(parts)


def _bca_bounds(data: NDArray[np.float64], means: NDArray[np.float64], level: float) -> tuple[float, float]:
    normal = NormalDist()
    mean = data.mean()
    below = ((means < mean).mean() + (means <= mean).mean()) / 2
    bias = normal.inv_cdf(min(max(float(below), 1e-9), 1 - 1e-9))
    left_out = (data.sum() - data) / (len(data) - 1)  # the jackknife
    apart = left_out.mean() - left_out
    acceleration = float((apart**3).sum() / (6 * (apart**2).sum() ** 1.5))

    def bound(share: float) -> float:
        shifted = bias + normal.inv_cdf(share)
        return float(np.percentile(means, 100 * normal.cdf(bias + shifted / (1 - acceleration * shifted))))

    return bound((1 - level) / 2), bound((1 + level) / 2)
