"""The program on a real (virtual) screen: keys and the mouse come from the X server, drags from another program."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.domain.errors import FanlightError, StoreUnavailable
from fanlight.domain.stored import StoredMessage
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from fanlight.ui.window import window as window_module
from support.display import Display
from support.screens import Program, programs
from support.whole_window import WholeWindow
from support.windows import parts, picture_file

pytestmark = pytest.mark.gui


class Hand(Program):
    """Fanlight, or another program, driven with xdotool."""

    def __init__(self, display: Display, script: str, *arguments: object) -> None:
        super().__init__(display, script, *arguments)
        self._display = display
        self.until("ready")

    def do(self, *words: object) -> str:
        return self._display.run("xdotool", *map(str, words))

    def window(self) -> str:
        return self.do("search", "--sync", "--onlyvisible", "--name", "Fanlight$").split()[-1]

    def focus(self) -> None:
        self.do("windowactivate", "--sync", self.window())

    def ask(self, text: str) -> None:
        self.focus()
        self._display.type(text, 5)
        self.do("key", "Return")


Run = Callable[..., Hand]


@pytest.fixture
def run(display: Display) -> Iterator[Run]:
    with programs(display, Hand) as started:
        yield started


def kept(home: Path) -> list[StoredMessage]:
    """What is on disk; only once the program has ended."""
    database = Database(home)
    messages = [message for row in database.conversations() for message in database.messages(row.id)]
    database.close()
    return messages


def drag(program: Hand, x: int, y: int) -> None:
    """From the drag source to that point of the screen, as a hand does it."""
    program.do("mousemove", 40, 30, "mousedown", 1)
    for step in range(1, 21):
        program.do("mousemove", 40 + (x - 40) * step // 20, 30 + (y - 30) * step // 20)
        time.sleep(0.02)  # a hand
    time.sleep(0.4)  # the X server and the source agree on the drop
    program.do("mouseup", 1)


def test_a_typed_question_is_answered_and_the_window_closes_with_a_key(run: Run, home: Path) -> None:
    program = run("window_child.py", home, 5, 0.0)
    program.ask("Is it there?")
    program.until("idle 2 0 5")
    program.do("key", "ctrl+q")
    assert program.ends(20) == 0
    question, answer = kept(home)
    assert question.message.text == "Is it there?"
    assert (answer.message.text, answer.state) == ("0 1 2 3 4 ", "complete")


def test_a_picture_dragged_from_another_program_can_be_dropped_on_the_conversation(
    run: Run, home: Path, tmp_path: Path
) -> None:
    program = run("window_child.py", home, 3, 0.0)
    program.ask("first")
    program.until("idle 2 0 3")  # an answer is on the screen, so that the drop lands on a message
    run("drag_source.py", picture_file(tmp_path))
    place = dict(line.split("=") for line in program.do("getwindowgeometry", "--shell", program.window()).splitlines())
    x, y = int(place["X"]) + int(place["WIDTH"]) - 120, int(place["Y"]) + 130
    for _ in range(3):  # a busy machine may miss a drag
        drag(program, x, y)
        if program.says("idle 2 1 3", 10):
            break
    program.until("idle 2 1 3")
    program.ask("What is it?")
    program.until("idle 4 0 3")
    program.do("key", "ctrl+q")
    assert program.ends(20) == 0
    messages = kept(home)
    assert [message.message.text for message in messages if message.message.role == "user"] == ["first", "What is it?"]
    assert [picture.name for picture in messages[2].pictures] == ["shapes.png"]


def test_after_kill_9_the_half_answer_is_there_and_goes_on(qtbot: Any, run: Run, home: Path) -> None:
    program = run("window_child.py", home, 5000, 0.01)
    program.ask("Count.")
    program.until("answering 2 0 100")
    time.sleep(1.5)  # what was shown more than a second ago is on disk
    program.process.send_signal(signal.SIGKILL)
    program.process.wait(10)

    window = WholeWindow(parts(home, ScriptedEngine(["and on."])))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(window.transcript.entries()) == 2)
    question, answer = window.transcript.entries()
    assert question.text == "Count."
    assert answer.state == "stopped"
    assert answer.text.startswith("0 1 2 3 4 ")
    assert len(answer.text.split()) >= 100
    window.transcript.continue_requested.emit()
    qtbot.waitUntil(lambda: window.transcript.entries()[-1].text == answer.text + "and on.")
    window.close()


def test_a_signal_from_the_system_closes_the_window_and_keeps_the_answer(run: Run, home: Path) -> None:
    program = run("window_child.py", home, 5000, 0.01)
    program.ask("Count.")
    program.until("answering 2 0 100")
    program.process.send_signal(signal.SIGTERM)
    assert program.ends(20) == 0
    answer = kept(home)[-1]
    assert answer.state == "stopped"
    assert answer.message.text.startswith("0 1 2 ")


def test_a_second_window_says_that_the_first_has_the_conversations_and_still_answers(
    qtbot: Any, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[FanlightError] = []

    def quits(problem: FanlightError, _parent: object) -> bool:
        asked.append(problem)
        return True

    monkeypatch.setattr(window_module, "ask_to_quit", quits)
    run("window_child.py", home, 5, 0.0)
    window = WholeWindow(parts(home, ScriptedEngine(["Here."])))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert len(window.errors.lines) == 1
    qtbot.keyClicks(window.composer.input, "Anyone?")
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [entry.text for entry in window.transcript.entries()] == ["Anyone?", "Here."])
    window.close()
    assert [type(problem) for problem in asked] == [StoreUnavailable], "it is not kept, and closing would lose it"
