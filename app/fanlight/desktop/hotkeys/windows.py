"""Windows: RegisterHotKey, received as WM_HOTKEY by a native event filter.

NOT RUN: written from Microsoft's documentation of RegisterHotKey, WM_HOTKEY and GetAsyncKeyState; it has not been run
on Windows yet. Windows reports a press only, so the key is polled until it is up. A keyboard hook would see the
release, and every other key too, so there is none.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.numbered import NumberedHotkeys
from fanlight.domain.desktop_errors import HotkeyTaken, HotkeyUnavailable
from fanlight.i18n import N_, _

name = "windows"
needs = N_("Windows.")
binds_keys, picks_combination, asks_permission, lends_keys = True, True, False, True

WM_HOTKEY = 0x0312
MOD_ALT, MOD_CONTROL, MOD_SHIFT, MOD_WIN, MOD_NOREPEAT = 1, 2, 4, 8, 0x4000
ERROR_ALREADY_REGISTERED = 1409
POLL_MS = 15

_Key = Qt.Key
_VIRTUAL = {
    _Key.Key_Backspace: 0x08, _Key.Key_Tab: 0x09, _Key.Key_Return: 0x0D, _Key.Key_Enter: 0x0D, _Key.Key_Pause: 0x13,
    _Key.Key_Escape: 0x1B, _Key.Key_Space: 0x20, _Key.Key_PageUp: 0x21, _Key.Key_PageDown: 0x22, _Key.Key_End: 0x23,
    _Key.Key_Home: 0x24, _Key.Key_Left: 0x25, _Key.Key_Up: 0x26, _Key.Key_Right: 0x27, _Key.Key_Down: 0x28,
    _Key.Key_Print: 0x2C, _Key.Key_Insert: 0x2D, _Key.Key_Delete: 0x2E, _Key.Key_Help: 0x2F, _Key.Key_Menu: 0x5D,
}  # fmt: skip


class _Message(ctypes.Structure):
    """MSG, up to its time stamp."""

    _fields_ = (
        ("window", ctypes.c_void_p), ("message", ctypes.c_uint), ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t), ("time", ctypes.c_uint32),
    )  # fmt: skip


def is_available() -> bool:
    return sys.platform == "win32" and QGuiApplication.platformName() == "windows"


def describe(command: str) -> str:  # noqa: ARG001
    return _("Windows passes this one key to Fanlight, which reads no other.")


def start(sink: HotkeySink) -> WindowsHotkeys:
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    user32 = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined]
    user32.VkKeyScanW.restype = ctypes.c_short  # -1 is "no key"; as an int it would be 0xFFFF
    return WindowsHotkeys(user32, sink, application)


def virtual_key(key: Qt.Key, from_character: Callable[[int], int] = lambda _: -1) -> int:
    """The virtual-key code, 0 for none; `from_character` is VkKeyScanW, for characters of the keyboard's layout."""
    if key in _VIRTUAL:
        return _VIRTUAL[key]
    if _Key.Key_F1 <= key <= _Key.Key_F24:
        return 0x70 + key - _Key.Key_F1
    if _Key.Key_A <= key <= _Key.Key_Z or _Key.Key_0 <= key <= _Key.Key_9:
        return int(key)
    scanned = from_character(key) if key < 0x10000 else -1
    return 0 if scanned == -1 else scanned & 0xFF


def modifier_bits(combination: Combination) -> int:
    modifier = Qt.KeyboardModifier
    bits = (
        (modifier.AltModifier, MOD_ALT), (modifier.ControlModifier, MOD_CONTROL),
        (modifier.ShiftModifier, MOD_SHIFT), (modifier.MetaModifier, MOD_WIN),
    )  # fmt: skip
    return sum(bit for held, bit in bits if combination.has(held)) | MOD_NOREPEAT


class WindowsHotkeys(NumberedHotkeys[int]):
    """Its handles are virtual keys."""

    def __init__(self, user32: Any, sink: HotkeySink, application: QGuiApplication) -> None:
        super().__init__()
        self._user32, self._sink, self._application = user32, sink, application
        self._held: set[int] = set()
        self._poll = QTimer(application, interval=POLL_MS)
        self._poll.timeout.connect(self._poll_keys)
        self._filter = _MessageFilter(self)
        application.installNativeEventFilter(self._filter)

    def close(self) -> None:
        super().close()
        self._poll.stop()
        self._poll.deleteLater()
        self._application.removeNativeEventFilter(self._filter)

    def on_hotkey_message(self, number: int) -> bool:
        """Whether the number is that of a bound hotkey."""
        if number not in self._bound:
            return False
        self._held.add(number)
        self._poll.start()
        self._sink.on_key_down(self._bound[number][0])
        return True

    def _register(self, number: int, combination: Combination) -> int:
        key = virtual_key(combination.key, self._user32.VkKeyScanW)
        if not key:
            raise HotkeyUnavailable(_("This keyboard has no key for {key}.").format(key=combination.shown))
        if self._user32.RegisterHotKey(None, number, modifier_bits(combination), key):
            return key
        error = ctypes.get_last_error()  # type: ignore[attr-defined]
        if error == ERROR_ALREADY_REGISTERED:
            raise HotkeyTaken(combination.shown)
        raise HotkeyUnavailable(
            _("Windows does not grant {key} (error {number}).").format(key=combination.shown, number=error)
        )

    def _release(self, number: int, _handle: int) -> None:
        self._user32.UnregisterHotKey(None, number)
        self._held.discard(number)

    def _poll_keys(self) -> None:
        for number in tuple(self._held):
            name, _, key = self._bound[number]
            if not self._user32.GetAsyncKeyState(key) & 0x8000:
                self._held.discard(number)
                self._sink.on_key_up(name)
        if not self._held:
            self._poll.stop()


class _MessageFilter(QAbstractNativeEventFilter):
    def __init__(self, owner: WindowsHotkeys) -> None:
        super().__init__()
        self._owner = owner

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        if bytes(kind) != b"windows_generic_MSG":  # type: ignore[arg-type]
            return False, 0
        received = _Message.from_address(int(message))
        return received.message == WM_HOTKEY and self._owner.on_hotkey_message(received.wparam), 0
