"""Quick actions while they are edited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fanlight.core.panel.edited_actions import EditedActions
from fanlight.domain.actions import Action
from fanlight.domain.errors import ActionsError

EXPLAIN = Action("explain", "Explain", key="e", prompt="What is this?")
READ = Action("read", "Read", key="r", prompt="Read it.")
OWN = Action("poem", "Poem", key="w", prompt="Write a poem.")


@pytest.fixture
def edited() -> EditedActions:
    return EditedActions((EXPLAIN, READ, OWN), (EXPLAIN, READ))


def test_they_move_as_far_as_the_list_goes(edited: EditedActions) -> None:
    assert edited.move(2, -1)
    assert edited.now == [EXPLAIN, OWN, READ]
    assert not edited.move(0, -1)
    assert not edited.move(2, 1)
    assert edited.now == [EXPLAIN, OWN, READ]


def test_a_new_one_gets_a_name_that_none_has(edited: EditedActions) -> None:
    edited.add(Action("", "New", prompt="What is it?"), "Poem")
    edited.add(Action("", "New", prompt="What is it?"), "Poem")
    names = [action.name for action in edited.now]
    assert len(set(names)) == 5
    assert [action.label for action in edited.now[3:]] == ["Poem", "Poem"]


def test_only_ones_own_can_be_removed(edited: EditedActions) -> None:
    assert not edited.remove(0)
    assert edited.remove(2)
    assert edited.now == [EXPLAIN, READ]


def test_a_shipped_one_is_restored_and_ones_own_stay(edited: EditedActions) -> None:
    edited.now[1] = replace(READ, label="Changed")
    assert [edited.has_changed(row) for row in range(3)] == [False, True, False]
    assert edited.restore(1)
    assert not edited.restore(2)
    assert edited.now == [EXPLAIN, READ, OWN]
    edited.now[0] = replace(EXPLAIN, hidden=True)
    edited.move(2, -2)
    edited.restore_all()
    assert edited.now == [EXPLAIN, READ, OWN]


def test_two_with_one_key_are_refused_unless_one_is_hidden_or_about_something_else(edited: EditedActions) -> None:
    assert edited.check() == [EXPLAIN, READ, OWN]
    edited.now[2] = replace(OWN, key="e")
    with pytest.raises(ActionsError, match=r"Explain.*Poem.*same key, E"):
        edited.check()
    for change in ({"hidden": True}, {"about": "selection"}):
        edited.now[2] = replace(OWN, key="e", **change)
        edited.check()
