"""Of a long conversation the end is shown first; nothing that needs the rest is done before that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.entry import NOT_READ
from fanlight.core.chat.reopening import END_MESSAGES
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.messages import Image, Message, Picture
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from support.picture_files import coded, corners
from support.rooms import Open, Room

COUNT = 2 * END_MESSAGES
Rest = Callable[[], None]


@pytest.fixture
def number(home: Path) -> int:
    """Of a conversation of COUNT messages."""
    with closing(Database(home)) as database:
        made = database.create("Long")
        for place in range(COUNT):
            database.add_message(made, Message.of("assistant" if place % 2 else "user", f"Text {place}"))
    return made


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(["Yes."])


@pytest.fixture
def room(enter: Open, number: int, engine: ScriptedEngine) -> Room:
    made: Room = enter(engine)
    return made


@pytest.fixture
def manager(room: Room) -> Iterator[SessionManager]:
    files = FileWorker()
    made = SessionManager(room.host, room.history, room.settings_store, files)
    yield made
    made.close()
    files.close()
    assert files.join(5)


def opened(qtbot: Any, manager: SessionManager, number: int) -> tuple[Conversation, Rest]:
    """With its end alone; the function has the rest read."""
    opening = manager._opening
    wanted: list[int] = []
    opening.read_rest = wanted.append  # type: ignore[method-assign, assignment]
    manager.open(number)
    qtbot.waitUntil(lambda: wanted == [number])
    assert manager.current.conversation_id == number

    def read() -> None:
        opening.open(number, end_first=False)
        qtbot.waitUntil(lambda: manager.current.is_read)

    return manager.current, read


def done(qtbot: Any, room: Room, work: Callable[[Database], Any]) -> Any:
    """What it returns on the store's thread."""
    found: list[Any] = []
    room.history.submit(work, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def stored(qtbot: Any, room: Room, number: int) -> list[str]:
    texts: list[str] = done(qtbot, room, lambda database: [one.message.text for one in database.messages(number)])
    return texts


def test_the_end_is_there_first_and_each_message_has_its_place(
    qtbot: Any, manager: SessionManager, number: int
) -> None:
    current, read_rest = opened(qtbot, manager, number)
    rest_read: list[int] = []
    current.rest_read.connect(lambda: rest_read.append(1))
    before = current.entries()
    assert len(before) == COUNT
    assert all(one is NOT_READ for one in before[:END_MESSAGES])
    assert [one.text for one in before[END_MESSAGES:]] == [f"Text {place}" for place in range(END_MESSAGES, COUNT)]
    turn = current.turn_of(COUNT - 2)
    assert turn is not None
    assert turn.message.text == f"Text {COUNT - 2}"
    assert current.turn_of(3) is None
    assert (current.title, current.last_answer) == ("Long", f"Text {COUNT - 1}")
    read_rest()
    assert rest_read == [1]
    assert [one.text for one in current.entries()] == [f"Text {place}" for place in range(COUNT)]
    assert [turn.key for turn in current.turns] == sorted({turn.key for turn in current.turns})


def test_what_is_sent_before_is_asked_with_all_of_it(
    qtbot: Any, room: Room, engine: ScriptedEngine, manager: SessionManager, number: int
) -> None:
    current, read_rest = opened(qtbot, manager, number)
    current.send("New?")
    assert len(current.entries()) == COUNT
    assert not current.busy
    read_rest()
    qtbot.waitUntil(lambda: not current.busy and len(current.entries()) == COUNT + 2)
    said = [message.text for message in engine.asked[-1] if message.role != "system"]
    assert said == [*(f"Text {place}" for place in range(COUNT)), "New?"]
    assert stored(qtbot, room, number)[COUNT:] == ["New?", "Yes."]


def test_nothing_else_of_it_changes_before(qtbot: Any, room: Room, manager: SessionManager, number: int) -> None:
    current, read_rest = opened(qtbot, manager, number)
    current.ask_again()
    current.continue_answer()
    current.begin_edit()
    current.show_version(COUNT - 1, 1)
    room.history.repaired.emit()
    assert not current.draft.editing
    assert not current.busy
    assert current.settled_prompt() == ()
    assert stored(qtbot, room, number) == [f"Text {place}" for place in range(COUNT)]
    read_rest()
    assert stored(qtbot, room, number) == [f"Text {place}" for place in range(COUNT)]
    current.begin_edit()
    assert current.draft.editing


@pytest.mark.parametrize("way", ["short", "branches", "place"])
def test_the_end_alone_is_shown_only_where_that_is_right(
    qtbot: Any, room: Room, manager: SessionManager, number: int, way: str
) -> None:
    def change(database: Database) -> int:
        if way == "branches":
            database.add_message(number, Message.of("user", "Another?"), follows=2)
        return database.create("Short") if way == "short" else number

    wanted = done(qtbot, room, change)
    read: list[bool] = []
    manager.shown.connect(lambda: read.append(manager.current.is_read))
    manager.open(wanted, end_first=way != "place")
    qtbot.waitUntil(lambda: read == [True])


def test_a_conversation_whose_rest_cannot_be_read_is_left(qtbot: Any, manager: SessionManager, number: int) -> None:
    current, _read_rest = opened(qtbot, manager, number)
    manager._opening.failed.emit(number, None)
    assert manager.current is not current
    assert current not in manager.conversations


def test_pictures_at_the_end_are_the_same_afterwards(
    qtbot: Any, room: Room, manager: SessionManager, number: int
) -> None:
    data = coded(corners(8, 6), "PNG")
    pixels = Image.of(8, 6, corners(8, 6).tobytes())
    picture = Picture(pixels, data, "png", 8, 6, "a.png")
    message = Message.of("user", "Look", [pixels])
    done(qtbot, room, lambda database: database.add_message(number, message, [picture]))
    current, read_rest = opened(qtbot, manager, number)
    end = current.entries()[-1]
    assert len(end.thumbnails) == 1
    read_rest()
    assert current.entries()[-1].thumbnails == end.thumbnails
