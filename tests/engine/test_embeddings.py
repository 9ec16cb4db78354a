"""The store of encoded pictures."""

from __future__ import annotations

import numpy as np

from fanlight.engine.embeddings import EmbeddingCache, Rows


def rows(kilobytes: int) -> Rows:
    return np.zeros((kilobytes, 256), dtype=np.float32)


def test_the_least_recently_used_leave_first_and_the_bound_holds() -> None:
    kept = EmbeddingCache(4 * 1024)
    for name in "abcd":
        kept.put((name, 0), rows(1))
    assert kept.get(("a", 0)) is not None
    kept.put(("e", 0), rows(1))
    assert kept.get(("b", 0)) is None
    assert kept.get(("a", 0)) is not None
    assert kept.bytes == 4 * 1024
    assert len(kept) == 4


def test_one_that_is_too_large_drives_nothing_out() -> None:
    kept = EmbeddingCache(4 * 1024)
    kept.put(("a", 0), rows(2))
    kept.put(("b", 0), rows(5))
    assert kept.get(("a", 0)) is not None
    assert kept.get(("b", 0)) is None


def test_the_same_place_again_counts_once() -> None:
    kept = EmbeddingCache(4 * 1024)
    for size in (1, 3, 2):
        kept.put(("a", 0), rows(size))
    assert kept.bytes == 2 * 1024
    kept.clear()
    assert kept.bytes == len(kept) == 0
