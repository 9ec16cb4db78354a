"""A button that shows a key combination and records another one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from fanlight.desktop.hotkeys.combination import MODIFIER_KEYS
from fanlight.i18n import _

MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyEditor(QPushButton):
    """While it records it holds the keyboard, so that a key which does something elsewhere is recorded and not done.
    Escape, or a click elsewhere, leaves all as it was."""

    recorded = Signal(str)
    """As `QKeySequence` writes it in every language. Any combination: whether it can be bound is decided elsewhere."""
    recording = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._combination, self._records = name, "", False
        self.setAutoDefault(False)
        self.clicked.connect(lambda: self._set_recording(True))
        self._show_keys()

    @property
    def records(self) -> bool:
        return self._records

    def set_combination(self, combination: str) -> None:
        self._combination = combination
        self._show_keys()

    def event(self, event: QEvent) -> bool:
        """The window's own shortcuts are recorded, too."""
        if self._records and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if self._records and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.keyPressEvent(event)  # Tab as well, before it moves the focus
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._records:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & MODIFIERS
        if key == Qt.Key.Key_Escape and not modifiers:
            self._set_recording(False)
        elif key in MODIFIER_KEYS or key == Qt.Key.Key_unknown:
            self._show_pressed(modifiers)
        elif not event.isAutoRepeat():
            key = Qt.Key.Key_Tab if key == Qt.Key.Key_Backtab else key
            text = QKeySequence(modifiers.value | key.value).toString(QKeySequence.SequenceFormat.PortableText)
            self._set_recording(False)
            self.recorded.emit(text)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._records:
            self._show_pressed(event.modifiers() & MODIFIERS)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._set_recording(False)
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._set_recording(False)
        super().hideEvent(event)

    def _set_recording(self, records: bool) -> None:
        if self._records == records:
            return
        self._records = records
        if records:
            self.setFocus()
            self.grabKeyboard()
        else:
            self.releaseKeyboard()
        self._show_keys()
        self.recording.emit(records)

    def _show_keys(self) -> None:
        shown = QKeySequence.fromString(self._combination).toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(_("Press the keys…") if self._records else shown or _("None"))
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.setToolTip(
            _("Press Esc to keep the old one") if self._records else _("Click, then press the new shortcut")
        )

    def _show_pressed(self, modifiers: Qt.KeyboardModifier) -> None:
        held = QKeySequence(modifiers.value | Qt.Key.Key_Space.value).toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(f"{held.rsplit('+', 1)[0]}+ …" if modifiers else _("Press the keys…"))
