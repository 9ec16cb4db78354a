"""Cache of encoded pictures, by pixel hash: an edited or evicted prompt costs a prefill, not a second encode."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]
Key = tuple[Any, ...]


class EmbeddingCache:
    """Least recently used entries are evicted; at most `bound_bytes` in total. Rows have shape (tokens, width)."""

    def __init__(self, bound_bytes: int) -> None:
        self.bound_bytes = bound_bytes
        self.bytes = 0
        self._rows: OrderedDict[Key, Rows] = OrderedDict()

    def get(self, key: Key) -> Rows | None:
        rows = self._rows.get(key)
        if rows is not None:
            self._rows.move_to_end(key)
        return rows

    def put(self, key: Key, rows: Rows) -> None:
        self.bytes -= self._rows.pop(key).nbytes if key in self._rows else 0
        if rows.nbytes > self.bound_bytes:
            return
        self._rows[key] = rows
        self.bytes += rows.nbytes
        while self.bytes > self.bound_bytes:
            _, gone = self._rows.popitem(last=False)
            self.bytes -= gone.nbytes

    def clear(self) -> None:
        self._rows.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._rows)
