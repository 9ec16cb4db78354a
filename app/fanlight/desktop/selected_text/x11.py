"""X11: what a program selects is the primary selection, which it gives to everybody; it is replaced by a paste."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.desktop import xcb
from fanlight.desktop.insertion import x11 as insertion_backend
from fanlight.desktop.selected_text.x11_selection import X11Selection
from fanlight.i18n import N_

name = "x11"
needs = N_("An X11 session whose server has the XTEST extension, as it has nearly everywhere.")


def is_available() -> bool:
    return insertion_backend.is_available()


def start(parent: QObject) -> X11Selection:
    return X11Selection(xcb.qt_connection(), insertion_backend.start(parent), parent)
