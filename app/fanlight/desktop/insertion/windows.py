"""Windows: the text is pasted with Ctrl+V, which SendInput presses, or written as Unicode characters.

NOT RUN: written from Microsoft's documentation of SendInput, GetForegroundWindow, and the clipboard's formats; it has
not been run on Windows yet. A program that runs as administrator takes no keys from one that does not.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from pathlib import PureWindowsPath
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.focus import focus_holder
from fanlight.desktop.insertion.backend import InsertionPlace
from fanlight.desktop.insertion.paste_inserter import PasteInserter
from fanlight.i18n import N_, _

name = "windows"
needs = N_("Windows.")
inserts = sees_focus = types_keys = True

KEYUP, UNICODE, KEYBOARD = 0x0002, 0x0004, 1
CONTROL, RETURN, V, Z = 0x11, 0x0D, 0x56, 0x5A
MODIFIERS = (0x10, CONTROL, 0x12, 0x5B, 0x5C)
_LIMITED_INFORMATION, _PATH = 0x1000, 32_768

SECRETS = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
}
"""The clipboard's history, and its copies on other computers, leave it out."""


class _KeyInput(ctypes.Structure):
    """KEYBDINPUT."""

    _fields_ = (
        ("key", ctypes.c_uint16), ("scan", ctypes.c_uint16), ("flags", ctypes.c_uint32), ("time", ctypes.c_uint32),
        ("extra", ctypes.c_size_t),
    )  # fmt: skip


class _AnyInput(ctypes.Union):
    """As large as its largest member, MOUSEINPUT."""

    _fields_ = (
        ("key", _KeyInput),
        ("mouse", ctypes.c_uint32 * 5 if ctypes.sizeof(ctypes.c_size_t) == 4 else ctypes.c_uint64 * 4),
    )


class _KeyboardInput(ctypes.Structure):
    """INPUT."""

    _fields_ = (("kind", ctypes.c_uint32), ("of", _AnyInput))


def is_available() -> bool:
    return sys.platform == "win32" and QGuiApplication.platformName() == "windows"


def describe() -> str:
    return _("The text is pasted with Ctrl+V. When the program has read it, the clipboard is put back as it was.")


def start(parent: QObject) -> PasteInserter:
    windll: Any = ctypes.windll  # type: ignore[attr-defined]
    return PasteInserter(WindowsKeys(windll.user32, windll.kernel32), parent, SECRETS)


class WindowsKeys:
    """`SystemKeys`."""

    def __init__(self, user32: Any, kernel32: Any) -> None:
        self._user32, self._kernel32 = user32, kernel32

    def place(self) -> InsertionPlace:
        holder = focus_holder()
        process = ctypes.c_uint32()
        self._user32.GetWindowThreadProcessId(ctypes.c_void_p(holder.active), ctypes.byref(process))
        own = QGuiApplication.focusWindow() is not None
        return InsertionPlace(holder, self._program(process.value), self._box(holder.active), own, process.value)

    def held(self) -> bool:
        return any(self._user32.GetAsyncKeyState(key) & 0x8000 for key in MODIFIERS)

    def paste(self) -> bool:
        return self._press(CONTROL, V)

    def undo(self) -> bool:
        return self._press(CONTROL, Z)

    def enter(self) -> bool:
        return self._press(RETURN)

    def write(self, text: str) -> bool:
        inputs: list[tuple[int, int, int]] = []
        for character in text.replace("\r\n", "\n"):
            if character == "\n":
                inputs += [(RETURN, 0, 0), (RETURN, 0, KEYUP)]
                continue
            units = character.encode("utf-16-le")
            for i in range(0, len(units), 2):
                unit = int.from_bytes(units[i : i + 2], "little")
                inputs += [(0, unit, UNICODE), (0, unit, UNICODE | KEYUP)]
        return self._send(inputs)

    def _press(self, *keys: int) -> bool:
        return self._send([*((key, 0, 0) for key in keys), *((key, 0, KEYUP) for key in reversed(keys))])

    def _send(self, inputs: Iterable[tuple[int, int, int]]) -> bool:
        made = [
            _KeyboardInput(KEYBOARD, _AnyInput(key=_KeyInput(key, scan, flags, 0, 0))) for key, scan, flags in inputs
        ]
        array = (_KeyboardInput * len(made))(*made)
        return int(self._user32.SendInput(len(made), array, ctypes.sizeof(_KeyboardInput))) == len(made)

    def _box(self, window: int) -> tuple[int, int, int, int] | None:
        edges = (ctypes.c_int32 * 4)()
        if not self._user32.GetWindowRect(ctypes.c_void_p(window), edges):
            return None
        left, top, right, bottom = edges
        return left, top, right - left, bottom - top

    def _program(self, process: int) -> str:
        """Its file's name, in lower case, without the ending."""
        self._kernel32.OpenProcess.restype = ctypes.c_void_p
        handle = self._kernel32.OpenProcess(_LIMITED_INFORMATION, False, process)
        if not handle:
            return ""
        path, size = ctypes.create_unicode_buffer(_PATH), ctypes.c_uint32(_PATH)
        known = self._kernel32.QueryFullProcessImageNameW(ctypes.c_void_p(handle), 0, path, ctypes.byref(size))
        self._kernel32.CloseHandle(ctypes.c_void_p(handle))
        return PureWindowsPath(path.value).stem.lower() if known else ""
