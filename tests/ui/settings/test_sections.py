"""The settings in sections: the list at the left, the search above it, the keyboard, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QVBoxLayout, QWidget

from fanlight import i18n
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.settings import Settings
from fanlight.ui import theme
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import with_quoted_code
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.section import texts_in


class Lamp(QWidget):
    """A feature's own part of a section."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addWidget(label("The lamp on the desk"))
        column.addWidget(push("Try it"))


@pytest.fixture
def store(home: Path) -> SettingsStore:
    home.mkdir(parents=True)
    return SettingsStore(Settings(), home / "settings.json")


@pytest.fixture
def dialog(qtbot: Any, store: SettingsStore) -> Iterator[SettingsDialog]:
    made = SettingsDialog(store, features={"Captures": Lamp})
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def shown(dialog: SettingsDialog) -> list[str]:
    """Names of the sections that are on the screen."""
    return [section.name for section in dialog.sections if section.isVisible()]


def listed(dialog: SettingsDialog) -> list[str]:
    rows = [dialog.list.item(row) for row in range(dialog.list.count())]
    return [row.text() for row in rows if not row.isHidden()]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def found(dialog: SettingsDialog) -> list[str]:
    """Names of the settings that are on the screen."""
    return [name for name, editor in dialog.editors.items() if editor.isVisible()]


def test_one_section_is_shown_and_the_list_has_all(dialog: SettingsDialog) -> None:
    assert shown(dialog) == ["General"]
    assert listed(dialog)[:4] == ["General", "Appearance", "Model", "Answers"]
    assert {"Speech", "Spoken answers", "Captures", "Privacy and storage"} <= set(listed(dialog))
    assert "Lamp" not in texts_in(dialog.sections[0])
    dialog.show_section("Captures")
    assert shown(dialog) == ["Captures"]
    assert any(lamp.isVisible() for lamp in dialog.findChildren(Lamp))


def test_every_setting_is_in_a_section_that_the_list_leads_to(qtbot: Any, dialog: SettingsDialog) -> None:
    seen: list[str] = []
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Home)
    for _row in range(dialog.list.count()):
        seen += found(dialog)
        qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert sorted(seen) == sorted(dialog.editors)


def test_the_search_finds_by_label_hint_section_and_choice(qtbot: Any, dialog: SettingsDialog) -> None:
    def search(text: str) -> list[str]:
        dialog.search.clear()
        qtbot.keyClicks(dialog.search, text)
        return found(dialog)

    assert search("temperature") == ["temperature"]
    assert search("PRINT") == ["picture_side", "picture_detail", "read_text_in_captures"]  # of their hints
    assert "theme" in search("dark")  # of its choices
    assert search("answers longest") == ["max_tokens", "thinking_tokens"]  # of its section and its label, in any order
    assert search("lamp desk") == []
    assert shown(dialog) == ["Captures"]
    assert listed(dialog) == ["Captures"]


def test_nothing_found_is_said(qtbot: Any, dialog: SettingsDialog) -> None:
    assert not dialog.nothing_found.isVisible()
    qtbot.keyClicks(dialog.search, "zebra")
    assert dialog.nothing_found.isVisible()
    assert "zebra" in dialog.nothing_found.text()
    assert listed(dialog) == []


def test_what_the_user_wrote_is_not_what_is_searched(qtbot: Any, dialog: SettingsDialog) -> None:
    prompt = dialog.editors["system_prompt"]
    prompt.setPlainText("Speak of zebras.")  # type: ignore[attr-defined]
    qtbot.keyClicks(dialog.search, "zebra")
    assert found(dialog) == []


def test_keys_lead_to_the_search_and_out_of_it(qtbot: Any, dialog: SettingsDialog) -> None:
    dialog.show_section("Appearance")
    dialog.editors["theme"].setFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.search.hasFocus)
    qtbot.keyClicks(dialog.search, "top-k")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.editors["top_k"].isAncestorOf(focused()))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert dialog.search.text() == ""
    assert dialog.isVisible()
    assert shown(dialog) == ["Appearance"]
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.list.hasFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_section_that_is_chosen_while_searching_is_scrolled_to(qtbot: Any, dialog: SettingsDialog) -> None:
    dialog.resize(760, 360)
    qtbot.keyClicks(dialog.search, "e")
    last = len(dialog.sections) - 1
    dialog.list.setCurrentRow(last)
    heading = dialog.sections[last].heading
    area = dialog.scroll_area.viewport()
    qtbot.waitUntil(lambda: area.rect().contains(heading.mapTo(area, heading.rect().center())))
    assert len(shown(dialog)) > 3


def test_tab_reaches_the_list_the_page_and_the_buttons(qtbot: Any, dialog: SettingsDialog) -> None:
    dialog.show_section("Appearance")
    dialog.search.setFocus()
    reached: list[QWidget] = []
    for _step in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(focused())
    wanted = [dialog.list, dialog.editors["theme"], dialog.editors["text_size"], dialog.editors["show_timings"],
              dialog.defaults]  # fmt: skip
    assert [widget for widget in reached if widget in wanted][:5] == wanted


def test_the_last_section_is_shown_again(qtbot: Any, store: SettingsStore, home: Path) -> None:
    for wanted, chosen in (("General", "Speech"), ("Speech", "Answers")):
        dialog = SettingsDialog(store, window_state=WindowState(home / "window.json"))
        qtbot.addWidget(dialog)
        dialog.show()
        assert shown(dialog) == [wanted]
        dialog.show_section(chosen)
        dialog.close()


def test_a_section_that_is_no_more_leaves_the_first(qtbot: Any, store: SettingsStore, home: Path) -> None:
    state = WindowState(home / "window.json")
    state.keep(settings_section="Of another version")
    dialog = SettingsDialog(store, window_state=state)
    qtbot.addWidget(dialog)
    dialog.show()
    assert shown(dialog) == ["General"]


def test_the_defaults_can_be_undone(qtbot: Any, dialog: SettingsDialog, store: SettingsStore) -> None:
    store.choose(system_prompt="Be brief.", shot_hotkey="Ctrl+F12", max_tokens=99, model="mine")
    before = store.now
    assert not dialog.undo_button.isVisible()
    dialog.defaults.click()
    assert store.now == Settings(model="mine")
    dialog.undo_button.click()
    assert store.now == before
    assert not dialog.undo_button.isVisible()
    assert dialog.editors["max_tokens"].value() == 99  # type: ignore[attr-defined]
    dialog.defaults.click()
    store.choose(theme="dark")
    assert not dialog.undo_button.isVisible(), "it would undo that, too"


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_no_text_has_backticks_or_a_number_that_stands_for_a_word(item: Any) -> None:
    meta = item.metadata
    for text in (meta["label"], meta["help"], meta["empty"], *meta["special"].values()):
        assert "`" not in text
        assert not re.match(r"-?\d+ (allows|lets|leaves|puts|means|is)\b", text)
        assert "eave empty" not in text


def test_every_number_has_its_unit_in_its_field(dialog: SettingsDialog) -> None:
    bare = {"temperature", "top_p", "min_p", "top_k"}
    for item in fields(Settings):
        boxes = [
            box
            for editor in filter(None, [dialog.editors.get(item.name)])
            for box in (editor, *editor.findChildren(QAbstractSpinBox))
            if isinstance(box, QAbstractSpinBox)
        ]
        for box in boxes:
            assert item.name in bare or re.fullmatch(r"[\d.,]+( [\w/]+|%)", box.text()), box.text()


def test_every_part_that_takes_the_keyboard_has_a_name(dialog: SettingsDialog) -> None:
    kinds = (QAbstractSpinBox, QComboBox)
    for editor in dialog.editors.values():
        for part in (editor, *editor.findChildren(QWidget)):
            if isinstance(part, kinds):
                assert part.accessibleName()
    assert all(heading.text() for heading in dialog.findChildren(QLabel) if heading.property("kind") == "heading")


def test_the_search_takes_the_language_in_use_and_english(qtbot: Any, store: SettingsStore, catalogs: Path) -> None:
    i18n.use("de", catalogs)
    dialog = SettingsDialog(store)
    qtbot.addWidget(dialog)
    dialog.show()
    for words in ("Temperatur", "temperature", "system"):
        dialog.search.setText(words)
        assert found(dialog), words


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_no_name_of_a_section_is_cut(
    qtbot: Any, store: SettingsStore, catalogs: Path, dressed: QApplication, language: str
) -> None:
    i18n.use(language, catalogs)
    theme.apply(dressed, theme.LIGHT, 100)
    dialog = SettingsDialog(store)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.viewport().width() >= dialog.list.sizeHintForColumn(0)


def test_a_command_stands_in_the_quotation_marks_of_the_language(catalogs: Path) -> None:
    i18n.use("de", catalogs)
    assert with_quoted_code("Mit `fanlight quit` endet es.") == "Mit „fanlight quit“ endet es."
