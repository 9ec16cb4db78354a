"""The quick panel's keys: letters are typed into its line, what acts is held with Alt or Ctrl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.capture.session import CaptureSession
from fanlight.domain.actions import RESERVED
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.panel.panel_keys import ASK, COPY, PIN, REGION, TALK, WINDOW
from support.panels import Enter, shapes

pytestmark = pytest.mark.gui
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def asked(engine: ScriptedEngine) -> list[str]:
    return [messages[-1].text for messages in engine.asked]


def press(widget: QWidget, key: Qt.Key, text: str = "", held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, held, text))


def test_whoever_types_on_types_into_the_line_and_nothing_acts(
    qtbot: Any, enter_panels: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words, a password: no answer is asked for, nothing is copied, written or moved."""
    acted: list[str] = []
    monkeypatch.setattr(CaptureSession, "press", lambda _session, key: acted.append(key))
    QGuiApplication.clipboard().setText("mine")
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel()
    for letter in "echo table wide 3 5 R":
        press(panel.line.input, Qt.Key(ord(letter.upper())), letter)
    for letter in "vim":  # while a button has the focus
        press(panel.bar.buttons[0], Qt.Key(ord(letter.upper())), letter)
    assert panel.line.input.text() == "echo table wide 3 5 Rvim"
    assert acted == []
    assert not engine.asked
    assert QGuiApplication.clipboard().text() == "mine"
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine) == ["echo table wide 3 5 Rvim"]


@pytest.mark.parametrize("place", ["line", "button", "panel"])
@pytest.mark.parametrize(("key", "text"), [(Qt.Key.Key_D, "d"), (Qt.Key.Key_6, "6")])
def test_with_alt_a_letter_or_the_digit_of_its_place_runs_an_action(
    qtbot: Any, enter_panels: Enter, place: str, key: Qt.Key, text: str
) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel()
    widget = {"line": panel.line.input, "button": panel.bar.buttons[0], "panel": panel}[place]
    press(widget, key, text, ALT)
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, ALT, text, True))  # it repeats
    qtbot.waitUntil(lambda: idle(panel))
    assert [question[:8] for question in asked(engine)] == ["Describe"]
    assert panel.line.input.text() == ""


def test_a_letter_without_an_action_does_nothing_with_alt_and_is_not_typed(enter_panels: Enter) -> None:
    panel = enter_panels().panel()
    press(panel.line.input, Qt.Key.Key_Z, "z", ALT)
    assert panel.line.input.text() == ""
    assert not panel.session.is_over


def test_escape_forgets_also_what_was_typed(enter_panels: Enter) -> None:
    panel = enter_panels().panel()
    press(panel.line.input, Qt.Key.Key_A, "a")
    press(panel.line.input, Qt.Key.Key_Escape)
    assert panel.session.is_over


def test_the_answer_the_picture_and_a_file_of_it(qtbot: Any, enter_panels: Enter, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "shots"
    panel = enter_panels(capture_folder=str(folder)).panel(shapes(120, 90), action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    press(panel.line.input, Qt.Key.Key_C, "c", ALT)
    assert QGuiApplication.clipboard().text() == "An answer."
    press(panel.line.input, Qt.Key.Key_C, "\x03", CTRL | SHIFT)
    assert QGuiApplication.clipboard().image().size().toTuple() == (120, 90)
    assert panel.head.status.text() == "The picture is copied."
    press(panel.line.input, Qt.Key.Key_S, "\x13", CTRL)
    qtbot.mouseClick(panel.head.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [QImage(str(path)).width() for path in folder.glob("*.png")] == [120, 120])
    qtbot.waitUntil(lambda: panel.head.status.text().startswith(f"Saved: {folder}"))


def test_a_picture_that_cannot_be_saved_is_one_sentence(qtbot: Any, enter_panels: Enter, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    panel = enter_panels(capture_folder=str(tmp_path / "file" / "inside")).panel()
    qtbot.mouseClick(panel.head.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.problem.isVisibleTo(panel))
    assert panel.problem.text().startswith("The picture could not be saved in ")
    assert "settings" in panel.problem.text()


def test_it_says_whether_it_has_the_keyboard(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels()
    panel = room.panel()
    qtbot.waitUntil(panel.isActiveWindow)
    assert panel.property("keyboard") is True
    assert panel.keys_label.text().startswith("Type to ask, Alt and a letter to act")
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: panel.property("keyboard") is False)
    assert panel.keys_label.text().startswith("The program below has the keyboard.")


def test_with_the_setting_never_it_has_it_only_after_a_click_into_its_line(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(panel_keyboard="never").panel()
    assert panel.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert not panel.isActiveWindow()
    qtbot.mouseClick(panel.line.input, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.isActiveWindow)


def test_every_button_names_its_combination(enter_panels: Enter) -> None:
    panel = enter_panels().panel()
    assert panel.bar.buttons[0].toolTip() == "Explain (Alt+E or Alt+1)"
    assert panel.bar.buttons[0].accessibleDescription() == "Key Alt+E or Alt+1"
    head = panel.head
    tips = [button.toolTip() for button in (head.copy_button, head.save_button, head.window_button)]
    assert [tip[tip.index("(") :] for tip in tips] == ["(Ctrl+Shift+C)", "(Ctrl+S)", "(Alt+O)"]


def test_the_panels_own_keys_are_those_that_no_action_may_have() -> None:
    assert "".join((ASK, COPY, TALK, WINDOW, PIN, REGION)) == RESERVED
    assert Settings().panel_keyboard == "yes"
