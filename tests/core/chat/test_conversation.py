"""A conversation without widgets: what the user does, what the model is sent."""

from __future__ import annotations

from typing import Any

from fanlight.core.chat.answer import AT_LIMIT
from fanlight.core.chat.turns import Attachment
from fanlight.domain.errors import ModelError
from fanlight.domain.events import TextDelta
from fanlight.engine.scripted import ScriptedEngine
from support.rooms import Open
from support.windows import SPEC


def test_a_question_is_answered_and_both_are_kept(qtbot: Any, enter: Open) -> None:
    room = enter()
    room.session.send("What is this?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    assert room.texts == ["What is this?", "An answer."]
    assert room.session.title == "What is this?"
    assert "tokens/s" in room.session.turns[-1].entry().footer_line
    assert room.kept() == [("What is this?", "complete"), ("An answer.", "complete")]


def test_a_question_asked_while_the_model_loads_is_answered_when_it_is_there(qtbot: Any, enter: Open) -> None:
    room = enter()
    conditions = [room.session.condition]
    room.session.send("Early?")
    conditions.append(room.session.condition)
    assert conditions == ["loading", "answering"]
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Early?", "An answer."]


def test_a_question_asked_before_anything_is_open_waits_too(qtbot: Any, enter: Open) -> None:
    room = enter(opened=False)
    room.session.send("Very early?")
    room.open()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Very early?", "An answer."]


def test_stop_keeps_what_was_said_and_go_on_continues_it(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine([f"{i} " for i in range(2000)], 0.002))
    room.session.send("Count.")
    qtbot.waitUntil(lambda: len([e for e in room.heard if isinstance(e, TextDelta)]) > 5)
    room.session.stop()
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    half = room.texts[-1]
    assert half.startswith("0 1 2 3")
    assert room.session.turns[-1].state == "stopped"
    assert room.session.can_continue
    engine.pieces = ("and done.",)
    room.session.continue_answer()
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert engine.asked[-1][-1].role == "assistant"
    assert engine.asked[-1][-1].text == half
    assert room.texts[-1] == half + "and done."
    assert room.kept()[-1] == (half + "and done.", "complete")


def test_an_answer_stopped_before_its_first_word_is_asked_again_by_go_on(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["late"], 30))
    room.session.send("Slow?")
    qtbot.waitUntil(lambda: bool(engine.asked))
    room.session.stop()
    qtbot.waitUntil(lambda: room.idle)
    assert room.session.turns[-1].state == "stopped"
    engine._seconds_per_token = 0.0
    room.session.continue_answer()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Slow?", "late"]
    assert [m.role for m in engine.asked[-1]] == ["user"]


def test_stopping_before_the_model_is_loaded_ends_the_answer(qtbot: Any, enter: Open) -> None:
    room = enter(opened=False)
    room.session.send("Never mind")
    room.session.stop()
    room.open()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Never mind", ""]
    assert room.session.turns[-1].state == "stopped"


def test_a_question_during_an_answer_waits_its_turn_and_can_be_taken_back(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["x "] * 40, 0.005))
    room.session.send("one")
    room.session.send("two")
    room.session.send("three")
    room.session.send("four")
    assert [turn.message.text for turn in room.session.queued] == ["two", "three", "four"]
    assert room.session.unqueue(1).message.text == "three"
    qtbot.waitUntil(lambda: room.idle, timeout=10_000)
    assert [turn.message.text for turn in room.session.turns if turn.message.role == "user"] == ["one", "two", "four"]
    assert [len(messages) for messages in engine.asked] == [1, 3, 5]


def test_editing_the_last_question_replaces_it_and_its_answer(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"]))
    for text, pictures in (("one", ()), ("tow", (red,))):
        room.session.attachments.set(pictures)
        room.session.send(text)
        qtbot.waitUntil(lambda: room.idle)
    room.session.begin_edit()
    assert (room.session.draft.text, room.session.attachments.read) == ("tow", (red,))
    assert room.texts == ["one", "A", "tow", "A"]
    room.session.send("two")
    qtbot.waitUntil(lambda: room.idle and not room.session.draft.editing)
    assert room.texts == ["one", "A", "two", "A"]
    assert [m.text for m in engine.asked[-1]] == ["one", "A", "two"]
    assert room.kept() == [(text, "complete") for text in ("one", "A", "two", "A")]


def test_editing_while_the_answer_runs_stops_it(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["x"] * 10_000, 0.005))
    room.session.send("wrong")
    qtbot.waitUntil(lambda: bool(room.heard))
    room.session.begin_edit()
    engine.pieces = ("right",)
    room.session.send("better")
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["better", "right"]
    assert room.kept() == [("better", "complete"), ("right", "complete")]


def test_leaving_an_edit_changes_nothing(qtbot: Any, enter: Open) -> None:
    room = enter()
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle)
    room.session.begin_edit()
    room.session.cancel_edit()
    assert room.texts == ["Q", "An answer."]
    assert not room.session.draft.editing


def test_a_model_that_fails_says_so_in_the_answer_and_can_be_asked_again(qtbot: Any, enter: Open) -> None:
    failure = ModelError("It broke.", "Ask again.")
    room = enter(engine := ScriptedEngine(["half ", "more"], fails_after=1, failure=failure))
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    last = room.session.turns[-1]
    assert (last.message.text, last.state, last.error) == ("half ", "failed", "It broke. Ask again.")
    engine._fails_after = None
    room.session.ask_again()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Q", "half more"]


def test_the_longest_answer_is_said_to_be_cut_and_can_go_on(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["x"] * 50), max_tokens=5)
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert room.session.turns[-1].notice == AT_LIMIT
    assert room.session.can_continue


def test_switching_the_model_stops_the_answer_and_the_next_question_goes_to_the_new_one(
    qtbot: Any, enter: Open
) -> None:
    engines = iter([ScriptedEngine(["x"] * 10_000, 0.005), ScriptedEngine(["new"])])
    room = enter(lambda: next(engines))
    room.session.send("Q")
    qtbot.waitUntil(lambda: bool(room.heard))
    room.host.open(SPEC)
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert room.session.turns[-1].state == "stopped"
    room.session.send("Q2")
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts[-1] == "new"
