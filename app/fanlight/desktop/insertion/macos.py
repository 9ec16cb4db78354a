"""macOS: the text is pasted with Command+V, which Quartz presses, or written as Unicode characters.

NOT RUN: written from Apple's CGEvent.h and AXUIElement.h; it has not been run on a Mac yet. The system lets a program
press keys once the user has allowed it under Accessibility. Who has the keyboard is not known here.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from ctypes import c_bool, c_int32, c_uint16, c_uint32, c_uint64, c_ulong, c_void_p
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.insertion.backend import InsertionPlace
from fanlight.desktop.insertion.mac_layout import MacLayout
from fanlight.desktop.insertion.null import NullInserter
from fanlight.desktop.insertion.paste_inserter import PasteInserter
from fanlight.i18n import N_, _

name = "macos"
needs = N_("Allow Fanlight in System Settings, Privacy & Security, Accessibility.")
inserts, sees_focus, types_keys = True, False, True

SERVICES = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
V, Z, RETURN = 0x09, 0x06, 0x24
COMMAND, ALL_MODIFIERS = 0x100000, 0x1E0000
_HARDWARE_STATE, _SESSION_TAP = 1, 1
_MOST_UNITS = 20
"""Of UTF-16 in one event: programs drop what is longer."""


def is_available() -> bool:
    return sys.platform == "darwin" and QGuiApplication.platformName() == "cocoa"


def describe() -> str:
    return _(
        "The text is pasted with Command+V. When the program has read it, the clipboard is put back as it was. "
        "Fanlight cannot see whether you have moved to another window: stay where the text belongs."
    )


def start(parent: QObject) -> PasteInserter | NullInserter:
    try:
        services = ctypes.CDLL(SERVICES)
    except OSError:
        return NullInserter(parent)
    layout: MacLayout | None = None
    with suppress(OSError, ValueError, AttributeError):
        layout = MacLayout.of_system()
    return PasteInserter(MacKeys(services, layout), parent, {})


class MacKeys:
    """`SystemKeys`."""

    def __init__(self, services: Any, layout: MacLayout | None = None) -> None:
        self._services, self._layout = services, layout
        services.AXIsProcessTrusted.restype = c_bool
        services.CGEventSourceFlagsState.restype = c_uint64
        services.CGEventSourceFlagsState.argtypes = (c_int32,)
        services.CGEventCreateKeyboardEvent.restype = c_void_p
        services.CGEventCreateKeyboardEvent.argtypes = (c_void_p, c_uint16, c_bool)
        services.CGEventSetFlags.argtypes = (c_void_p, c_uint64)
        services.CGEventKeyboardSetUnicodeString.argtypes = (c_void_p, c_ulong, ctypes.POINTER(c_uint16))
        services.CGEventPost.argtypes = (c_uint32, c_void_p)
        services.CFRelease.argtypes = (c_void_p,)

    def place(self) -> InsertionPlace:
        return InsertionPlace(own=QGuiApplication.focusWindow() is not None)

    def held(self) -> bool:
        return bool(self._services.CGEventSourceFlagsState(_HARDWARE_STATE) & ALL_MODIFIERS)

    def paste(self) -> bool:
        return self._press(self._key("v", V), COMMAND)

    def undo(self) -> bool:
        return self._press(self._key("z", Z), COMMAND)

    def enter(self) -> bool:
        return self._press(RETURN)

    def write(self, text: str) -> bool:
        """Characters of more than one unit stay whole."""
        if not self._services.AXIsProcessTrusted():
            return False
        group: list[int] = []
        for character in [*text.replace("\r\n", "\n"), ""]:
            units = memoryview(character.encode("utf-16-le")).cast("H").tolist() if character else []
            if group and (character in ("\n", "") or len(group) + len(units) > _MOST_UNITS):
                self._post(0, True, 0, group)
                self._post(0, False, 0, group)
                group = []
            if character == "\n":
                self._press(RETURN)
            else:
                group += units
        return True

    def _key(self, letter: str, on_us_keyboard: int) -> int:
        """Where the layout writes it nowhere, programs go by the place."""
        found = self._layout.key_of(letter) if self._layout is not None else None
        return on_us_keyboard if found is None else found

    def _press(self, key: int, flags: int = 0) -> bool:
        if not self._services.AXIsProcessTrusted():
            return False
        self._post(key, True, flags)
        self._post(key, False, flags)
        return True

    def _post(self, key: int, down: bool, flags: int, units: list[int] | None = None) -> None:
        event = self._services.CGEventCreateKeyboardEvent(None, key, down)
        self._services.CGEventSetFlags(event, flags)
        if units:
            self._services.CGEventKeyboardSetUnicodeString(event, len(units), (c_uint16 * len(units))(*units))
        self._services.CGEventPost(_SESSION_TAP, event)
        self._services.CFRelease(event)
