"""One key with modifiers, as `QKeySequence` writes it: "Ctrl+Alt+Space". On macOS "Ctrl" is the Command key."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from fanlight.domain.desktop_errors import HotkeyUnavailable
from fanlight.i18n import _

MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R, Qt.Key.Key_Hyper_L, Qt.Key.Key_Hyper_R, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock, Qt.Key.Key_Mode_switch, Qt.Key.Key_Multi_key,
    }
)  # fmt: skip
ALONE = frozenset({Qt.Key.Key_Print, Qt.Key.Key_SysReq, Qt.Key.Key_Pause, Qt.Key.Key_Menu, Qt.Key.Key_Help})
"""Keys that produce no character: they may be bound without a modifier, like F1 to F35."""
OFFERS = (
    "Ctrl+Alt+Space", "Ctrl+Shift+Space", "Ctrl+Alt+Return", "Ctrl+Alt+S", "Ctrl+Alt+X", "Ctrl+Shift+F9",
    "Ctrl+Shift+F10", "Ctrl+Shift+F11", "Ctrl+Shift+F12",
)  # fmt: skip
"""What is tried, in this order, when the wanted combination is taken."""


LENT = (Qt.Key.Key_Escape, Qt.Key.Key_Return)
"""Keys that may be bound alone for seconds."""


@dataclass(frozen=True, slots=True)
class Combination:
    key: Qt.Key
    modifiers: Qt.KeyboardModifier

    @classmethod
    def parse(cls, text: str, *, alone: bool = False) -> Combination:
        """Raises HotkeyUnavailable for text that is no combination, and for one that other programs or the system need,
        such as a letter without a modifier. `alone`: Esc and Enter may be without one."""
        sequence = QKeySequence.fromString(text, QKeySequence.SequenceFormat.PortableText)
        pressed: QKeyCombination | None = sequence[0] if sequence.count() == 1 else None  # type: ignore[index]
        if pressed is None or pressed.key() in (Qt.Key.Key_unknown, *MODIFIER_KEYS):
            raise HotkeyUnavailable(_("“{text}” is not a key combination.").format(text=text))
        made = cls(pressed.key(), pressed.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if not (alone and made.key in LENT) and (why := made._conflict()):
            raise HotkeyUnavailable(why.format(key=made.shown))
        return made

    @property
    def text(self) -> str:
        """The same in every language: for the settings."""
        return self._sequence().toString(QKeySequence.SequenceFormat.PortableText)

    @property
    def shown(self) -> str:
        """For the user."""
        return self._sequence().toString(QKeySequence.SequenceFormat.NativeText)

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        return bool(self.modifiers & modifier)

    def _sequence(self) -> QKeySequence:
        return QKeySequence(QKeyCombination(self.modifiers, self.key))

    def _conflict(self) -> str:
        """Why programs or the system need it themselves, with `{key}` for the combination; "" where they do not."""
        modifier = Qt.KeyboardModifier
        functional = Qt.Key.Key_F1 <= self.key <= Qt.Key.Key_F35
        if not self.modifiers & ~modifier.ShiftModifier and not functional and self.key not in ALONE:
            return _("{key} cannot be a global shortcut: without Ctrl, Alt, or Meta, the key could no longer be typed.")
        if self.modifiers == modifier.ControlModifier and _is_written(self.key):
            return _("{key} cannot be a global shortcut: other programs use it.")
        switches = functional and self.key <= Qt.Key.Key_F12
        both = modifier.ControlModifier | modifier.AltModifier
        if self.modifiers == both and (switches or self.key == Qt.Key.Key_Delete):
            return _("{key} cannot be a global shortcut: it belongs to the system.")
        if self.modifiers == modifier.AltModifier and self.key in (Qt.Key.Key_Tab, Qt.Key.Key_F4):
            return _("{key} cannot be a global shortcut: it switches or closes windows.")
        return ""


def _is_written(key: Qt.Key) -> bool:
    """Whether the key writes a character."""
    return Qt.Key.Key_Exclam <= key < Qt.Key.Key_Escape
