"""llama.cpp's batches of tokens for one sequence, allocated once and filled again for each computation."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from fanlight.engine.backend import llama

MOST_TOGETHER = 8
"""Tokens of a batch that have logits."""


class TextBatch:
    """At most `size` tokens, of which the last may have logits."""

    def __init__(self, size: int, sequence: int) -> None:
        self._batch = _allocated(size, sequence)
        self._tokens = np.ctypeslib.as_array(self._batch.token, (size,))
        self._positions = np.ctypeslib.as_array(self._batch.pos, (size,))
        self._outputs = np.ctypeslib.as_array(self._batch.logits, (size,))

    def decode(
        self, context: int, tokens: Sequence[int], position: int, *, logits: bool, all_logits: bool = False
    ) -> int:
        """Evaluate `tokens` at `position` and after; returns llama_decode's code. `logits` of the last token, or of
        all."""
        count = len(tokens)
        self._tokens[:count] = tokens
        self._positions[:count] = np.arange(position, position + count)
        self._outputs[:count] = all_logits
        self._outputs[count - 1] = logits or all_logits
        self._batch.n_tokens = count
        code: int = llama.llama_decode(context, self._batch)
        return code

    def free(self) -> None:
        llama.llama_batch_free(self._batch)


class TokenBatch:
    """One token, with logits."""

    def __init__(self, sequence: int) -> None:
        self._batch = _allocated(1, sequence)
        self._batch.n_tokens = self._batch.logits[0] = 1
        self._token = ctypes.c_int32.from_address(ctypes.addressof(self._batch.token.contents))
        self._position = ctypes.c_int32.from_address(ctypes.addressof(self._batch.pos.contents))

    def decode(self, context: int, token: int, position: int) -> int:
        """As `TextBatch.decode`."""
        self._token.value = token
        self._position.value = position
        code: int = llama.llama_decode(context, self._batch)
        return code

    def free(self) -> None:
        llama.llama_batch_free(self._batch)


def _allocated(size: int, sequence: int) -> Any:
    batch = llama.llama_batch_init(size, 0, 1)
    for i in range(size):
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = sequence
    return batch
