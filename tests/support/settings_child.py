"""`python settings_child.py manage`: a desktop's manager of XSETTINGS; each line that it reads is a JSON object of
them. `python settings_child.py follow`: says how the desktop wants programs to look, at its start and at each
change."""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QGuiApplication, QWindow

from fanlight.desktop import xcb
from fanlight.desktop.looks import LooksReader
from fanlight.desktop.xsettings import PROPERTY, SELECTION, XSettingValue

_SET_SELECTION_OWNER = 22
"""Opcode: X11 protocol, appendix B."""


def written(settings: Mapping[str, XSettingValue], order: str = "<") -> bytes:
    """As a manager writes them."""
    data = struct.pack(f"{order}B3xII", order == ">", 1, len(settings))
    for name, value in settings.items():
        kind = 0 if isinstance(value, int) else 1 if isinstance(value, str) else 2
        data += struct.pack(f"{order}BxH", kind, len(name)) + padded(name) + struct.pack(f"{order}I", 1)
        if isinstance(value, int):
            data += struct.pack(f"{order}i", value)
        elif isinstance(value, str):
            data += struct.pack(f"{order}I", len(value.encode())) + padded(value)
        else:
            data += struct.pack(f"{order}4H", *value)
    return data


def padded(text: str) -> bytes:
    data = text.encode()
    return data + bytes(-len(data) % 4)


def manage() -> None:
    window = QWindow()
    window.create()
    connection = xcb.qt_connection()
    (selection,) = connection.atoms(SELECTION)

    def on_line(*_socket: object) -> None:
        data = written(json.loads(sys.stdin.readline()))
        (kind,) = connection.atoms(PROPERTY)
        connection.set_property(int(window.winId()), PROPERTY, kind, xcb.words(data))
        connection.send_raw(struct.pack("=BBHIII", _SET_SELECTION_OWNER, 0, 4, int(window.winId()), selection, 0))
        connection.flush()
        connection.selection_owner(SELECTION)  # it is done by then
        print("set", flush=True)

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(on_line)
    QGuiApplication.exec()


def follow() -> None:
    os.environ.pop("XDG_CURRENT_DESKTOP", None)
    reader = LooksReader(None)
    reader.changed.connect(lambda: print(json.dumps(asdict(reader.looks)), flush=True))
    QGuiApplication.exec()


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    {"manage": manage, "follow": follow}[sys.argv[1]]()
