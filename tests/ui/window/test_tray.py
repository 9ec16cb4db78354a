"""The tray's menu, and whether closing the window ends Fanlight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.window import tray_controller
from fanlight.ui.window.tray import Tray, TrayState, microphone_text
from support.timers import at_rest
from support.whole_window import WholeWindow
from support.window_hands import ask, idle, ready
from support.windows import parts

pytestmark = pytest.mark.gui


def action(tray: Tray, words: str) -> QAction:
    tray.fill()
    found = [one for one in tray.menu.actions() if one.text().startswith(words)]
    assert found, [one.text() for one in tray.menu.actions()]
    return found[0]


def condition(window: WholeWindow) -> str:
    return window.host.condition


@pytest.fixture
def window(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WholeWindow]:
    """On a desktop that has a tray."""
    monkeypatch.setattr(Tray, "available", staticmethod(lambda: True))
    monkeypatch.setattr(Tray, "show", lambda self: None)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    made = WholeWindow(parts(home, ScriptedEngine(["An ", "answer."])))  # not `addWidget`: its close would ask
    made.show()
    try:
        ready(qtbot, made)
        yield made
    finally:
        made.close_unasked()
        made.deleteLater()  # else each change of theme in later tests would style it, too


def tray_of(window: WholeWindow) -> Tray:
    assert window.services.tray is not None
    return window.services.tray.tray


def test_the_menu_says_how_things_are(window: WholeWindow) -> None:
    tray = tray_of(window)
    assert not action(tray, "Model: scripted, ready").isEnabled()
    assert not action(tray, "No Captures Yet").isEnabled()
    assert action(tray, "Hide Window")
    window.hide()
    assert action(tray, "Show Window")
    assert not action(tray, "Microphone: off").isEnabled()
    window.settings_store.choose(talk_ready=True)
    assert action(tray, "Microphone: open, but nothing is being recognized")
    assert microphone_text(recording=True, ready=True) == "Microphone: listening"


def test_hands_free_talking_is_begun_and_ended_from_the_menu_where_the_window_shows_it(
    qtbot: Any, window: WholeWindow
) -> None:
    hands_free = window.features.voice.hands_free
    tray = tray_of(window)
    assert not action(tray, "Talk Hands-Free").isChecked()
    window.hide()
    action(tray, "Talk Hands-Free").trigger()
    assert hands_free.on
    assert window.isVisible()
    assert action(tray, "Talk Hands-Free").isChecked()
    qtbot.waitUntil(lambda: window.features.voice.dictation.push_to_talk.state == "listening", timeout=20_000)
    assert action(tray, "Microphone: listening")
    action(tray, "Talk Hands-Free").trigger()
    assert not hands_free.on


def test_memory_is_given_back_and_the_next_question_loads_the_model_again(qtbot: Any, window: WholeWindow) -> None:
    action(tray_of(window), "Free Memory Now").trigger()
    assert condition(window) == "freed"
    assert not action(tray_of(window), "Free Memory Now").isEnabled()
    assert action(tray_of(window), "Model: scripted, not in memory")
    qtbot.waitUntil(lambda: at_rest(window.host.worker))
    assert condition(window) == "freed", "nothing loads it by itself"
    ask(qtbot, window, "Are you there?")
    qtbot.waitUntil(lambda: window.host.condition == "ready" and idle(window))
    assert [entry.text for entry in window.transcript.entries()] == ["Are you there?", "An answer."]


def test_freeing_memory_while_it_answers_stops_the_answer(qtbot: Any, home: Path) -> None:
    window = WholeWindow(parts(home, ScriptedEngine(["word "] * 5000, 0.01)))
    qtbot.addWidget(window)
    window.show()
    ready(qtbot, window)
    ask(qtbot, window, "Count.")
    qtbot.waitUntil(lambda: "word word" in window.transcript.entries()[-1].text)
    window.host.free()
    qtbot.waitUntil(lambda: idle(window))
    assert window.host.condition == "freed"
    window.close_unasked()


def test_captures_of_this_run_are_listed_newest_first(qtbot: Any) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    shots = [(f"8 × 8, 10:0{i}", image, i) for i in range(8, 0, -1)]
    tray = Tray(lambda: TrayState(captures=shots))
    chosen: list[int] = []
    tray.recent_capture_chosen.connect(chosen.append)
    inner = action(tray, "Recent Captures").menu()
    assert isinstance(inner, QMenu)
    listed = inner.actions()
    assert [one.text() for one in listed] == [title for title, _, _ in shots[:6]]
    listed[1].trigger()
    assert chosen == [7]
    tray.close()


def test_while_a_page_is_scrolled_the_first_item_ends_it() -> None:
    tray = Tray(lambda: TrayState(trigger="Ctrl+Alt+Space", is_scrolling=True))
    heard: list[str] = []
    tray.capture_requested.connect(lambda: heard.append("pressed"))
    first = tray.menu.actions()[0]
    first.trigger()
    assert first.text() == "Finish the Scrolling Capture\tCtrl+Alt+Space"
    assert heard == ["pressed"]
    tray.close()


def test_the_start_at_login_is_off_and_can_be_switched(window: WholeWindow, home: Path) -> None:
    assert not action(tray_of(window), "Start at Login").isChecked()
    action(tray_of(window), "Start at Login").trigger()
    assert action(tray_of(window), "Start at Login").isChecked()
    assert list((home / "config" / "autostart").iterdir())
    action(tray_of(window), "Start at Login").trigger()
    assert not list((home / "config" / "autostart").iterdir())


def answer(monkeypatch: pytest.MonkeyPatch, said: bool | None) -> list[object]:
    asked: list[object] = []

    def ask(parent: object) -> bool | None:
        asked.append(parent)
        return said

    monkeypatch.setattr(tray_controller, "ask_to_keep_running", ask)
    return asked


@pytest.mark.parametrize("said", [True, False])
def test_the_first_close_asks_and_the_answer_is_kept(
    qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch, said: bool
) -> None:
    asked = answer(monkeypatch, said)
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    window.close()
    assert bool(ended) is not said
    assert not window.isVisible()
    assert window.settings_store.now.keep_in_tray == ("yes" if said else "no")
    if said:
        window.show()
        window.close()
        assert not window.isVisible()
        window.quit()
        assert ended
    assert len(asked) == 1


def test_a_close_that_is_taken_back_changes_nothing(window: WholeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, None)
    window.close()
    assert window.isVisible()
    assert window.settings_store.now.keep_in_tray == "ask"


def test_the_question_has_a_way_out(qtbot: Any, window: WholeWindow) -> None:
    from PySide6.QtCore import QTimer

    offered: list[str] = []

    def escape() -> None:
        for box in window.findChildren(QMessageBox):
            if box.isVisible():
                offered.extend(button.text().replace("&", "") for button in box.buttons())
                box.reject()

    look = QTimer(interval=30)
    look.timeout.connect(escape)
    look.start()
    assert tray_controller.ask_to_keep_running(window) is None
    look.stop()
    assert {"Keep Running", "Quit", "Cancel"} <= set(offered)


def test_quitting_from_the_menu_ends_it_whatever_was_chosen(window: WholeWindow) -> None:
    window.settings_store.choose(keep_in_tray="yes")
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    action(tray_of(window), "Quit").trigger()
    assert ended


def test_without_a_tray_closing_quits(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, True)
    window = WholeWindow(parts(home))
    qtbot.addWidget(window)
    window.show()
    ready(qtbot, window)
    window.settings_store.choose(keep_in_tray="yes")
    ended: list[bool] = []
    window.closed.connect(lambda: ended.append(True))
    window.close()
    assert ended
    assert asked == []


def test_a_recent_dictation_is_copied_again_from_the_menu(window: WholeWindow, qtbot: Any) -> None:
    tray, history = tray_of(window), window.features.voice.program_dictation.history
    tray.fill()
    assert not [one for one in tray.menu.actions() if one.text().startswith("Copy a Recent")]
    history.add("the first && the last")
    history.add("a long one " * 20)
    inner = submenu(tray, "Copy a Recent Dictation")
    long, short, _line, forget = inner.actions()
    assert short.text() == "the first &&&& the last"  # as it was said, for a menu
    assert len(long.text()) == 60
    short.trigger()
    assert QApplication.clipboard().text() == "the first && the last"
    long.trigger()
    assert QApplication.clipboard().text() == "a long one " * 20
    forget.trigger()
    assert history.all == ()


def submenu(tray: Tray, words: str) -> QMenu:
    found = action(tray, words).menu()
    assert isinstance(found, QMenu)
    return found
