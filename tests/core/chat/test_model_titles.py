"""The model names a conversation once, unless somebody has named it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fanlight.core.chat import model_titles
from fanlight.core.chat.model_titles import ModelTitles
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.titles import title_said
from support.answering import AnsweringEngine
from support.rooms import Open, Room

Begin = Callable[[bool], tuple[SessionManager, ModelTitles]]


def answer(question: str) -> str:
    return '**"Red circles"**\n' if "title" in question else "There are two."


@pytest.fixture
def begin(enter: Open, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    monkeypatch.setattr(model_titles, "IDLE_MS", 1)
    files = FileWorker()
    made: list[SessionManager] = []

    def begun(wanted: bool) -> tuple[SessionManager, ModelTitles]:
        room: Room = enter(AnsweringEngine(answer))
        room.settings_store.choose(model_titles=wanted)
        manager = SessionManager(room.host, room.history, room.settings_store, files)
        made.append(manager)
        return manager, ModelTitles(room.host, manager, room.settings_store, manager)

    yield begun
    for manager in made:
        manager.close()
    files.close()
    assert files.join(5)


def ask(qtbot: Any, manager: SessionManager, text: str) -> None:
    count = len(manager.current.turns)
    manager.current.send(text)
    qtbot.waitUntil(lambda: not manager.current.busy and len(manager.current.turns) == count + 2)


def test_the_model_names_it_once(qtbot: Any, begin: Begin) -> None:
    manager, titles = begin(True)
    ask(qtbot, manager, "How many circles?")
    qtbot.waitUntil(lambda: manager.current.title == "Red circles" and titles._job is None)
    ask(qtbot, manager, "And squares?")
    manager.current.rename("How many circles?")
    titles._on_rest()
    assert titles._job is None
    assert manager.current.title == "How many circles?"


@pytest.mark.parametrize("why", ["off", "named", "empty"])
def test_it_is_left_as_it_is(qtbot: Any, begin: Begin, why: str) -> None:
    manager, titles = begin(why != "off")
    if why in ("off", "named"):
        manager.current.send("How many circles?")
        manager.current.rename("Mine" if why == "named" else manager.current.title)
        qtbot.waitUntil(lambda: not manager.current.busy and len(manager.current.turns) == 2)
    titles._on_rest()
    assert titles._job is None
    assert manager.current.title == {"named": "Mine", "off": "How many circles?"}.get(why, "")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ('"Red circles."', "Red circles"),
        ("Title: Red circles\nmore", "Red circles"),
        ("**Kreise: rot**", "Kreise: rot"),
        ("\n\n", ""),
        ("***", ""),
        ("word " * 40, "word word word word word word word word word word word word…"),
    ],
)
def test_what_a_model_says_becomes_a_title(said: str, title: str) -> None:
    assert title_said(said) == title
