"""The dialog is made from the fields of `Settings` and applies at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.ui import theme
from fanlight.ui.settings.dialog import ELSEWHERE, SettingsDialog
from fanlight.ui.settings.number_editors import DecimalBox
from fanlight.ui.widgets.form import FieldLabel


@pytest.fixture
def settings_store(home: Path) -> SettingsStore:
    home.mkdir(parents=True)
    return SettingsStore(Settings(temperature=0.3, system_prompt="Be brief."), home / "settings.json")


@pytest.fixture
def dialog(qtbot: Any, settings_store: SettingsStore) -> Iterator[SettingsDialog]:
    made = SettingsDialog(settings_store)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_the_page_has_room_for_a_larger_text(qtbot: Any, settings_store: SettingsStore, dressed: QApplication) -> None:
    theme.apply(dressed, theme.LIGHT, 100)
    dialog = SettingsDialog(settings_store)
    qtbot.addWidget(dialog)
    dialog.show()
    before, words = dialog.height(), dialog.findChildren(FieldLabel)  # its width is all the screen allows
    (narrow,) = {word.width() for word in words}
    theme.apply(dressed, theme.LIGHT, 120)
    settings_store.choose(text_size=120)
    qtbot.waitUntil(lambda: dialog.height() > before)
    (wide,) = {word.width() for word in words}
    assert wide == pytest.approx(1.2 * narrow, abs=4)  # a font has whole pixels


def test_every_setting_has_an_editor_that_shows_its_value_and_has_a_name(dialog: SettingsDialog) -> None:
    assert set(dialog.editors) == {item.name for item in fields(Settings)} - set(ELSEWHERE)
    for item in fields(Settings):
        if editor := dialog.editors.get(item.name):
            assert editor.accessibleName() == item.metadata["label"]
    temperature, prompt = dialog.editors["temperature"], dialog.editors["system_prompt"]
    assert isinstance(temperature, QAbstractSpinBox)
    assert isinstance(prompt, QPlainTextEdit)
    assert float(temperature.text().replace(",", ".")) == 0.3
    assert prompt.toPlainText() == "Be brief."


def test_a_change_holds_a_moment_later_and_is_on_disk(
    qtbot: Any, dialog: SettingsDialog, settings_store: SettingsStore, home: Path
) -> None:
    keep, spin = dialog.editors["keep_history"], dialog.editors["spoken_speed"]
    assert isinstance(keep, QCheckBox)
    assert isinstance(spin, QSpinBox)
    keep.click()
    spin.setValue(70)
    qtbot.waitUntil(lambda: settings_store.now.spoken_speed == 70)
    assert not settings_store.now.keep_history
    assert load_settings(home / "settings.json") == settings_store.now


def test_closing_applies_what_was_changed_last(
    qtbot: Any, dialog: SettingsDialog, settings_store: SettingsStore
) -> None:
    prompt = dialog.editors["system_prompt"]
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setPlainText("Answer in French.")
    dialog.accept()
    assert settings_store.now.system_prompt == "Answer in French."


def test_a_value_that_can_not_be_can_not_be_entered(
    qtbot: Any, dialog: SettingsDialog, settings_store: SettingsStore
) -> None:
    spin = dialog.editors["text_size"]
    assert isinstance(spin, QSpinBox)
    spin.selectAll()
    qtbot.keyClicks(spin, "9999")
    qtbot.keyClick(spin, Qt.Key.Key_Tab)
    dialog.apply()
    assert 70 <= settings_store.now.text_size <= 250


@pytest.mark.parametrize("typed", ["0.7", "0,7"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es_MX"])
def test_a_decimal_is_typed_with_a_point_or_a_comma_in_any_language(
    qtbot: Any, settings_store: SettingsStore, language: str, typed: str
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        dialog = SettingsDialog(settings_store)
    finally:
        QLocale.setDefault(before)
    qtbot.addWidget(dialog)
    spin = dialog.editors["temperature"]
    assert isinstance(spin, DecimalBox)
    dialog.show()
    spin.lineEdit().selectAll()
    qtbot.keyClicks(spin.lineEdit(), typed)
    spin.interpretText()
    dialog.apply()
    assert settings_store.now.temperature == pytest.approx(0.7)


def test_reset_gives_the_defaults_but_keeps_the_model(dialog: SettingsDialog, settings_store: SettingsStore) -> None:
    settings_store.choose(model="mine")
    dialog.reset()
    assert dialog.undo_button.isVisibleTo(dialog)
    assert settings_store.now == Settings(model="mine")
    temperature = dialog.editors["temperature"]
    assert isinstance(temperature, QAbstractSpinBox)
    assert float(temperature.text().replace(",", ".")) == Settings().temperature


def test_choices_come_from_the_setting(dialog: SettingsDialog, settings_store: SettingsStore) -> None:
    combo = dialog.editors["theme"]
    assert isinstance(combo, QComboBox)
    assert [combo.itemData(i) for i in range(combo.count())] == ["system", "light", "dark"]
    combo.setCurrentIndex(2)
    dialog.apply()
    assert settings_store.now.theme == "dark"


def test_settings_that_can_not_be_kept_are_said_and_hold(
    dialog: SettingsDialog, settings_store: SettingsStore, home: Path
) -> None:
    said: list[Exception] = []
    settings_store.problem.connect(said.append)
    (home / f".settings.json.{os.getpid()}.new").mkdir()  # where its draft would be written
    settings_store.choose(top_k=3)
    assert settings_store.now.top_k == 3
    assert "could not be saved" in str(said[0])


def turn_wheel(editor: QWidget) -> None:
    here = QPointF(editor.rect().center())
    event = QWheelEvent(
        here, editor.mapToGlobal(here), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(editor, event)


def test_the_wheel_changes_nothing(dialog: SettingsDialog) -> None:
    spin = dialog.editors["spoken_speed"]
    turn_wheel(spin)
    assert isinstance(spin, QSpinBox)
    assert spin.value() == 100


def test_the_wheel_changes_nothing_of_a_feature(qtbot: Any, settings_store: SettingsStore) -> None:
    choice = QComboBox()
    choice.addItems(["One", "Two"])
    choice.setCurrentText("Two")

    def feature() -> QWidget:
        made = QWidget()
        QVBoxLayout(made).addWidget(choice)
        return made

    dialog = SettingsDialog(settings_store, features={"Captures": feature})
    qtbot.addWidget(dialog)
    turn_wheel(choice)
    assert choice.currentText() == "Two"


def test_a_language_that_was_written_into_the_file_by_hand_is_shown_and_kept(qtbot: Any, home: Path) -> None:
    home.mkdir(parents=True)
    store = SettingsStore(Settings(language="pt_BR"), home / "settings.json")
    dialog = SettingsDialog(store)
    qtbot.addWidget(dialog)
    box = dialog.editors["language"]
    assert isinstance(box, QComboBox)
    assert box.currentText() == "pt_BR"
    box.setCurrentIndex(box.findData("de"))
    dialog.apply()
    assert store.now.language == "de"
    box.setCurrentIndex(box.findData("pt_BR"))
    dialog.apply()
    assert store.now.language == "pt_BR"
