"""The sentence that is audible is marked, and another one can be heard from on."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker
from fanlight.ui.transcript.body import MessageBody
from support.speaking import FakeLoudspeaker, FakeVoice
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui

ANSWER = [
    "There are **seven** shapes here. ",
    "One is *red* 🟥 and round.\n\n",
    "1. The second is blue.\n",
    "\nDone now.",
]
SENTENCES = ["There are seven shapes here.", "One is red and round.", "1: The second is blue.", "Done now."]


class Listener:
    """A window with an answer, and a loudspeaker that takes `pace` seconds for each block."""

    def __init__(self, qtbot: Any, open_window: Open, pace: float = 0.02, **settings: Any) -> None:
        self.qtbot, self.voice, self.box = qtbot, FakeVoice(), FakeLoudspeaker(pace)
        self.window: WholeWindow = open_window(
            ScriptedEngine(ANSWER), settings=Settings(**settings), speaker=lambda: Speaker(self.box, (self.voice,))
        )
        qtbot.waitUntil(lambda: self.window.services.tray is not None and self.window.host.condition == "ready")
        self.speaking = self.window.features.voice.speech_output
        self.window.composer.set_text("How many?")
        self.window.composer.submit()
        qtbot.waitUntil(lambda: self.window.session_manager.current.last_answer.endswith("now."))

    @property
    def body(self) -> MessageBody:
        view = self.window.transcript.view(1)
        assert view is not None
        return next(one for one in view.findChildren(MessageBody))

    @property
    def marked(self) -> list[str]:
        view = self.window.transcript.view(1)
        bodies = view.findChildren(MessageBody) if view is not None else []
        return [mark.cursor.selectedText() for body in bodies for mark in body.extraSelections()]

    def place_of(self, word: str) -> QPoint:
        cursor = QTextCursor(self.body.document().find(word))
        return self.body.cursorRect(cursor).center() - QPoint(3, 0)

    def close(self) -> None:
        self.speaking.stop_speaking()


@pytest.fixture
def listener(qtbot: Any, open_window: Open) -> Any:
    made: list[Listener] = []

    def make(**options: Any) -> Listener:
        made.append(Listener(qtbot, open_window, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_sentence_that_is_audible_is_marked_until_all_is_said(qtbot: Any, listener: Any) -> None:
    here = listener()
    seen: list[str] = []
    here.speaking.sentence_spoken.connect(lambda _spoken: seen.extend(here.marked))
    here.speaking.read_last_answer()
    qtbot.waitUntil(lambda: bool(seen) and not here.speaking.active, timeout=20_000)
    assert seen == [
        "There are seven shapes here", "One is red 🟥 and round", "The second is blue", "Done now",
    ]  # fmt: skip
    assert here.marked == []


def test_while_it_is_written_it_is_marked_too(qtbot: Any, listener: Any) -> None:
    here = listener(spoken_answers=True)
    qtbot.waitUntil(lambda: here.marked != [], timeout=20_000)
    assert here.marked[0] in (
        "There are seven shapes here",
        "One is red 🟥 and round",
        "The second is blue",
        "Done now",
    )


def test_a_click_goes_to_the_sentence_there_while_it_is_read_and_else_does_nothing(qtbot: Any, listener: Any) -> None:
    here = listener()
    qtbot.mouseClick(here.body.viewport(), Qt.MouseButton.LeftButton, pos=here.place_of("blue"))
    assert here.voice.texts == []
    here.speaking.read_last_answer()
    qtbot.waitUntil(lambda: here.marked != [], timeout=20_000)
    qtbot.mouseClick(here.body.viewport(), Qt.MouseButton.LeftButton, pos=here.place_of("blue"))
    qtbot.waitUntil(lambda: here.marked == ["The second is blue"], timeout=20_000)
    assert here.voice.texts[-2:] == SENTENCES[2:]


def test_the_menu_reads_from_there_and_a_stop_takes_the_mark_away(qtbot: Any, listener: Any) -> None:
    here = listener()
    view = here.window.transcript.view(1)
    point = here.body.mapTo(view, here.place_of("round"))
    (action,) = [one for one in view.menu(point).actions() if one.text() == "Read aloud from here"]
    action.trigger()
    qtbot.waitUntil(lambda: here.marked == ["One is red 🟥 and round"], timeout=20_000)
    assert here.voice.texts[0] == SENTENCES[1]
    here.speaking.stop_speaking()
    assert here.marked == []
