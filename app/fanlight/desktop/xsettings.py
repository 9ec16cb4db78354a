"""What a desktop on X11 tells programs by XSETTINGS, where it has no portal that says it (XFCE, MATE, LXDE, Cinnamon).

A manager owns the selection `_XSETTINGS_S0`; a property of its window holds all settings (XSETTINGS 0.5). Qt listens at
that window already, on the connection that is used here, so changes arrive by themselves.
"""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject, Signal

from fanlight.desktop import xcb
from fanlight.desktop.x11_events import X11EventFilter

log = logging.getLogger(__name__)

SELECTION, PROPERTY = "_XSETTINGS_S0", "_XSETTINGS_SETTINGS"
"""Of the first screen; no desktop has had a second one for long."""
_PROPERTY_NOTIFY = 28
_NUMBER, _TEXT, _COLOR = 0, 1, 2
_MOST = 1000
"""Settings; desktops have some fifty."""

XSettingValue = int | str | tuple[int, ...]


class XSettings(QObject):
    """`values` is empty where nobody manages any, and elsewhere than on X11."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, XSettingValue] = {}
        self._watch: _SettingsWatch | None = None
        if not xcb.is_x11():
            return
        try:
            self._connection = xcb.qt_connection()
        except OSError as error:
            log.info("no settings of the X server: %s", error)
            return
        self._watch = _SettingsWatch(self)
        self._watch.start()
        self.values = self._read()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    def read_again(self) -> None:
        if (values := self._read()) != self.values:
            self.values = values
            self.changed.emit()

    def _read(self) -> dict[str, XSettingValue]:
        window = self._connection.selection_owner(SELECTION)
        if not window:
            return {}
        ((data,),) = self._connection.properties([window], PROPERTY)
        return settings_of(data)


class _SettingsWatch(X11EventFilter):
    """Layout: X11 protocol, appendix B."""

    code = _PROPERTY_NOTIFY

    def __init__(self, settings: XSettings) -> None:
        super().__init__()
        self._settings = settings
        (self._property,) = xcb.qt_connection().atoms(PROPERTY)

    def on_event(self, data: bytes) -> None:
        if struct.unpack_from("=I", data, 8)[0] == self._property:
            self._settings.read_again()


def settings_of(data: bytes) -> dict[str, XSettingValue]:
    """By name; what cannot be read, and all after it, is missing."""
    found: dict[str, XSettingValue] = {}
    try:
        found.update(_settings(data))  # keeps what came before an error
    except (struct.error, ValueError) as error:
        log.info("the settings of the X server cannot be read: %s", error)
    return found


def _settings(data: bytes) -> Iterator[tuple[str, XSettingValue]]:
    """Raises struct.error, ValueError."""
    if not data:
        return
    order = "<>"[data[0] != 0]
    (count,) = struct.unpack_from(f"{order}I", data, 8)
    at = 12
    for _index in range(min(count, _MOST)):
        kind, length = struct.unpack_from(f"{order}BxH", data, at)
        name, at = _text(data, at + 4, length)
        at += 4  # the serial number of the last change
        if kind == _NUMBER:
            yield name, struct.unpack_from(f"{order}i", data, at)[0]
            at += 4
        elif kind == _TEXT:
            (length,) = struct.unpack_from(f"{order}I", data, at)
            text, at = _text(data, at + 4, length)
            yield name, text
        elif kind == _COLOR:
            yield name, struct.unpack_from(f"{order}4H", data, at)
            at += 8
        else:
            raise ValueError(f"{name} is of kind {kind}")


def _text(data: bytes, start: int, length: int) -> tuple[str, int]:
    """And the place after it, which is a multiple of four. Raises ValueError."""
    if start + length > len(data):
        raise ValueError("a text ends beyond the settings")
    return data[start : start + length].decode("utf-8", "replace"), start + (length + 3) // 4 * 4


def is_high_contrast(values: Mapping[str, XSettingValue]) -> bool:
    """By the theme's name, which is how these desktops have more contrast."""
    theme = values.get("Net/ThemeName")
    return isinstance(theme, str) and re.match(r"high-?contrast|contrast-?high", theme, re.IGNORECASE) is not None


def accent_of(values: Mapping[str, XSettingValue]) -> str:
    """#rrggbb; "" where the desktop has no color of its own for what is selected."""
    scheme = values.get("Gtk/ColorScheme")
    if not isinstance(scheme, str):
        return ""
    found = re.search(r"\bselected_bg_color\s*:\s*#([0-9a-fA-F]+)", scheme)
    digits = found[1].lower() if found else ""
    if len(digits) not in (3, 6, 12):
        return ""
    width = len(digits) // 3
    return "#" + "".join((digits[i : i + width] * 2)[:2] for i in range(0, len(digits), width))
