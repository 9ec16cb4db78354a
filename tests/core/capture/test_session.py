"""One capture's session without its panel: status, keys, notes, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.session import CaptureSession
from fanlight.core.panel.panel_session import PanelStatus
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.reading import TextLine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.panels import PanelRoom, shapes

Open = Callable[..., CaptureSession]


@pytest.fixture
def open_session(qtbot: Any, home: Path) -> Iterator[Open]:
    rooms: list[PanelRoom] = []
    sessions: list[CaptureSession] = []

    def opened(engine: ScriptedEngine | None = None, action: str = "", *, model: bool = True) -> CaptureSession:
        room = PanelRoom(home, engine or ScriptedEngine(["An ", "answer."]), Settings(read_text_in_captures=False))
        rooms.append(room)
        if model:
            room.load()
        session = room.session(Capture(CapturedImage(shapes())))
        sessions.append(session)
        session.start()
        session.begin(room.actions.find(action))
        return session

    yield opened
    for session in sessions:
        session.forget()
    for room in rooms:
        room.close()


def test_its_status_follows_the_picture_and_the_answer(qtbot: Any, open_session: Open) -> None:
    session = open_session(ScriptedEngine(["An ", "answer."], seconds_per_image=0.1), "explain")
    seen: list[PanelStatus] = []
    session.status_changed.connect(seen.append)
    qtbot.waitUntil(lambda: session.conversation.last_answer == "An answer." and not session.status.is_busy)
    assert "Reading the picture…" in [status.text for status in seen]
    assert session.status == PanelStatus("400 × 300, 64 tokens", "", None, False, False, False)


def test_without_a_model_it_says_what_is_missing(open_session: Open) -> None:
    status = open_session(model=False).status
    assert (status.text, status.needs_model) == ("No model is open.", True)


def test_the_action_that_is_answered_is_told_and_taken_back(qtbot: Any, open_session: Open) -> None:
    session = open_session()
    marked: list[str | None] = []
    session.action_changed.connect(lambda action: marked.append(action and action.name))
    session.press("d")
    qtbot.waitUntil(lambda: marked[-1:] == [None])
    assert marked[0] == "describe"


def test_copying_and_pinning_are_noted_for_a_moment(qtbot: Any, open_session: Open) -> None:
    session = open_session(action="explain")
    copied: list[str] = []
    session.copy_wanted.connect(copied.append)
    qtbot.waitUntil(lambda: session.conversation.last_answer == "An answer." and not session.status.is_busy)
    session.press("c")
    assert copied == ["An answer."]
    assert session.status.text == "Copied."
    session.press("p")
    assert session.pinned
    assert session.status.text.startswith("Pinned")
    session.press("p")
    assert not session.pinned


def test_esc_may_be_for_something_else(open_session: Open) -> None:
    session = open_session()
    other = [True]
    session.before_forget = lambda: bool(other and other.pop())
    session.press("Escape")
    assert not session.is_over
    session.press("Escape")
    assert session.is_over


def test_a_released_conversation_outlives_it_without_its_pixels(qtbot: Any, open_session: Open) -> None:
    session = open_session(action="explain")
    qtbot.waitUntil(lambda: session.conversation.last_answer == "An answer.")
    conversation = session.release_conversation()
    assert session.is_over
    assert session.capture.image == CapturedImage()
    assert conversation.last_answer == "An answer."
    conversation.forget()


def test_words_of_the_capture_and_of_the_answers_may_be_said(qtbot: Any, open_session: Open) -> None:
    session = open_session(action="explain")
    session.questions.text.arrive((TextLine("Dr. Okonkwo", 0, 0, 90, 20),))
    qtbot.waitUntil(lambda: session.conversation.last_answer == "An answer." and not session.status.is_busy)
    assert "Okonkwo" in session.nearby_text()
    assert session.nearby_text().endswith("An answer.")
