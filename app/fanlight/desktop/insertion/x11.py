"""X11: the text is pasted by the program's own key, and the clipboard is put back when the program has read it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.desktop import xcb
from fanlight.desktop.insertion.x11_inserter import X11Inserter
from fanlight.desktop.session import is_wayland
from fanlight.i18n import N_, _

name = "x11"
needs = N_("An X11 session whose server has the XTEST extension, as it has nearly everywhere.")
inserts = sees_focus = types_keys = True


def is_available() -> bool:
    try:
        return xcb.is_x11() and not is_wayland() and bool(xcb.qt_connection().opcode("XTEST"))
    except OSError:
        return False


def describe() -> str:
    return _(
        "The text is pasted with Ctrl+V, in terminals with Shift+Insert. When the program has read it, the clipboard "
        "is put back as it was."
    )


def start(parent: QObject) -> X11Inserter:
    return X11Inserter(xcb.qt_connection(), parent)
