"""The table of dictation into other programs: every cell is there, and no text is lost on the way."""

from __future__ import annotations

from itertools import product

import pytest

from fanlight.core.dictation.program_dictation_table import PILL_TABLE, PillAction, PillEvent, PillState, PillStep


def test_every_state_has_a_step_for_every_event() -> None:
    assert set(PILL_TABLE) == set(product(PillState, PillEvent))


def test_every_action_is_used_and_every_state_is_reached() -> None:
    assert {step.action for step in PILL_TABLE.values()} == set(PillAction)
    assert {step.state for step in PILL_TABLE.values()} - {None} == set(PillState)


@pytest.mark.parametrize("state", PillState)
def test_final_words_are_inserted_or_queued_in_every_state(state: PillState) -> None:
    for event in (PillEvent.FINAL, PillEvent.EARLIER_FINAL):
        assert PILL_TABLE[state, event].action in (PillAction.INSERT, PillAction.QUEUE)


@pytest.mark.parametrize("state", PillState)
def test_one_can_speak_in_every_state(state: PillState) -> None:
    step = PILL_TABLE[state, PillEvent.BEGIN]
    assert step.state is PillState.SPEAKING or (state is PillState.SPEAKING and step == PillStep())


def test_while_one_speaks_nothing_is_inserted_that_was_said_before() -> None:
    """The hotkey may be down: all keys go to Fanlight then."""
    assert PILL_TABLE[PillState.SPEAKING, PillEvent.EARLIER_FINAL] == PillStep(PillAction.QUEUE)


@pytest.mark.parametrize("state", PillState)
def test_everything_ends_when_fanlight_does(state: PillState) -> None:
    step = PILL_TABLE[state, PillEvent.CLOSE]
    assert step == PillStep(PillAction.DROP, PillState.IDLE) or state is PillState.IDLE


def test_escape_takes_back_what_was_just_inserted_and_nothing_else_is_undone() -> None:
    undoing = [cell for cell, step in PILL_TABLE.items() if step.action is PillAction.UNDO]
    assert undoing == [(PillState.INSERTED, PillEvent.ESCAPE)]
