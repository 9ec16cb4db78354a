"""Which messages lead to which, by numbers."""

from __future__ import annotations

import pytest

from fanlight.domain.branches import all_after, end_of_steps, followers, path_to, steps_to, whole_parents

TREE = {1: 0, 2: 1, 3: 2, 4: 1, 5: 4, 6: 0}


def test_a_path_leads_from_a_first_one_to_its_end() -> None:
    assert [path_to(TREE, end) for end in (3, 5, 6, 0)] == [[1, 2, 3], [1, 4, 5], [6], []]
    assert followers(TREE) == {0: [1, 6], 1: [2, 4], 2: [3], 4: [5]}
    assert [all_after(TREE, first) for first in (1, 4, 6, 7)] == [[1, 2, 3, 4, 5], [4, 5], [6], []]


@pytest.mark.parametrize("end", list(TREE))
def test_steps_lead_to_the_same_place_in_a_tree_with_other_numbers(end: int) -> None:
    other = {number + 10: parent + 10 if parent else 0 for number, parent in TREE.items()}
    assert end_of_steps(other, steps_to(TREE, end)) == end + 10


def test_steps_that_lead_nowhere_end_where_they_can() -> None:
    assert steps_to(TREE, 99) == ()
    assert [end_of_steps(TREE, steps) for steps in ((), (5,), (0, 1, 7), (0, 1, 0, 0))] == [0, 0, 4, 5]


@pytest.mark.parametrize("lost", [None, 9, -1, 7, 5, "4", 4.0, b"\1"])
def test_what_follows_nothing_that_is_known_follows_the_one_before_it(lost: object) -> None:
    assert whole_parents([(2, 0), (4, 2), (5, lost), (7, 2)]) == {2: 0, 4: 2, 5: 4, 7: 2}
