"""Hands-free talking without a widget: questions, answers, interruptions, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.dictation.hands_free_table import TurnState
from fanlight.engine.scripted import ScriptedEngine
from support.talking_cores import TalkingCore

pytestmark = pytest.mark.gui
LONG = ["A long sentence that takes its time. "] * 200

Talk = Callable[..., TalkingCore]


@pytest.fixture
def talk(qtbot: Any, home: Path) -> Iterator[Talk]:
    made: list[TalkingCore] = []

    def start(pieces: list[str] | None = None, seconds_per_token: float = 0.0, **settings: Any) -> TalkingCore:
        home.mkdir(parents=True, exist_ok=True)
        engine = ScriptedEngine(pieces or ["There are three. ", "Yes."], seconds_per_token)
        made.append(TalkingCore(qtbot, home, engine, **settings))
        return made[-1]

    yield start
    for core in made:
        core.close()


def test_two_questions_and_their_answers(talk: Talk) -> None:
    core = talk()
    core.hands_free.start_hands_free()
    for count in (1, 2):
        core.listens()
        core.mouth.say(1.0)
        core.until(TurnState.ANSWERING)
        assert core.questions == ["how many shapes are there", "and the red ones"][:count]
    core.listens()
    assert core.voice.texts == ["There are three.", "Yes."] * 2
    turn = [TurnState.LISTENING, TurnState.PAUSED, TurnState.ANSWERING, TurnState.WAITING]
    assert core.states == [*turn, *turn, TurnState.LISTENING]


def test_the_microphone_is_closed_during_the_answer(talk: Talk) -> None:
    core = talk(LONG)
    core.hands_free.start_hands_free()
    core.listens()
    core.mouth.say(1.0)
    core.until(TurnState.ANSWERING)
    core.wait(lambda: not core.sound.open_streams)
    assert not core.hands_free.microphone_open
    assert core.hands_free.status[0] == "waiting"


def test_with_barge_in_speech_stops_the_answer_and_asks(talk: Talk) -> None:
    core = talk(LONG, seconds_per_token=0.005, hands_free_interrupts=True)
    core.hands_free.start_hands_free()
    core.listens()
    core.mouth.say(1.0)
    core.until(TurnState.INTERRUPTIBLE)
    core.wait(lambda: core.hands_free.phase == "speaking" and core.dictation.push_to_talk.state == "listening")
    core.mouth.say(1.0)
    core.until(TurnState.LISTENING)
    core.wait(lambda: core.questions[1:] == ["and the red ones"])
    assert core.app.session_manager.current.turns[1].state == "stopped"


def test_escape_takes_back_the_answer_then_the_words_then_all(talk: Talk) -> None:
    core = talk(LONG, seconds_per_token=0.005, hands_free_pause=5.0)
    core.app.session_manager.current.send("How many?")
    core.hands_free.start_hands_free()
    core.until(TurnState.ANSWERING)
    assert core.hands_free.cancel_latest()
    core.listens()
    core.mouth.say(1.0)
    core.wait(lambda: core.draft.text)
    core.mouth.stop_speaking()
    assert core.hands_free.cancel_latest()
    assert core.draft.text == ""
    core.listens()
    assert core.hands_free.cancel_latest()
    assert not core.hands_free.on
    assert core.why_ended == [""]
    assert not core.hands_free.cancel_latest()


def test_what_ends_it_says_why_once(talk: Talk) -> None:
    core = talk()
    core.sound.known = []
    core.hands_free.start_hands_free()
    core.wait(lambda: core.why_ended)
    assert "There is no microphone" in core.why_ended[0]
    core.hands_free.end_for_hidden_window()
    assert len(core.why_ended) == 1
    assert not core.dictation.push_to_talk.hands_free


def test_without_a_voice_it_says_what_to_install_and_goes_on(talk: Talk) -> None:
    core = talk()
    core.voice.here = False
    core.hands_free.start_hands_free()
    assert ["Tell it to be there." in str(getattr(problem, "hint", "")) for problem in core.problems] == [True]
    core.listens()
    core.mouth.say(1.0)
    core.wait(lambda: core.questions == ["how many shapes are there"])
    core.listens()
    assert core.voice.said == []


@pytest.mark.parametrize("always", [False, True])
def test_the_end_stops_the_voice_unless_answers_are_always_spoken(talk: Talk, always: bool) -> None:
    core = talk(LONG, spoken_answers=always)
    core.hands_free.start_hands_free()
    core.listens()
    core.mouth.say(1.0)
    core.wait(lambda: core.hands_free.phase == "speaking")
    core.hands_free.toggle_hands_free()
    assert not core.hands_free.on
    assert core.speech_output.active is always
    core.speech_output.stop_speaking()


def test_what_came_of_a_turn_is_said_until_there_are_words_again(talk: Talk) -> None:
    core = talk()
    core.recognizer.sentences.appendleft("")
    core.hands_free.start_hands_free()
    core.listens()
    core.mouth.say(1.0)
    core.wait(lambda: "No words were recognized." in core.hands_free.status[1])
    core.mouth.say(1.0)
    core.wait(lambda: core.questions == ["how many shapes are there"])
    core.listens()
    assert "No words were recognized." not in core.hands_free.status[1]


@pytest.mark.parametrize("heard", [False, True])
def test_only_a_voice_that_was_heard_is_waited_for_to_fade(talk: Talk, heard: bool) -> None:
    core = talk()
    core.voice.here = heard
    settled: list[bool] = []
    core.hands_free._actions.settled.connect(lambda: settled.append(True))
    core.hands_free.start_hands_free()
    core.listens()
    core.mouth.say(1.0)
    core.wait(lambda: core.questions)
    core.listens()
    assert bool(settled) is heard
