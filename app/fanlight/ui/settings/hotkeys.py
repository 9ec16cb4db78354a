"""The settings of a global shortcut: choose it, see how it reaches Fanlight, test it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fanlight.core.hotkey_bindings import CAPTURE_KEY, SELECTION_KEY, HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import null
from fanlight.domain.desktop_errors import HotkeyTaken
from fanlight.i18n import N_, _, format_decimal
from fanlight.settings import Settings
from fanlight.ui.controls import label, push, repolish
from fanlight.ui.plain_text import plain_caption, plain_tip, with_quoted_code
from fanlight.ui.settings.key_editor import KeyEditor
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import FieldLabel, WrappingCheckBox

COMMANDS = {CAPTURE_KEY: null.COMMAND, SELECTION_KEY: "fanlight selection"}
IDLE, WAIT = N_("Shows when the shortcut arrives"), N_("Press the shortcut now, in any program")


class HotkeySections(QWidget):
    """The shortcuts of captures. Where no program can bind a key, the first alone says what to do instead."""

    def __init__(
        self, settings_store: SettingsStore, bindings: Sequence[HotkeyBindings], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        shown = [one for one in bindings if one is bindings[0] or one.hotkeys.backend.binds_keys]
        self.sections = [HotkeySection(settings_store, one) for one in shown]
        for section in self.sections:
            column.addWidget(section)


class HotkeySection(QWidget):
    def __init__(self, settings_store: SettingsStore, bindings: HotkeyBindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings_store, self._bindings, self._hotkeys = settings_store, bindings, bindings.hotkeys
        meta = {item.name: item for item in fields(Settings)}
        self._name = bindings.name
        self._default = str(meta[f"{self._name}_hotkey"].default)
        self._label = _(str(meta[f"{self._name}_hotkey_on"].metadata["label"]))
        self._command = COMMANDS.get(self._name, f"fanlight {self._name} toggle")
        self._pressed_at = 0.0
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self.on = WrappingCheckBox(plain_caption(self._label))
        self.on.setAccessibleName(self.on.text())
        self.editor = KeyEditor(_("Shortcut"))
        self.default = push(_("Default"))
        self.default.setAccessibleName(_("Shortcut: restore the default"))
        self.default.setToolTip(plain_tip(_native(self._default)))
        self.trigger = label("", wrap=True)
        self.error = label("", "error", wrap=True)
        self.offer = push("")
        self.description = label("", "muted", wrap=True)
        self.description.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.allow = push(_("Ask the Desktop for Permission"))
        self.copy = push(_("Copy Command"), icon="copy")
        self.test = push(_("Test"))
        self.test.setCheckable(True)
        self.test.setAccessibleName(_("Test the shortcut"))
        self.lamp = label(_(IDLE), "lamp")
        self._field_label = FieldLabel(_("Shortcut"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addWidget(self._field_label, 0, 0)
        grid.addLayout(_row(self.editor, self.default, self.trigger), 0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.on)
        column.addLayout(grid)
        column.addWidget(self.error)
        column.addLayout(_row(self.offer))
        column.addWidget(self.description)
        column.addLayout(_row(self.allow, self.copy))
        column.addLayout(_row(self.test, self.lamp))

    def _connect(self) -> None:
        self.on.toggled.connect(self._bindings.switch)
        self.editor.recorded.connect(self._bindings.choose)
        self.editor.recording.connect(self._bindings.pause)
        self.default.clicked.connect(lambda: self._bindings.choose(self._default))
        self.offer.clicked.connect(self._take_offer)
        self.allow.clicked.connect(self._bindings.ask_permission)
        self.copy.clicked.connect(self._copy)
        self.test.toggled.connect(self._set_testing)
        self._hotkeys.test_key_changed.connect(self._on_test_key)
        self._bindings.changed.connect(self._show)
        self._settings_store.changed.connect(self._show)

    def hideEvent(self, event: QHideEvent) -> None:
        self.test.setChecked(False)
        super().hideEvent(event)

    def _show(self) -> None:
        hotkeys, error = self._hotkeys, self._bindings.error
        on, live = self._bindings.on, hotkeys.is_bound(self._name)
        self.on.setChecked(on)
        self.editor.set_combination(self._bindings.combination)
        for widget in (self.editor, self.default):
            widget.setVisible(hotkeys.backend.picks_combination)
            widget.setEnabled(on)
        self.trigger.setText("" if hotkeys.backend.picks_combination else hotkeys.trigger(self._name))
        self._field_label.setVisible(hotkeys.backend.picks_combination or bool(self.trigger.text()))
        self.trigger.setVisible(bool(self.trigger.text()))
        self.description.setText(with_quoted_code(hotkeys.backend.describe(self._command)))
        shows_error = on and error is not None and hotkeys.backend.binds_keys
        self.error.setText(with_quoted_code(error.text) if shows_error and error else "")
        self.error.setVisible(shows_error)
        offer = error.offer if on and isinstance(error, HotkeyTaken) else ""
        self.offer.setText(_("Use {shortcut}").format(shortcut=_native(offer)))
        self.offer.setVisible(bool(offer))
        self.allow.setVisible(on and self._bindings.needs_permission)
        self.copy.setVisible(not hotkeys.backend.binds_keys)
        self.test.setVisible(hotkeys.backend.binds_keys)
        self.lamp.setVisible(hotkeys.backend.binds_keys)
        self.test.setEnabled(live)
        if not live and not self.editor.records:
            self.test.setChecked(False)

    def _take_offer(self) -> None:
        if isinstance(self._bindings.error, HotkeyTaken):
            self._bindings.choose(self._bindings.error.offer)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        announce(self, _("Copied"))

    # The test.

    def _set_testing(self, testing: bool) -> None:
        self._hotkeys.is_testing = testing
        self._show_lamp(_(WAIT if testing else IDLE), lit=False)

    def _on_test_key(self, name: str, down: bool) -> None:
        if name != self._name:
            return
        if down:
            self._pressed_at = time.monotonic()
            self._show_lamp(_("Pressed"), lit=True)
        else:
            self._show_lamp(
                _("Pressed and released after {seconds} s").format(
                    seconds=format_decimal(time.monotonic() - self._pressed_at, 1)
                ),
                lit=False,
            )

    def _show_lamp(self, text: str, *, lit: bool) -> None:
        self.lamp.setText(text)
        self.lamp.setProperty("lit", lit)
        repolish(self.lamp)
        announce(self.lamp, text)


def _native(combination: str) -> str:
    return QKeySequence.fromString(combination).toString(QKeySequence.SequenceFormat.NativeText)


def _row(*widgets: QLabel | QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
