"""Several rankings become one."""

from __future__ import annotations

from fanlight.domain.picture_finding import DATE_WEIGHT, Ranking, fuse


def test_what_several_rankings_have_comes_first() -> None:
    assert fuse([Ranking([1, 2, 3]), Ranking([3, 4])]) == [3, 1, 2, 4]


def test_the_scores_are_those_of_reciprocal_rank_fusion() -> None:
    """1/61 + 1/63 for 7 and 2/62 for 8: the first places of one ranking and the third of another beat two seconds."""
    assert fuse([Ranking([7, 8, 9]), Ranking([9, 8, 7])])[:2] == [7, 9]


def test_a_date_decides_between_equals_alone() -> None:
    newest = Ranking([4, 3, 2, 1], DATE_WEIGHT)
    assert fuse([Ranking([1, 2]), newest])[:2] == [1, 2]
    assert fuse([Ranking([1]), Ranking([2]), newest])[:2] == [2, 1]


def test_equals_stay_in_their_order() -> None:
    assert fuse([Ranking([5]), Ranking([6])]) == [5, 6]
    assert fuse([]) == []
