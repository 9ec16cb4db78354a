"""Whether a window could open, found out before Qt is started: without a screen Qt aborts the process."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

from fanlight.i18n import _

_XCB = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)
"""What Qt's X11 plug-in is linked to and a small system may lack, with Debian's names."""

_WAYLAND = ("wayland", "wayland-egl", "wayland-brcm")
"""The names of Qt's plug-in for it."""
_QT = (
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
)


def why_no_window() -> str | None:
    """A sentence that says why no window can open here, or None."""
    if not sys.platform.startswith("linux"):
        return None
    wanted = [part.partition(":")[0] for part in os.environ.get("QT_QPA_PLATFORM", "").split(";") if part]
    known = [name for name in wanted if name in _WAYLAND or _has_plugin(name)]
    if wanted and not known:
        text = _("The variable QT_QPA_PLATFORM asks for {names}, which this Qt does not have. Unset it.")
        return text.format(names=", ".join(wanted))
    for name in known or ("wayland", "xcb"):  # Qt takes the first that works
        if name == "xcb":
            if os.environ.get("DISPLAY") and _x11_answers():
                return _missing_sentence()
        elif name not in _WAYLAND or (os.environ.get("WAYLAND_DISPLAY") and _wayland_answers()):
            return None  # offscreen and its like need no screen
    return _("There is no screen to open a window on.")


def _has_plugin(name: str) -> bool:
    found = importlib.util.find_spec("PySide6")
    folder = Path(str(found and found.origin)).parent / "Qt" / "plugins" / "platforms"
    return not folder.is_dir() or (folder / f"libq{name}.so").exists()


def _missing_sentence() -> str | None:
    if missing := ", ".join(missing_libraries()):
        return _("The window needs system packages: {packages}.").format(packages=missing)
    return None


def missing_libraries() -> list[str]:
    """Debian's names of the libraries Qt needs for an X11 window and does not find."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in (*_QT, *_XCB) if _load(library) is None]


def _x11_answers() -> bool:
    xcb = _load("libxcb.so.1")
    if xcb is None:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def _wayland_answers() -> bool:
    wayland = _load("libwayland-client.so.0")
    if wayland is None or _load("libwayland-cursor.so.0") is None:
        return False  # Qt's plug-in for Wayland needs both
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection = wayland.wl_display_connect(None)
    if connection:
        wayland.wl_display_disconnect(ctypes.c_void_p(connection))
    return bool(connection)


def _load(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
