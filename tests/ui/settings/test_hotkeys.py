"""The settings' part about the key: what is live, another key, the test, a taken key, the desktop's permission."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import Hotkeys, null
from fanlight.domain.setting_values import SHOT_HOTKEY
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.ui.settings.hotkeys import IDLE, WAIT, HotkeySection
from support.hotkey_ways import PaperBackend


class Page:
    """The section with all it stands on."""

    def __init__(self, qtbot: Any, home: Path, backend: Any, **settings: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.backend = backend
        self.settings_store = SettingsStore(Settings(**settings), home / "settings.json")
        self.hotkeys = Hotkeys(backends=(backend,))
        self.bindings = HotkeyBindings(self.settings_store, self.hotkeys)
        self.problems: list[Exception] = []
        self.bindings.problem.connect(self.problems.append)
        self.bindings.start()
        self.section = HotkeySection(self.settings_store, self.bindings)
        qtbot.addWidget(self.section)
        self.section.show()
        qtbot.waitExposed(self.section)

    @property
    def held(self) -> list[str]:
        return [combination.text for combination in self.backend.binder.bound.values()]


@pytest.fixture
def page(qtbot: Any, home: Path) -> Page:
    return Page(qtbot, home, PaperBackend())


def test_the_key_of_the_settings_is_bound_and_shown(page: Page) -> None:
    assert page.held == [SHOT_HOTKEY]
    assert page.section.editor.text() == "Ctrl+Alt+Space"
    assert page.section.description.text() == page.backend.describe("")
    assert page.section.error.isHidden()


def test_every_control_has_a_name(page: Page) -> None:
    section = page.section
    for button in (section.on, section.editor, section.default, section.allow, section.copy, section.test):
        assert button.accessibleName() or button.text()


def test_switching_off_lets_go_at_once_and_on_binds_again(qtbot: Any, page: Page) -> None:
    page.section.on.click()
    assert page.held == []
    assert not page.settings_store.now.shot_hotkey_on
    assert not page.section.test.isEnabled()
    page.section.on.click()
    assert page.held == [SHOT_HOTKEY]


def test_another_key_is_recorded_bound_and_kept(qtbot: Any, page: Page, home: Path) -> None:
    editor = page.section.editor
    qtbot.mouseClick(editor, Qt.MouseButton.LeftButton)
    assert editor.records
    assert page.held == [], "the old key must reach the window, to be chosen again"
    qtbot.keyPress(editor, Qt.Key.Key_Control)
    assert editor.text().startswith("Ctrl+")
    qtbot.keyPress(editor, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert not editor.records
    assert page.held == ["Ctrl+F9"]
    assert load_settings(home / "settings.json").shot_hotkey == "Ctrl+F9"
    page.section.default.click()
    assert page.held == [SHOT_HOTKEY]


def test_escape_leaves_the_key_as_it_was(qtbot: Any, page: Page) -> None:
    qtbot.mouseClick(page.section.editor, Qt.MouseButton.LeftButton)
    qtbot.keyPress(page.section.editor, Qt.Key.Key_Escape)
    assert not page.section.editor.records
    assert page.held == [SHOT_HOTKEY]


def test_recording_ends_when_the_page_is_left(qtbot: Any, page: Page) -> None:
    qtbot.mouseClick(page.section.editor, Qt.MouseButton.LeftButton)
    page.section.hide()
    assert not page.section.editor.records
    assert page.held == [SHOT_HOTKEY]


def test_a_key_that_can_not_be_used_says_why_and_the_old_one_is_not_bound_instead(qtbot: Any, page: Page) -> None:
    qtbot.mouseClick(page.section.editor, Qt.MouseButton.LeftButton)
    qtbot.keyPress(page.section.editor, Qt.Key.Key_A)
    assert "could no longer be typed" in page.section.error.text()
    assert page.section.offer.isHidden()
    assert page.held == []
    page.section.default.click()
    assert page.section.error.isHidden()


def test_a_taken_key_is_said_once_at_the_start_and_its_offer_is_one_click(qtbot: Any, home: Path) -> None:
    page = Page(qtbot, home, PaperBackend(taken={SHOT_HOTKEY}))
    assert len(page.problems) == 1
    assert "is already used by another program" in page.section.error.text()
    assert page.section.offer.text() == "Use Ctrl+Shift+Space"
    page.section.offer.click()
    assert page.held == ["Ctrl+Shift+Space"]
    assert page.settings_store.now.shot_hotkey == "Ctrl+Shift+Space"
    assert page.section.error.isHidden()
    assert page.section.offer.isHidden()


def test_the_test_lights_up_at_the_press_and_goes_out_at_the_release(qtbot: Any, page: Page) -> None:
    shots: list[str] = []
    page.hotkeys.key_pressed.connect(shots.append)
    section, sink = page.section, page.backend.binder.sink
    section.test.click()
    assert section.lamp.text() == WAIT
    sink.on_key_down("shot")
    qtbot.waitUntil(lambda: section.lamp.text() == "Pressed")
    assert section.lamp.property("lit")
    sink.on_key_up("shot")
    qtbot.waitUntil(lambda: section.lamp.text().startswith("Pressed and released after"))
    assert not section.lamp.property("lit")
    assert shots == [], "a test takes no picture"
    section.hide()
    assert section.lamp.text() == IDLE
    sink.on_key_down("shot")
    qtbot.waitUntil(lambda: shots == ["shot"])


def test_where_the_desktop_asks_nothing_is_bound_before_the_user_says_so(qtbot: Any, home: Path) -> None:
    page = Page(qtbot, home, PaperBackend(asks_permission=True, picks_combination=False))
    assert page.held == []
    assert page.section.allow.isVisible()
    assert not page.section.editor.isVisible()
    page.section.allow.click()
    assert page.held == [SHOT_HOTKEY]
    assert page.section.allow.isHidden()
    again = Page(qtbot, home, PaperBackend(asks_permission=True, picks_combination=False), hotkey_permission=True)
    assert again.held == [SHOT_HOTKEY], "it is asked once"


def test_a_permission_that_was_refused_can_be_asked_for_again(qtbot: Any, home: Path) -> None:
    from fanlight.domain.desktop_errors import HotkeyUnavailable

    page = Page(qtbot, home, PaperBackend(asks_permission=True, picks_combination=False))
    page.section.allow.click()
    page.backend.binder.sink.on_refused("shot", HotkeyUnavailable("The desktop said no.", "Ask again."))
    assert "The desktop said no." in page.section.error.text()
    assert page.section.allow.isVisible()


def test_without_any_way_the_command_can_be_copied_and_nothing_is_complained_about(qtbot: Any, home: Path) -> None:
    page = Page(qtbot, home, null)
    assert page.problems == []
    assert "fanlight" in page.section.description.text()
    assert page.section.error.isHidden()
    assert not page.section.test.isVisible()
    page.section.copy.click()
    assert QGuiApplication.clipboard().text() == "fanlight shot"
