"""Nautilus: "Ask Fanlight" in the menu of pictures, recordings, and documents. Needs the package python3-nautilus."""

import locale
import subprocess

from gi.repository import GObject, Nautilus

LABELS = {"de": "Fanlight fragen", "es": "Preguntar a Fanlight", "fr": "Demander à Fanlight"}


class AskFanlight(GObject.GObject, Nautilus.MenuProvider):
    def get_file_items(self, *args):
        """`args` ends with the files; before Nautilus 43 a window comes first."""
        files = [file for file in args[-1] if file.get_location().get_path()]
        kinds = (
            "image/", "audio/", "video/", "text/", "application/pdf", "application/vnd.oasis.opendocument.",
            "application/vnd.openxmlformats-officedocument.", "application/epub+zip", "message/rfc822",
        )  # fmt: skip
        if not files or not all(file.get_mime_type().startswith(kinds) for file in files):
            return []
        item = Nautilus.MenuItem(name="Fanlight::ask", label=label(), icon="org.fanlight.Fanlight")
        item.connect("activate", self._ask, [file.get_location().get_path() for file in files])
        return [item]

    def _ask(self, _item, paths):
        subprocess.Popen(["fanlight", "open", *paths])


def label():
    language, _encoding = locale.getlocale(locale.LC_MESSAGES)
    return LABELS.get((language or "")[:2], "Ask Fanlight")
