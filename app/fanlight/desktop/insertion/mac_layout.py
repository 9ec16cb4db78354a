"""macOS: which key writes a letter while Command is held. A key's code is a place on the keyboard: on a Dvorak keyboard
V is where a US keyboard has the period, and Command with the key at V's place there means Command+K.

NOT RUN: written from Apple's TextInputSources.h and UnicodeUtilities.h; it has not been run on a Mac yet.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_uint8, c_uint16, c_uint32, c_ulong, c_void_p
from typing import Any

CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
KEYS = 128
_SHOWN, _COMMAND, _NO_DEAD_KEYS, _MOST_UNITS = 3, 1, 1, 4


class MacLayout:
    """`data_name`: kTISPropertyUnicodeKeyLayoutData."""

    def __init__(self, carbon: Any, data_name: c_void_p) -> None:
        self._carbon, self._data_name = carbon, data_name
        carbon.TISCopyCurrentKeyboardLayoutInputSource.restype = c_void_p
        carbon.TISGetInputSourceProperty.restype = c_void_p
        carbon.TISGetInputSourceProperty.argtypes = (c_void_p, c_void_p)
        carbon.CFDataGetBytePtr.restype = c_void_p
        carbon.CFDataGetBytePtr.argtypes = (c_void_p,)
        carbon.CFRelease.argtypes = (c_void_p,)
        carbon.LMGetKbdType.restype = c_uint8
        carbon.UCKeyTranslate.argtypes = (
            c_void_p, c_uint16, c_uint16, c_uint32, c_uint32, c_uint32, POINTER(c_uint32), c_ulong, POINTER(c_ulong),
            POINTER(c_uint16),
        )  # fmt: skip

    @classmethod
    def of_system(cls) -> MacLayout:
        """Raises OSError, ValueError where it has none."""
        carbon = ctypes.CDLL(CARBON)
        return cls(carbon, c_void_p.in_dll(carbon, "kTISPropertyUnicodeKeyLayoutData"))

    def key_of(self, letter: str) -> int | None:
        """Its code, on the layout that is in use now; None where no key writes it."""
        source = self._carbon.TISCopyCurrentKeyboardLayoutInputSource()
        if not source:
            return None
        try:
            data = self._carbon.TISGetInputSourceProperty(source, self._data_name)
            layout = self._carbon.CFDataGetBytePtr(data) if data else None
            return (
                next((code for code in range(KEYS) if self._writes(layout, code) == letter), None) if layout else None
            )
        finally:
            self._carbon.CFRelease(source)

    def _writes(self, layout: int, code: int) -> str:
        dead, length, units = c_uint32(), c_ulong(), (c_uint16 * _MOST_UNITS)()
        failed = self._carbon.UCKeyTranslate(
            layout, code, _SHOWN, _COMMAND, self._carbon.LMGetKbdType(), _NO_DEAD_KEYS, byref(dead), _MOST_UNITS,
            byref(length), units,
        )  # fmt: skip
        return "" if failed else bytes(memoryview(units)[: length.value]).decode("utf-16-le", "replace")
