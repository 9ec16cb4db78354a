"""Loops: a model writes one passage over and over, until the context is full.

The last tokens are compared with those one period earlier, for each period at once. A passage counts as a loop by what
it repeats: letters weigh more than the ruled lines, zeros and blanks that tables, code and long numbers are full of.
Numbers may change from one passage to the next, as in a list that counts up, but then far more is needed: records of a
table look the same. Any other difference begins anew.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_LONGEST_PERIOD = 1024
"""Tokens of the longest passage that is searched for."""
_HISTORY = 8 * _LONGEST_PERIOD
_LETTERS, _OTHER = 4, 1
"""Weight of a repeated token with letters, and of any other."""
_OTHER_NUMBER = -16
_ENOUGH = 1200
"""300 repeated tokens with letters, a sentence of 20 words about 15 times; or 1,200 without: nobody asks for so many,
and a loop ends after seconds."""
_ENOUGH_WITH_NUMBERS = 4
"""Times as much where numbers change."""
_NUMBER = -1
_NOTHING = np.iinfo(np.int32).max


class LoopGuard:
    """For one answer. `token_bytes` are a token's bytes."""

    def __init__(self, token_bytes: Callable[[int], bytes]) -> None:
        self._token_bytes = token_bytes
        self._known: dict[int, tuple[int, int]] = {}
        # The tokens so far from `_at` on, the last one first; tokens of digits are negative.
        self._past = np.full(_HISTORY, _NOTHING, np.int32)
        self._at = _HISTORY - _LONGEST_PERIOD
        self._weights = np.zeros(_LONGEST_PERIOD, np.int32)  # for period 1, 2, ...
        periods = np.arange(1, _LONGEST_PERIOD + 1, dtype=np.int32)
        self._changes = np.zeros(_LONGEST_PERIOD, np.bool_)  # whether numbers did
        self._enough = np.maximum(_ENOUGH, 2 * _LETTERS * periods)  # the passage is there three times at least

    def add(self, token: int) -> bool:
        """Whether the answer is in a loop with its next token."""
        key, weight = self._known.get(token) or self._learn(token)
        at, weights = self._at, self._weights
        earlier = self._past[at : at + _LONGEST_PERIOD]
        same = earlier == key
        if key < 0:
            weights[earlier >= 0] = 0
            weights += np.where(same, weight, _OTHER_NUMBER).astype(np.int32)
            self._changes |= ~same
            np.maximum(weights, 0, out=weights)
        else:
            weights += weight
            weights *= same
        self._changes &= weights > 0
        self._remember(key)
        found = weights >= self._enough
        if not found.any():
            return False
        return bool((found & (~self._changes | (weights >= _ENOUGH_WITH_NUMBERS * self._enough))).any())

    def _remember(self, key: int) -> None:
        if self._at == 0:
            self._past[-_LONGEST_PERIOD:] = self._past[:_LONGEST_PERIOD]
            self._at = _HISTORY - _LONGEST_PERIOD
        self._at -= 1
        self._past[self._at] = key

    def _learn(self, token: int) -> tuple[int, int]:
        """(what it is compared by, its weight)."""
        text = self._token_bytes(token).decode("utf-8", "replace")
        if text.strip().isdecimal():
            known = _NUMBER - token, _OTHER
        else:
            lettered = any(letter.isalpha() or letter == "�" for letter in text)  # a part of a letter, mostly
            known = token, _LETTERS if lettered else _OTHER
        self._known[token] = known
        return known
