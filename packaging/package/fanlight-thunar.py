"""Thunar: "Ask Fanlight" in the menu of pictures, recordings, and documents. Needs the package thunarx-python."""

import locale
import subprocess

from gi.repository import GObject, Thunarx

LABELS = {"de": "Fanlight fragen", "es": "Preguntar a Fanlight", "fr": "Demander à Fanlight"}


class AskFanlight(GObject.GObject, Thunarx.MenuProvider):
    def get_file_menu_items(self, _window, files):
        paths = [file.get_location().get_path() for file in files]
        kinds = (
            "image/", "audio/", "video/", "text/", "application/pdf", "application/vnd.oasis.opendocument.",
            "application/vnd.openxmlformats-officedocument.", "application/epub+zip", "message/rfc822",
        )  # fmt: skip
        if not files or not all(paths) or not all(file.get_mime_type().startswith(kinds) for file in files):
            return []
        item = Thunarx.MenuItem(name="Fanlight::ask", label=label(), icon="org.fanlight.Fanlight")
        item.connect("activate", self._ask, paths)
        return [item]

    def _ask(self, _item, paths):
        subprocess.Popen(["fanlight", "open", *paths])


def label():
    language, _encoding = locale.getlocale(locale.LC_MESSAGES)
    return LABELS.get((language or "")[:2], "Ask Fanlight")
