"""`/usr/bin/python3 gtk_editor.py`: a GTK 3 text field with the keyboard, for the system's own Python. Says "ready",
and what is in it as a line of JSON whenever that changes."""

from __future__ import annotations

import json
import sys
from typing import Any

import gi  # type: ignore[import-not-found]  # of the system's Python

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # type: ignore[import-not-found]  # noqa: E402


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


window = Gtk.Window(title="GTK editor")
window.set_default_size(500, 300)
field = Gtk.TextView()
buffer = field.get_buffer()
buffer.connect("changed", lambda _buffer: say(what="text", text=buffer.get_property("text")))
window.add(field)
window.connect("destroy", Gtk.main_quit)


window.show_all()
field.grab_focus()
print("ready", flush=True)
Gtk.main()
sys.exit(0)
