"""Another language, chosen in the settings, is the window's at once; what was asked and typed stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QDialogButtonBox

from fanlight import i18n
from fanlight.core.app import Application
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance
from fanlight.ui.language import apply_language
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.wiring import Wiring
from support.catalogs import LANGUAGES
from support.microphones import FakeSound
from support.windows import parts

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def looks_english_again(qapp: Any, catalogs: Path) -> Iterator[None]:
    before = QLocale()
    yield
    apply_language("en")
    QLocale.setDefault(before)


@pytest.fixture
def wiring(qtbot: Any, home: Path) -> Iterator[Wiring]:
    settings = Settings(shot_hotkey_on=False, talk_hotkey_on=False)
    core = Application(parts(home, ScriptedEngine(["An ", "answer."]), settings=settings, sound=FakeSound()))
    appearance = Appearance(core.settings_store, core)
    made = Wiring(core, appearance, lambda: Window(core, appearance))
    made.window.show()
    qtbot.waitUntil(lambda: core.host.condition == "ready")
    yield made
    made.close_unasked()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize(("language", "text"), [("de", "Neue Unterhaltung"), ("fr", "Nouvelle conversation")])
def test_the_window_speaks_the_language_that_was_chosen(qtbot: Any, wiring: Wiring, language: str, text: str) -> None:
    window = wiring.window
    assert window.sidebar.new_button.text() == "New Conversation"
    window.composer.set_text("Count.")
    window.composer.submit()
    session = wiring._core.session_manager
    qtbot.waitUntil(lambda: session.current.condition == "idle" and len(window.transcript.entries()) == 2)
    window.composer.set_text("half a thought")
    wiring._core.settings_store.choose(language=language)
    assert wiring.window is not window
    window = wiring.window
    assert window.sidebar.new_button.text() == text
    assert [entry.text for entry in window.transcript.entries()] == ["Count.", "An answer."]
    assert window.composer.text == "half a thought"
    wiring._core.settings_store.choose(language="en")
    assert wiring.window.sidebar.new_button.text() == "New Conversation"


def test_dialogs_numbers_and_qts_own_texts_follow(qtbot: Any, wiring: Wiring) -> None:
    wiring._core.settings_store.choose(language="de")
    dialog = SettingsDialog(wiring._core.settings_store, wiring.window)
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "Einstellungen"
    assert dialog.editors["temperature"].text() == "0,70"  # type: ignore[attr-defined]
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text() == "Abbrechen"


def test_the_settings_offer_every_language_by_its_own_name(qtbot: Any, wiring: Wiring) -> None:
    dialog = SettingsDialog(wiring._core.settings_store, wiring.window)
    qtbot.addWidget(dialog)
    combo = dialog.editors["language"]
    shown = {combo.itemData(index): combo.itemText(index) for index in range(combo.count())}  # type: ignore[attr-defined]
    assert shown == {"": "Same as the system", **i18n.languages()}
    assert set(LANGUAGES) <= set(shown)


def test_the_settings_open_in_the_section_of_last_time_in_any_language(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []

    def opened(dialog: SettingsDialog) -> int:
        dialog.show()
        shown.append([section.name for section in dialog.sections if section.isVisible()])
        dialog.show_section("Spoken answers")
        dialog.close()
        return 0

    monkeypatch.setattr(SettingsDialog, "exec", opened)
    wiring.window.settings_requested.emit()
    wiring._core.settings_store.choose(language="de")
    wiring.window.settings_requested.emit()
    assert shown == [["General"], ["Spoken answers"]]
