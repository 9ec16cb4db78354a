"""Whether a difference inside pairs is more than chance.

`mcnemar`: the exact test of McNemar 1947 for two outcomes that are yes or no: pairs in which both are the same say
nothing, and of the others each way would be as likely. `sign_flips`: the randomization test of Fisher 1935 and Pitman
1937 for numbers: the sign of each difference would be as likely the other one. `holm`: the correction of Holm 1979, by
which looking at many differences finds no more by chance than looking at one; what could not be found at all, since too
few pairs differ, does not count among the many (Tarone 1990).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

LEVEL = 0.02
"""A difference is told where chance alone would make one as large, anywhere in the report, in 1 of 50 checks."""
FLIPS = 19_999
_SEED = 20261130
_AT_ONCE = 2_000_000
_MOST_DISCORDANT = 1000
"""Above, the binomial coefficients get long and the normal approximation is exact enough."""


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p of so many pairs in which only the first, or only the second, is a yes."""
    total, fewer = only_first + only_second, min(only_first, only_second)
    if total == 0:
        return 1.0
    if total > _MOST_DISCORDANT:
        from statistics import NormalDist

        return min(1.0, 2 * NormalDist().cdf((2 * fewer + 1 - total) / math.sqrt(total)))
    return min(1.0, 2 * sum(math.comb(total, count) for count in range(fewer + 1)) / (1 << total))


def sign_flips(differences: Sequence[float]) -> float:
    """The two-sided p of a mean of differences: of all signs for up to 14 that are not 0, else of a sample of them."""
    data = np.asarray([value for value in differences if value], dtype=float)
    if len(data) == 0:
        return 1.0
    reached = abs(data.sum()) * (1 - 1e-12)
    if len(data) <= 14:
        signs = 1 - 2 * ((np.arange(2 ** len(data))[:, None] >> np.arange(len(data))) & 1)
        return float((np.abs(signs @ data) >= reached).mean())
    generator = np.random.default_rng(_SEED)
    rows = max(1, _AT_ONCE // len(data))
    extreme = 0
    for begin in range(0, FLIPS, rows):
        signs = generator.integers(0, 2, (min(rows, FLIPS - begin), len(data))) * 2 - 1
        extreme += int((np.abs(signs @ data) >= reached).sum())
    return (extreme + 1) / (FLIPS + 1)


def least_p(differing: int) -> float:
    """The smallest p that either test can give where so many pairs differ."""
    return 2.0 ** (1 - differing) if differing < 1000 else 0.0


def holm(ps: Sequence[float], least: Sequence[float]) -> list[float]:
    """Each p corrected for all that can be found, in the same order; `least_p` of each is `least`."""
    places = [place for place, smallest in enumerate(least) if smallest < LEVEL]
    corrected = [1.0] * len(ps)
    for place, p in zip(places, _holm([ps[place] for place in places]), strict=True):
        corrected[place] = p
    return corrected


def _holm(ps: Sequence[float]) -> list[float]:
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    corrected, highest = [1.0] * len(ps), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, ps[place] * (len(ps) - rank)))
        corrected[place] = highest
    return corrected
