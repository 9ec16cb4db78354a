"""X11: activates the window that the user called for from another program, and ends the desktop's busy pointer.

Window managers refuse focus that a program takes on its own, but grant a request marked as the user's
(`_NET_ACTIVE_WINDOW` with source 2, as a taskbar sends it); Qt always sends source 1. Other platforms do not need this.
Sources: freedesktop.org's Extended Window Manager Hints 1.5, Startup Notification 0.1.
"""

from __future__ import annotations

import re

from fanlight.desktop import xcb

FROM_THE_USER = 2


def activate(window: int, startup_id: str = "") -> None:
    """`window` is an X11 id, `startup_id` the launcher's DESKTOP_STARTUP_ID. Sent on Qt's own connection, after Qt's
    own requests."""
    if not xcb.is_x11():
        return
    connection = xcb.qt_connection()
    stamp = re.search(r"_TIME(\d+)$", startup_id)
    time = int(stamp[1]) & 0xFFFFFFFF if stamp else 0
    # WORKAROUND Qt 6 requests activation as an application (source 1), which window managers refuse. Remove when
    # QWindow.requestActivate can say that the user asked for it.
    connection.ask_manager(window, "_NET_ACTIVE_WINDOW", [FROM_THE_USER, time])
    if startup_id:
        quoted = re.sub(r'([\\" ])', r"\\\1", startup_id)
        connection.broadcast(window, "_NET_STARTUP_INFO", f"remove: ID={quoted}")
    connection.flush()
