"""Vectors in memory: the nearest are the nearest, whatever was put and removed before."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.store.vector_table import Floats, VectorTable, packed, unpacked


def unit(rows: int, width: int, seed: int = 1) -> Floats:
    found = np.random.default_rng(seed).standard_normal((rows, width), dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def table_of(vectors: Floats, room: int = 4) -> VectorTable:
    table = VectorTable(packed(vectors[0]), room)
    for number, vector in enumerate(vectors):
        assert table.put(number, packed(vector), float(number))
    return table


def test_a_packed_vector_is_nearly_the_same() -> None:
    for vector in unit(20, 192):
        again = unpacked(packed(vector))
        assert float(again @ vector / np.linalg.norm(again)) > 0.9999
        assert float(np.linalg.norm(again)) == pytest.approx(1.0, abs=5e-3)
        assert len(packed(vector)) == 192 + 4
    assert not unpacked(packed(np.zeros(8, np.float32))).any()


def test_the_nearest_are_those_of_an_exact_search() -> None:
    vectors, (wanted,) = unit(5000, 64), unit(1, 64, seed=2)
    found = table_of(vectors).nearest(wanted, 10, -1.0)
    exact = np.argsort(-(vectors @ wanted))
    assert [number for number, _similar in found][:3] == exact[:3].tolist()
    assert len({number for number, _similar in found} & set(exact[:10].tolist())) >= 9
    assert [similar for _n, similar in found] == sorted((similar for _n, similar in found), reverse=True)


def test_removed_and_replaced_rows() -> None:
    vectors = unit(9, 16)
    table = table_of(vectors)
    table.remove(3)
    table.remove(3)
    table.put(5, packed(vectors[0]), 5.0)
    table.put(6, b"", 6.0)
    assert len(table) == 7
    assert [number for number, _similar in table.nearest(vectors[0], 2, 0.9)] == [0, 5]
    assert {number for number, _similar in table.nearest(vectors[0], 99, -1.0)} == {0, 1, 2, 4, 5, 7, 8}
    assert table.nearest(vectors[8], 1, 0.9)[0][0] == 8
    table.put(8, packed(vectors[1]), 8.0)
    assert {number for number, _similar in table.nearest(vectors[1], 9, 0.9)} == {1, 8}


def test_only_what_is_similar_enough_and_of_its_time() -> None:
    vectors = unit(50, 16)
    table = table_of(vectors)
    assert [number for number, _similar in table.nearest(vectors[7], 50, 0.99)] == [7]
    assert {number for number, _similar in table.nearest(vectors[7], 50, -1.0, since=10, until=12)} == {10, 11}


def test_another_width_is_not_taken_and_not_compared() -> None:
    table = table_of(unit(3, 16))
    assert not table.put(9, packed(unit(1, 8)[0]), 0.0)
    assert table.nearest(unit(1, 8)[0], 3, -1.0) == []
    assert VectorTable(b"").nearest(unit(1, 8)[0], 3, -1.0) == []
