"""The settings dialog, made from the fields of `Settings`: sections on the left, a search above them. Changes apply at
once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QScrollArea, QVBoxLayout, QWidget

from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.core.work.throttle import Debounce
from fanlight.i18n import _, ngettext
from fanlight.settings import Settings
from fanlight.ui.controls import label, push
from fanlight.ui.settings.editors import show_value
from fanlight.ui.settings.section import SettingLine, SettingsSection
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import give_room, lay_out, scrolling

APPLY_MS = 400
ANNOUNCE_MS = 700
WIDTH, HEIGHT = 920, 660
LIST_WIDTH = 225
ELSEWHERE = ("model", "capture_model", "shot_hotkey_on", "shot_hotkey", "panel_hotkey_on", "panel_hotkey",
             "selection_hotkey_on", "selection_hotkey",
             "hotkey_permission", "shot_default_action",
             "picture_folders",
             "spoken_voice", "spoken_device", "talk_device", "talk_hotkey_on", "talk_hotkey",
             "dictate_hotkey_on", "dictate_hotkey")  # fmt: skip
"""Chosen in the window's header, or edited by a section of their own."""
KEPT = ("model", "capture_model", "hotkey_permission")
"""What "Restore Defaults" leaves as it is."""
LAST_SECTION = "settings_section"
"""In the window's state: the name of the section that was shown last."""
Sections = Mapping[str, Callable[[], QWidget]]
"""Widgets of features by the settings group they follow."""


class SettingsDialog(QDialog):
    def __init__(
        self,
        settings_store: SettingsStore,
        parent: QWidget | None = None,
        features: Sections | None = None,
        window_state: WindowState | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        self._settings_store, self._window_state = settings_store, window_state
        self._before_reset: Settings | None = None
        self.editors: dict[str, QWidget] = {}
        self._pending: dict[str, object] = {}
        self._found_count = 0
        self._soon = Debounce(self, self.apply, APPLY_MS)
        self._announce_soon = Debounce(self, self._announce_found, ANNOUNCE_MS)
        self.search, self.list = QLineEdit(), QListWidget()
        self.sections = self._build_sections(features or {})
        self.nothing_found = label("", "muted", wrap=True)
        self.nothing_found.hide()
        self._lay_out()
        self._connect()
        self.show_section(window_state.text(LAST_SECTION) if window_state is not None else "")
        give_room(self, WIDTH, HEIGHT)
        self.search.setFocus()

    # Widgets.

    def _build_sections(self, features: Sections) -> list[SettingsSection]:
        groups = ((item.metadata["group"], item.name in ELSEWHERE) for item in fields(Settings))
        shown = (group for group, elsewhere in groups if group in features or not elsewhere)
        return [
            SettingsSection(
                group,
                [self._line(item) for item in fields(Settings) if item.metadata["group"] == group and _is_line(item)],
                features[group]() if group in features else None,
            )
            for group in dict.fromkeys((*shown, *features))
        ]

    def _line(self, item: Field[Any]) -> SettingLine:
        value = getattr(self._settings_store.now, item.name)
        line = SettingLine(item, value, lambda value: self._changed(item.name, value))
        self.editors[item.name] = line.editor
        return line

    def _lay_out(self) -> None:
        self.search.setPlaceholderText(_("Search ({keys})").format(keys=_find_keys()))
        self.search.setAccessibleName(_("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(_("Sections"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.addItems([section.title for section in self.sections])
        left = QVBoxLayout()
        left.setContentsMargins(14, 14, 0, 14)
        left.setSpacing(10)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self._fit()
        self.scroll_area = self._page()
        body = QWidget()
        halves = QHBoxLayout(body)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(0)
        halves.addLayout(left)
        halves.addWidget(self.scroll_area, 1)
        self.defaults, self.undo_button, close = (
            push(_("Restore Defaults")),
            push(_("Undo")),
            push(_("Close"), kind="primary"),
        )
        self.undo_button.setAccessibleName(_("Undo: the settings as they were before"))
        self.undo_button.hide()
        close.clicked.connect(self.accept)
        lay_out(self, body, self.defaults, self.undo_button, close)

    def _page(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(28)
        column.setContentsMargins(24, 18, 24, 18)
        column.addWidget(self.nothing_found)
        for section in self.sections:
            column.addWidget(section)
        column.addStretch(1)
        return scrolling(inside)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._focus_found)
        self.list.currentRowChanged.connect(self._on_section_chosen)
        self.defaults.clicked.connect(self.reset)
        self.undo_button.clicked.connect(self.undo_reset)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        find.activated.connect(self.search.selectAll)
        self._settings_store.changed.connect(self._settings_changed)

    # Sections and the search.

    def show_section(self, name: str) -> None:
        """The section of that name, or else the first one."""
        names = [section.name for section in self.sections]
        self.list.setCurrentRow(names.index(name) if name in names else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends a search first, and closes the dialog then; from the search, Down leads to the sections."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.search.setFocus()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
        else:
            super().keyPressEvent(event)

    def _on_section_chosen(self, row: int) -> None:
        if self._words:
            self.scroll_area.ensureWidgetVisible(self.sections[row].heading, 0, in_text_size(200))
            return
        for number, section in enumerate(self.sections):
            section.setVisible(number == row)
        self.scroll_area.verticalScrollBar().setValue(0)
        state, name = self._window_state, self.sections[row].name
        if state is not None and self.isVisible() and state.text(LAST_SECTION) != name:
            state.keep(**{LAST_SECTION: name})

    @property
    def _words(self) -> list[str]:
        """What is searched for; empty without a search."""
        return self.search.text().casefold().split()

    def _search(self) -> None:
        words = self._words
        found = [section.show_found(words) for section in self.sections]
        for number, (section, count) in enumerate(zip(self.sections, found, strict=True)):
            section.setVisible(bool(count and words))
            self.list.item(number).setHidden(not count)
        self.nothing_found.setVisible(not any(found))
        self.nothing_found.setText(
            _("No setting has to do with “{words}”. Try another word.").format(words=self.search.text().strip())
        )
        self._found_count = sum(found)
        if words:
            self.scroll_area.verticalScrollBar().setValue(0)
            self._announce_soon.request()
        else:
            self._announce_soon.cancel()
            self._on_section_chosen(self.list.currentRow())

    def _announce_found(self) -> None:
        count = self._found_count
        announce(self.search, ngettext("{count} setting found", "{count} settings found", count).format(count=count))

    def _focus_found(self) -> None:
        """Of what was found, the first that takes the keyboard."""
        editors = (section.first_editor() for section in self.sections if not section.isHidden())
        if (editor := next(filter(None, editors), None)) is not None:
            editor.setFocus(Qt.FocusReason.TabFocusReason)

    # Values.

    def apply(self) -> None:
        """Choose the pending changes now."""
        self._soon.cancel()
        pending, self._pending = self._pending, {}
        if pending:
            self._settings_store.choose(**pending)

    def reset(self) -> None:
        """All settings to their defaults; the model stays. It can be undone."""
        self.apply()
        before = self._settings_store.now
        self._put({item.name: item.default for item in fields(Settings) if item.name not in KEPT})
        self._before_reset = before
        self.undo_button.show()
        announce(self, _("The default settings are in force. Choose Undo to have yours back."))

    def undo_reset(self) -> None:
        if (before := self._before_reset) is not None:
            self._put({item.name: getattr(before, item.name) for item in fields(Settings) if item.name not in KEPT})
            self.defaults.setFocus()
            self.undo_button.hide()

    def done(self, result: int) -> None:
        self.apply()
        super().done(result)

    def _put(self, values: dict[str, Any]) -> None:
        for name, editor in self.editors.items():
            show_value(editor, values[name])
        self._pending.update(values)
        self.apply()

    def _changed(self, name: str, value: object) -> None:
        self._pending[name] = value
        self._soon.request()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        self.undo_button.hide()
        if before.text_size != now.text_size:
            self._fit()
            give_room(self, WIDTH, HEIGHT)

    def _fit(self) -> None:
        names = self.list.sizeHintForColumn(0) + 2 * self.list.frameWidth()
        for widget in (self.search, self.list):
            widget.setFixedWidth(max(in_text_size(LIST_WIDTH), names))


def _is_line(item: Field[Any]) -> bool:
    return item.name not in ELSEWHERE


def _find_keys() -> str:
    return QKeySequence(QKeySequence.StandardKey.Find).toString(QKeySequence.SequenceFormat.NativeText)
