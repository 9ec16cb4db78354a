"""Numbers with their unit, and the words for those that stand for something else."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox

from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.number_editors import NumberOrWords

ITEMS = {item.name: item for item in fields(Settings)}
SPECIAL = [(name, value) for name, item in ITEMS.items() for value in item.metadata["special"]]


def words_of(editor: NumberOrWords) -> list[str]:
    return [editor.words.itemText(index) for index in range(editor.words.count())]


@pytest.mark.parametrize(("name", "value"), SPECIAL)
def test_a_number_that_stands_for_a_word_is_shown_and_chosen_as_it(
    qtbot: Any, home: Path, name: str, value: float
) -> None:
    home.mkdir(parents=True)
    item = ITEMS[name]
    values: dict[str, Any] = {name: value}
    store = SettingsStore(Settings(**values), home / "settings.json")
    dialog = SettingsDialog(store)
    qtbot.addWidget(dialog)
    dialog.show_section(item.metadata["group"])
    dialog.show()
    editor = dialog.editors[name]
    assert isinstance(editor, NumberOrWords)
    assert editor.words.currentText() == item.metadata["special"][value]
    assert not editor.number.isVisible()
    editor.words.setFocus()
    qtbot.keyClick(editor.words, Qt.Key.Key_End)
    assert editor.number.isVisible()
    dialog.apply()
    assert getattr(store.now, name) == item.metadata["usual"]
    assert type(getattr(store.now, name)) is type(item.default)
    editor.words.setCurrentText(item.metadata["special"][value])
    dialog.apply()
    assert getattr(store.now, name) == value
    assert load_settings(home / "settings.json") == store.now


@pytest.mark.parametrize(("name", "value"), SPECIAL)
def test_the_box_beside_it_has_no_such_number(qtbot: Any, name: str, value: float) -> None:
    editor = NumberOrWords(ITEMS[name])
    qtbot.addWidget(editor)
    assert not editor.number.minimum() <= value <= editor.number.maximum()
    assert editor.number.minimum() <= ITEMS[name].metadata["usual"] <= editor.number.maximum()


def test_a_number_is_typed_and_has_its_unit(qtbot: Any) -> None:
    editor = NumberOrWords(ITEMS["context_tokens"])
    qtbot.addWidget(editor)
    editor.setValue(4096)
    editor.show()
    assert editor.number.text() == "4,096 tokens"
    assert words_of(editor) == ["Automatic", "Set to"]
    chosen: list[float] = []
    editor.value_changed.connect(chosen.append)
    assert isinstance(editor.number, QSpinBox)
    editor.number.setFocus()
    editor.number.selectAll()
    qtbot.keyClicks(editor.number, "12345")
    assert chosen[-1] == editor.value() == 12345
    qtbot.keyClick(editor.number, Qt.Key.Key_Return)
    assert editor.number.text() == "12,345 tokens"
    editor.number.selectAll()
    qtbot.keyClicks(editor.number, "1")
    assert editor.number.text() == "1 token"
    qtbot.keyClicks(editor.number, "0")
    assert editor.number.text() == "10 tokens"
