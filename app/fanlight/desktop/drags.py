"""Whether a drag from another program is over, although that program did not say so: it may have died."""

from __future__ import annotations

from fanlight.desktop.xcb import is_x11, qt_connection

_SELECTION = "XdndSelection"
"""What a drag's source owns, from which the data is taken; an owner that is gone owns nothing."""


def is_foreign_drag_over() -> bool:
    """Only X11 needs to be asked: elsewhere the system ends a drag with its source."""
    if not is_x11():
        return False
    try:
        connection = qt_connection()
    except OSError:
        return False
    return not connection.selection_owner(_SELECTION) or not connection.is_button_down()
