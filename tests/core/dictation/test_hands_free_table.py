"""The table of hands-free talking: every cell is there, and a turn can always be ended."""

from __future__ import annotations

from itertools import product

import pytest

from fanlight.core.dictation.hands_free_table import TABLE, Transition, TurnAction, TurnEvent, TurnState

ON = [state for state in TurnState if state is not TurnState.OFF]
ENDS = [
    TurnEvent.END, TurnEvent.UTTERANCE_FAILED, TurnEvent.ANSWER_FAILED, TurnEvent.CLAIMED_ELSEWHERE,
    TurnEvent.WINDOW_HIDDEN,
]  # fmt: skip


def test_every_state_has_a_transition_for_every_event() -> None:
    assert set(TABLE) == set(product(TurnState, TurnEvent))


@pytest.mark.parametrize("event", TurnEvent)
def test_switched_off_nothing_but_begin_does_anything(event: TurnEvent) -> None:
    assert (TABLE[TurnState.OFF, event] == Transition()) is (event is not TurnEvent.BEGIN)


@pytest.mark.parametrize(("state", "event"), list(product(ON, ENDS)))
def test_it_can_be_ended_in_every_state(state: TurnState, event: TurnEvent) -> None:
    assert TABLE[state, event] == Transition(TurnAction.SWITCH_OFF, TurnState.OFF)


@pytest.mark.parametrize("state", ON)
def test_the_key_gives_the_user_the_turn_in_every_state(state: TurnState) -> None:
    assert TABLE[state, TurnEvent.CLAIM] == Transition(TurnAction.TAKE_TURN, TurnState.LISTENING)


def test_an_impossible_pair_does_nothing_and_leads_nowhere() -> None:
    impossible = [transition for transition in TABLE.values() if not transition.possible]
    assert impossible
    assert all(one.action is TurnAction.NONE and one.state is None for one in impossible)


def test_every_event_is_possible_and_every_action_is_used() -> None:
    for event in TurnEvent:
        assert any(TABLE[state, event].possible for state in ON), event
    assert {transition.action for transition in TABLE.values()} == set(TurnAction)


def test_every_state_is_reached_and_leads_back_to_listening() -> None:
    reached = {TurnState.OFF}
    while True:
        more = {one.state for (state, _event), one in TABLE.items() if state in reached and one.state} - reached
        if not more:
            break
        reached |= more
    assert reached == set(TurnState)
    for state in ON:
        assert TurnState.LISTENING in _reachable(state)


def _reachable(start: TurnState) -> set[TurnState]:
    """By possible events that do not end it."""
    found, open_states = {start}, [start]
    while open_states:
        state = open_states.pop()
        for event in TurnEvent:
            after = TABLE[state, event].state
            if after is not None and after is not TurnState.OFF and after not in found:
                found.add(after)
                open_states.append(after)
    return found


def test_the_microphone_is_closed_in_fanlights_turn_unless_barge_in_is_allowed() -> None:
    for state in (TurnState.LISTENING, TurnState.INTERRUPTIBLE):
        assert TABLE[state, TurnEvent.ANSWER] == Transition(TurnAction.PASS_TURN_AND_CLOSE, TurnState.ANSWERING)
    assert TABLE[TurnState.WAITING, TurnEvent.ANSWER].action is TurnAction.PASS_TURN


def test_after_the_voice_the_microphone_waits_until_the_room_is_quiet() -> None:
    assert TABLE[TurnState.ANSWERING, TurnEvent.ANSWER_OVER] == Transition(TurnAction.SETTLE, TurnState.WAITING)
