"""The window, driven by keys: asking, stopping, queueing, editing, and the window itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from fanlight.domain.errors import StoreError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui import theme
from support.window_hands import SLOW, Open, answered, ask, drop, idle, mime_of, read, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui


def test_enter_sends_and_shift_enter_breaks_the_line(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    field = window.composer.input
    qtbot.keyClicks(field, "one")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "two")
    before = field.height()
    for _ in range(20):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert before < field.height() < 9 * field.fontMetrics().lineSpacing() + 40
    qtbot.keyClick(field, Qt.Key.Key_Return)
    answered(qtbot, window)
    assert texts(window)[0] == "one\ntwo"


def test_an_empty_question_is_not_sent(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "  ")
    assert not window.transcript.entries()
    assert not window.composer.send_button.isEnabled() or window.composer.text.strip() == ""


def test_escape_stops_and_the_answer_can_go_on(qtbot: Any, open_window: Open) -> None:
    window = open_window(engine := ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "Long?")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and "word" in texts(window)[1])
    assert window.composer.stop_button.isVisible()
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))
    assert not window.composer.stop_button.isVisible()
    assert window.transcript.entries()[-1].state == "stopped"
    engine.pieces = ("the end.",)
    window.transcript.continue_requested.emit()
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1].endswith("the end."))


def test_escape_stops_from_the_conversation_too(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "Long?")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and "word" in texts(window)[1])
    window.sidebar.list.setFocus()
    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))


def test_enter_during_an_answer_queues_and_a_queued_question_can_be_taken_back(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "one")
    qtbot.waitUntil(lambda: window.composer.stop_button.isVisible())
    ask(qtbot, window, "two")
    ask(qtbot, window, "three")
    assert [strip._full for strip in window.composer.strips.strips] == ["Next: two", "Next: three"]
    qtbot.mouseClick(window.composer.strips.strips[1].button, Qt.MouseButton.LeftButton)
    assert window.composer.text == "three"
    qtbot.mouseClick(window.composer.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: idle(window))
    assert len(texts(window)) == 2
    assert window.composer.text == "two\n\nthree"


def test_escape_leaves_an_edit_as_it_was(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Up)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    assert not window.composer.text
    assert texts(window) == ["Q", "An answer."]


@pytest.mark.parametrize("sent", [True, False])
def test_what_was_being_typed_is_back_after_an_edit(qtbot: Any, open_window: Open, sent: bool) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.keyClicks(window.composer.input, "half a thought")
    window.transcript.edit_last.emit()
    assert window.composer.text == "Q"
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return if sent else Qt.Key.Key_Escape)
    assert window.composer.text == "half a thought"
    answered(qtbot, window)


def test_every_control_has_a_name_for_a_screen_reader(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    picture_file(tmp_path).rename(tmp_path / "shapes.png")
    window = open_window(ScriptedEngine(SLOW, 0.01))
    drop(window, mime_of(tmp_path / "shapes.png"))
    read(qtbot, window, 1)
    ask(qtbot, window, "one")
    ask(qtbot, window, "two")
    drop(window, mime_of(tmp_path / "shapes.png"))
    read(qtbot, window, 1)
    window.errors.add_error(StoreError("An error."))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(window):
            interface = QAccessible.queryAccessibleInterface(widget)
            if interface is not None and not interface.text(QAccessible.Text.Name):
                nameless.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    assert not nameless


def test_a_link_opens_only_after_its_address_was_shown(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    shown: list[str] = []
    monkeypatch.setattr("fanlight.ui.widgets.links.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    press = ["Cancel"]

    def answer(box: QMessageBox) -> int:
        shown.append(box.informativeText())
        box.show()
        [button] = [button for button in box.buttons() if button.text().replace("&", "") == press[0]]
        button.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window = open_window()
    address = QUrl("https://example.org/a?b=c")
    window.transcript.link_requested.emit(address)
    assert (shown, opened) == ([address.toString()], [])
    press[0] = "Open"
    window.transcript.link_requested.emit(address)
    assert opened == [address.toString()]


def test_a_bug_is_said_and_the_program_goes_on(qtbot: Any, open_window: Open, monkeypatch: Any) -> None:
    import sys
    import threading

    from fanlight.ui.application import catch_bugs

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    window = open_window()
    catch_bugs(window.show_problem, window)
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert "Something went wrong inside Fanlight." in window.errors.lines[0]
    ask(qtbot, window, "Still there?")
    answered(qtbot, window)


def test_files_that_were_replaced_are_told_once_and_in_place_of_a_bug(open_window: Open, tmp_path: Path) -> None:
    from fanlight.domain.installation import InstalledFiles
    from fanlight.ui.application import tell_of_replaced_files

    file = tmp_path / "__init__.py"
    file.write_text("old", "utf-8")
    window, application = open_window(), QApplication.instance()
    assert isinstance(application, QApplication)
    tell = tell_of_replaced_files(window.show_problem, application, InstalledFiles(file))
    come_forward = partial(application.applicationStateChanged.emit, Qt.ApplicationState.ApplicationActive)
    come_forward()
    tell(ZeroDivisionError())
    assert ["inside Fanlight" in line for line in window.errors.lines] == [True]
    window.errors.end_errors(lambda _error: True)
    (tmp_path / "new").write_text("new one", "utf-8")
    (tmp_path / "new").replace(file)
    come_forward()
    assert ["was updated or removed" in line for line in window.errors.lines] == [True]
    window.errors.end_passing_errors()
    assert len(window.errors.lines) == 1
    window.errors.end_errors(lambda _error: True)
    come_forward()
    assert not window.errors.lines
    file.unlink()
    tell(ZeroDivisionError())
    assert ["was updated or removed" in line for line in window.errors.lines] == [True]


def test_where_the_window_was_is_remembered(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    window.resize(760, 610)
    window.header.sidebar_button.click()
    assert not window.sidebar.isVisible()
    window.close()
    again = open_window()
    assert (again.width(), again.height()) == (760, 610)
    assert not again.sidebar.isVisible()


def test_the_system_going_dark_is_followed_at_once_and_a_chosen_theme_stays(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = [Qt.ColorScheme.Light]

    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return scheme[-1]

    application = type("Application", (QGuiApplication,), {"styleHints": staticmethod(Hints)})
    monkeypatch.setattr(theme, "QGuiApplication", application)

    def system_turns(to: Qt.ColorScheme) -> None:
        scheme.append(to)
        QGuiApplication.styleHints().colorSchemeChanged.emit(to)

    def ground() -> str:
        return QApplication.palette().window().color().name()

    window = open_window()
    assert window.features.voice.dictation
    meter = window.composer.voice_bar.talk_status.meter
    assert ground() == meter._theme.window == theme.LIGHT.window
    system_turns(Qt.ColorScheme.Dark)
    assert ground() == meter._theme.window == theme.DARK.window
    window.settings_store.choose(theme="light")
    assert ground() == theme.LIGHT.window
    system_turns(Qt.ColorScheme.Light)
    system_turns(Qt.ColorScheme.Dark)
    assert ground() == theme.LIGHT.window


def test_the_last_answer_is_copied_with_a_key(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "An answer."


def test_a_narrow_window_hides_the_conversations_until_there_is_room(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    window.resize(600, 600)
    qtbot.waitUntil(lambda: not window.sidebar.isVisible())
    window.resize(1000, 600)
    qtbot.waitUntil(lambda: window.sidebar.isVisible())


def test_nothing_heavy_is_imported_before_the_window_is_painted() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication(['x'])\n"
        "from fanlight import compose\n"
        "from fanlight.ui import application\n"
        "from fanlight.ui.appearance import Appearance\n"
        "from fanlight.ui.window.window import Window\n"
        "def run(build, argv, logs, *more, **named):\n"
        "    core = build()\n"
        "    window = Window(core, Appearance(core.settings_store))\n"
        "    window.show()\n"
        "    app.processEvents()\n"
        "    heavy = {'llama_cpp', 'numpy', 'PIL', 'sqlite3', 'jinja2', 'torch', 'ssl', 'http'} & set(sys.modules)\n"
        "    later = {'fanlight.parsing', 'fanlight.exchange'} & set(sys.modules)\n"
        "    print(sorted(heavy | later))\n"
        "    return 0\n"
        "application.run = run\n"
        "compose.window([])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_environment(), timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def _environment() -> dict[str, str]:
    import os

    import fanlight

    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(fanlight.__file__).parents[1])}


def test_where_the_time_went_is_shown_below_answers_by_choice(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)

    def lines() -> list[str]:
        view = window.transcript.view(1)
        assert view is not None
        return [one.text() for one in view.findChildren(QLabel) if one.objectName() == "footer" and one.isVisible()]

    assert lines() == []
    store = window.settings_store
    store.choose(show_timings=True)
    qtbot.waitUntil(lambda: len(lines()) == 1 and "tokens/s" in lines()[0])
    store.choose(show_timings=False)
    qtbot.waitUntil(lambda: lines() == [])
