"""What waits is said, can be gone to and stopped; what is over is no longer said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLabel, QToolButton

from fanlight.domain.errors import DiskFull, ImagesUnsupported, ModelError, PictureError
from fanlight.engine.scripted import ScriptedEngine
from support.whole_window import WholeWindow
from support.window_hands import SLOW, Open, answered, ask, drop, idle, ready, texts

pytestmark = pytest.mark.gui


def status(window: WholeWindow) -> str:
    """What the last answer says it does."""
    view = window.transcript.view(len(window.transcript.entries()) - 1)
    assert view is not None
    return next((one.text() for one in view.findChildren(QLabel) if one.objectName() == "status"), "")


def action(window: WholeWindow, text: str) -> QToolButton | None:
    view = window.transcript.view(len(window.transcript.entries()) - 1)
    assert view is not None
    return next((one for one in view.findChildren(QToolButton) if one.text() == text and one.isVisibleTo(view)), None)


@pytest.fixture
def waits(qtbot: Any, open_window: Open) -> WholeWindow:
    """A question that waits for a long answer in another conversation."""
    window = open_window(ScriptedEngine(SLOW, 0.01))
    ready(qtbot, window)
    ask(qtbot, window, "a long story")
    qtbot.waitUntil(lambda: bool(texts(window)[1:] and texts(window)[1]))
    window.sidebar.new_button.click()
    ask(qtbot, window, "a short one")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and "long story" in status(window))
    return window


def test_a_question_says_for_which_answer_it_waits(qtbot: Any, waits: WholeWindow) -> None:
    assert status(waits) == "Waiting for the answer in “a long story”…"
    show = action(waits, "Show it")
    assert show is not None
    show.click()
    qtbot.waitUntil(lambda: texts(waits)[0] == "a long story")
    assert action(waits, "Show it") is None
    assert not status(waits)


def test_the_answer_that_it_waits_for_can_be_stopped_from_there(qtbot: Any, waits: WholeWindow) -> None:
    stop = action(waits, "Stop it")
    assert stop is not None
    stop.click()
    qtbot.waitUntil(lambda: bool(texts(waits)[1]))
    assert texts(waits)[0] == "a short one"
    qtbot.waitUntil(lambda: action(waits, "Stop it") is None)
    first = next(one for one in waits.session_manager.conversations if one is not waits.session_manager.current)
    assert first.turns[1].state == "stopped"
    assert first.turns[1].message.text


def test_the_list_shows_which_conversation_is_answered_and_which_waits(qtbot: Any, waits: WholeWindow) -> None:
    model = waits.sidebar.model
    qtbot.waitUntil(lambda: len(waits.sidebar.ids) == 2)

    def names() -> list[str | None]:
        role = Qt.ItemDataRole.AccessibleTextRole
        return [model.data(model.index_of(row.id), role) for row in model.rows]

    qtbot.waitUntil(lambda: names() == ["a short one, waiting", "a long story, being answered"])
    marks = [model.data(model.index_of(row.id), Qt.ItemDataRole.DecorationRole).toImage() for row in model.rows]
    middle = marks[0].rect().center()
    assert marks[0].pixelColor(middle).alpha() == 0
    assert marks[1].pixelColor(middle).alpha() == 255
    for conversation in waits.session_manager.conversations:
        conversation.stop()
    qtbot.waitUntil(lambda: names() == [None, None])


def test_a_question_that_waits_for_the_model_says_so(qtbot: Any, open_window: Open) -> None:
    window = open_window(load_seconds=30)
    ask(qtbot, window, "Hello?")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and status(window) == "Loading the model…")
    assert action(window, "Stop it") is None


def test_escape_stops_the_answer_and_brings_the_waiting_questions_back(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.01))
    ready(qtbot, window)
    ask(qtbot, window, "first")
    qtbot.waitUntil(lambda: bool(texts(window)[1:] and texts(window)[1]))
    for text in ("second", "third"):
        ask(qtbot, window, text)
    qtbot.keyClicks(window.composer.input, "fourth")
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))
    assert texts(window)[0] == "first"
    assert len(texts(window)) == 2
    assert window.composer.text == "second\n\nthird\n\nfourth"
    assert not window.session_manager.current.queued


def test_pictures_of_a_question_that_is_brought_back_come_with_it(qtbot: Any, enter: Any, red: Any, blue: Any) -> None:
    room = enter(ScriptedEngine(SLOW, 0.01))
    conversation = room.session
    conversation.send("first")
    conversation.attachments.set([red])
    conversation.send("second")
    conversation.attachments.set([blue])
    conversation.set_draft_text("typed")
    conversation.interrupt()
    assert conversation.attachments.read == (red, blue)
    assert conversation.draft.text == "second\n\ntyped"


def words() -> QMimeData:
    mime = QMimeData()
    mime.setText("words")
    return mime


def test_errors_end_with_the_next_success_and_lasting_ones_with_their_reason(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ready(qtbot, window)
    full = DiskFull("There is no room.")
    ways: tuple[Callable[[], object], ...] = (
        lambda: ask(qtbot, window, "Hello?"),
        window.sidebar.new_button.click,
        lambda: drop(window, words()),
    )
    for begin in ways:
        for error in (PictureError("It is damaged."), ImagesUnsupported("It cannot see."), full):
            window.show_problem(error)
        assert len(window.errors.lines) == 3
        begin()
        assert [line.split(".")[0] for line in window.errors.lines] == ["There is no room"]
    answered(qtbot, window, 0)
    window.history.recovered.emit(full)
    assert not window.errors.isVisible()


def test_the_error_of_a_model_ends_when_another_one_is_opened(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ready(qtbot, window)
    window.show_problem(ModelError("The file is damaged."))
    window.show_problem(PictureError("It is damaged."))
    window.host.reload()
    assert [line.split(".")[0] for line in window.errors.lines] == ["It is damaged"]
