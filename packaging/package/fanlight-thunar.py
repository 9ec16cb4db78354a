"""Thunar: "Ask Fanlight" in the menu of pictures and recordings. Needs the package thunarx-python."""

import subprocess

from gi.repository import GObject, Thunarx


class AskFanlight(GObject.GObject, Thunarx.MenuProvider):
    def get_file_menu_items(self, _window, files):
        paths = [file.get_location().get_path() for file in files]
        kinds = ("image/", "audio/", "video/")
        if not files or not all(paths) or not all(file.get_mime_type().startswith(kinds) for file in files):
            return []
        item = Thunarx.MenuItem(name="Fanlight::ask", label="Ask Fanlight", icon="org.fanlight.Fanlight")
        item.connect("activate", self._ask, paths)
        return [item]

    def _ask(self, _item, paths):
        subprocess.Popen(["fanlight", "open", *paths])
