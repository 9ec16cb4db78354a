"""What the fields of the settings are chosen from, what their numbers count, and the keys they begin with."""

from __future__ import annotations

import sys

from fanlight import i18n
from fanlight.domain.languages import LANGUAGES
from fanlight.i18n import _, ngettext, pgettext

SHOT_HOTKEY = "Ctrl+Shift+Space" if sys.platform == "darwin" else "Ctrl+Alt+Space"
"""Free as GNOME, KDE, Xfce, Cinnamon, COSMIC and Windows come. On a Mac that is the Finder's search, and the other one
is free. Print belongs to the desktop's own screenshots, Super+letter to GNOME and Windows, Ctrl+Space to input
methods."""

TALK_HOTKEY = "Ctrl+Shift+M" if sys.platform == "darwin" else "Ctrl+Alt+M"
"""M as in microphone; free on the same desktops."""

DICTATE_HOTKEY = "Ctrl+Shift+D" if sys.platform == "darwin" else "Ctrl+Alt+D"
"""D as in dictate. Some desktops show the desktop with it: then the settings offer another one."""

SELECTION_HOTKEY = "Ctrl+Shift+S" if sys.platform == "darwin" else "Ctrl+Alt+S"
"""S as in selection; free on the same desktops. JetBrains' editors open their settings with it: the settings change
it."""

PANEL_HOTKEY = "Ctrl+Alt+Shift+Space"
"""That of a capture with Shift; free on the same desktops."""


def interface_languages() -> dict[str, str]:
    return {"": _("Same as the system")} | i18n.languages()


def spoken_languages() -> dict[str, str]:
    names = {code: _(name) for code, name in LANGUAGES.items()}
    return {"auto": _("Detect automatically")} | dict(sorted(names.items(), key=lambda item: i18n.sort_key(item[1])))


def in_tokens(number: float) -> str:
    return ngettext("{number} token", "{number} tokens", _whole(number))


def in_pixels(number: float) -> str:
    return ngettext("{number} pixel", "{number} pixels", _whole(number))


def in_layers(number: float) -> str:
    return ngettext("{number} layer", "{number} layers", _whole(number))


def in_threads(number: float) -> str:
    return ngettext("{number} thread", "{number} threads", _whole(number))


def in_seconds(number: float) -> str:
    return ngettext("{number} second", "{number} seconds", _whole(number))


def in_minutes(number: float) -> str:
    return ngettext("{number} minute", "{number} minutes", _whole(number))


def in_megabytes_per_second(_number: float) -> str:
    return _("{number} MB/s")


def in_gigabytes(_number: float) -> str:
    return _("{number} GB")


def in_percent(_number: float) -> str:
    return pgettext("percent", "{number}%")


def _whole(number: float) -> int:
    """The number by which a plural form is chosen: a fraction takes that of many."""
    return int(number) if number == int(number) else 2


def listed(text: str) -> tuple[str, ...]:
    """What stands between commas or in lines of its own."""
    return tuple(name for part in text.replace("\n", ",").split(",") if (name := part.strip()))


def different_lines(text: str) -> tuple[str, ...]:
    """Each once."""
    return tuple(dict.fromkeys(line for line in text.split("\n") if line))
