"""macOS: Carbon's RegisterEventHotKey. It reports press and release, takes the key, and needs no permission.

NOT RUN: written from Apple's CarbonEvents.h and Events.h; it has not been run on a Mac yet. CGEventTap would need the
right to read every key, so it is not used. Qt's "Ctrl" is the Command key, its "Meta" is Control.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_int32, c_uint32, c_void_p
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.numbered import NumberedHotkeys
from fanlight.domain.desktop_errors import HotkeyTaken, HotkeyUnavailable
from fanlight.i18n import N_, _

name = "macos"
needs = N_("macOS.")
binds_keys, picks_combination, asks_permission, lends_keys = True, True, False, True

CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
COMMAND, SHIFT, OPTION, CONTROL = 0x0100, 0x0200, 0x0800, 0x1000
SIGNATURE = int.from_bytes(b"FanL", "big")
KEYBOARD_CLASS = int.from_bytes(b"keyb", "big")
PRESSED, RELEASED = 5, 6
DIRECT_OBJECT, HOTKEY_ID = int.from_bytes(b"----", "big"), int.from_bytes(b"hkid", "big")
ALREADY_EXISTS = -9878
EXCLUSIVE = 1

_Key = Qt.Key
# Virtual key codes name places of an ANSI keyboard; "A" is 0x00.
_PLACES = {
    "A": 0x00, "S": 0x01, "D": 0x02, "F": 0x03, "H": 0x04, "G": 0x05, "Z": 0x06, "X": 0x07, "C": 0x08, "V": 0x09,
    "B": 0x0B, "Q": 0x0C, "W": 0x0D, "E": 0x0E, "R": 0x0F, "Y": 0x10, "T": 0x11, "1": 0x12, "2": 0x13, "3": 0x14,
    "4": 0x15, "6": 0x16, "5": 0x17, "9": 0x19, "7": 0x1A, "8": 0x1C, "0": 0x1D, "O": 0x1F, "U": 0x20, "I": 0x22,
    "P": 0x23, "L": 0x25, "J": 0x26, "K": 0x28, "N": 0x2D, "M": 0x2E,
}  # fmt: skip
_NAMED = {
    _Key.Key_Return: 0x24, _Key.Key_Tab: 0x30, _Key.Key_Space: 0x31, _Key.Key_Backspace: 0x33, _Key.Key_Escape: 0x35,
    _Key.Key_Home: 0x73, _Key.Key_PageUp: 0x74, _Key.Key_Delete: 0x75, _Key.Key_End: 0x77, _Key.Key_PageDown: 0x79,
    _Key.Key_Left: 0x7B, _Key.Key_Right: 0x7C, _Key.Key_Down: 0x7D, _Key.Key_Up: 0x7E, _Key.Key_Help: 0x72,
}  # fmt: skip
_FUNCTION = (0x7A, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6D, 0x67, 0x6F, 0x69, 0x6B, 0x71, 0x6A, 0x40, 0x4F)


class _HotKeyID(ctypes.Structure):
    _fields_ = (("signature", c_uint32), ("number", c_uint32))


class _EventType(ctypes.Structure):
    _fields_ = (("kind_class", c_uint32), ("kind", c_uint32))


_Handler = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


def is_available() -> bool:
    return sys.platform == "darwin" and QGuiApplication.platformName() == "cocoa"


def describe(command: str) -> str:  # noqa: ARG001
    return _("macOS passes this one key to Fanlight, which reads no other.")


def start(sink: HotkeySink) -> MacHotkeys:
    try:
        return MacHotkeys(ctypes.CDLL(CARBON), sink)
    except OSError as error:
        raise HotkeyUnavailable(_("Carbon cannot be loaded: {reason}.").format(reason=error)) from error


def key_code(key: Qt.Key) -> int | None:
    if _Key.Key_F1 <= key <= _Key.Key_F18:
        return _FUNCTION[key - _Key.Key_F1]
    return _NAMED.get(key, _PLACES.get(chr(key)) if key < 0x80 else None)


def modifier_bits(combination: Combination) -> int:
    modifier = Qt.KeyboardModifier
    bits = (
        (modifier.ControlModifier, COMMAND),
        (modifier.ShiftModifier, SHIFT),
        (modifier.AltModifier, OPTION),
        (modifier.MetaModifier, CONTROL),
    )
    return sum(bit for held, bit in bits if combination.has(held))


class MacHotkeys(NumberedHotkeys[c_void_p]):
    """Its handles are Carbon's EventHotKeyRef."""

    def __init__(self, carbon: Any, sink: HotkeySink) -> None:
        super().__init__()
        self._carbon, self._sink = carbon, sink
        carbon.GetEventDispatcherTarget.restype = c_void_p
        carbon.InstallEventHandler.argtypes = (
            c_void_p,
            _Handler,
            c_uint32,
            ctypes.POINTER(_EventType),
            c_void_p,
            ctypes.POINTER(c_void_p),
        )
        carbon.RegisterEventHotKey.argtypes = (
            c_uint32,
            c_uint32,
            _HotKeyID,
            c_void_p,
            c_uint32,
            ctypes.POINTER(c_void_p),
        )
        carbon.GetEventKind.argtypes = carbon.UnregisterEventHotKey.argtypes = (c_void_p,)
        carbon.RemoveEventHandler.argtypes = (c_void_p,)
        carbon.GetEventParameter.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p, ctypes.c_ulong, c_void_p, c_void_p)
        self._call = _Handler(self._arrived)  # kept: Carbon holds no reference
        self._handler = c_void_p()
        kinds = (_EventType * 2)(_EventType(KEYBOARD_CLASS, PRESSED), _EventType(KEYBOARD_CLASS, RELEASED))
        status = carbon.InstallEventHandler(
            carbon.GetEventDispatcherTarget(), self._call, 2, kinds, None, ctypes.byref(self._handler)
        )
        if status:
            raise HotkeyUnavailable(_("macOS does not report hotkeys (error {number}).").format(number=status))

    def close(self) -> None:
        super().close()
        self._carbon.RemoveEventHandler(self._handler)

    def _register(self, number: int, combination: Combination) -> c_void_p:
        code = key_code(combination.key)
        if code is None:
            raise HotkeyUnavailable(_("This keyboard has no key for {key}.").format(key=combination.shown))
        handle = c_void_p()
        status = self._carbon.RegisterEventHotKey(
            code,
            modifier_bits(combination),
            _HotKeyID(SIGNATURE, number),
            self._carbon.GetEventDispatcherTarget(),
            EXCLUSIVE,
            ctypes.byref(handle),
        )
        if status == ALREADY_EXISTS:
            raise HotkeyTaken(combination.shown)
        if status:
            raise HotkeyUnavailable(
                _("macOS does not grant {key} (error {number}).").format(key=combination.shown, number=status)
            )
        return handle

    def _release(self, _number: int, handle: c_void_p) -> None:
        self._carbon.UnregisterEventHotKey(handle)

    def _arrived(self, _next: int, event: int, _data: int) -> int:
        which = _HotKeyID()
        self._carbon.GetEventParameter(
            event, DIRECT_OBJECT, HOTKEY_ID, None, ctypes.sizeof(which), None, ctypes.byref(which)
        )
        if which.signature == SIGNATURE and which.number in self._bound:
            report = self._sink.on_key_down if self._carbon.GetEventKind(event) == PRESSED else self._sink.on_key_up
            report(self._bound[which.number][0])
        return 0
