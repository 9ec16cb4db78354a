"""The database is damaged while a conversation is open: it is repaired, and has again what is on the screen."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.domain.errors import StoreRepaired
from fanlight.engine.scripted import ScriptedEngine
from support.damaging import damage
from support.rooms import Open, Room


def spoil(qtbot: Any, room: Room, **pages: int) -> None:
    done: list[None] = []
    room.history.read(lambda database: damage(database, room.home, **pages), done.append)
    qtbot.waitUntil(lambda: bool(done))


def repaired(room: Room) -> bool:
    return any(isinstance(problem, StoreRepaired) for problem in room.problems)


@pytest.mark.parametrize("first_page", [1, 0])
def test_nothing_on_the_screen_is_lost(qtbot: Any, enter: Open, first_page: int) -> None:
    room = enter(ScriptedEngine(["An ", "answer."]))
    for text in ("one", "two"):
        room.session.send(text)
        qtbot.waitUntil(lambda: room.idle)
    spoil(qtbot, room, first_page=first_page)
    room.session.send("three")
    qtbot.waitUntil(lambda: room.idle and repaired(room))
    assert room.history.not_kept is None
    assert [text for text, _state in room.kept()] == ["one", "An answer.", "two", "An answer.", "three", "An answer."]


def test_an_answer_under_way_is_kept_whole(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine([f"{number} " for number in range(400)], 0.004))
    room.session.send("Count.")
    qtbot.waitUntil(lambda: len(room.texts[-1]) > 50)
    spoil(qtbot, room)
    qtbot.waitUntil(lambda: room.idle and repaired(room), timeout=20_000)
    whole = "".join(f"{number} " for number in range(400))
    assert room.kept() == [("Count.", "complete"), (whole, "complete")]


def test_a_conversation_that_nobody_writes_in_is_given_back_too(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["An answer."]))
    room.session.send("one")
    qtbot.waitUntil(lambda: room.idle)
    spoil(qtbot, room)
    room.history.refresh()
    qtbot.waitUntil(lambda: repaired(room))
    assert [text for text, _state in room.kept()] == ["one", "An answer."]
