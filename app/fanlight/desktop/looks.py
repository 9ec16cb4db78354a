"""How the desktop wants programs to look: its accent color, more contrast, larger text, less motion.

The portal's `org.freedesktop.portal.Settings`, which GNOME, KDE and others have; where a key of the portal's own is
missing, that of the desktop which passes its settings on there. Several desktops may be installed, and the portal of
each tells what was chosen there at last: so GNOME's own keys count where KDE does not run, and KDE's where it does. On
X11 the desktop's XSETTINGS are asked as well: desktops without such a portal have nothing else, and those that borrow
another's portal say there what they mean themselves.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.xsettings import XSettings, XSettingValue, accent_of, is_high_contrast

log = logging.getLogger(__name__)

SETTINGS = "org.freedesktop.portal.Settings"
APPEARANCE = "org.freedesktop.appearance"
_GNOME, _GNOME_AIDS = "org.gnome.desktop.interface", "org.gnome.desktop.a11y.interface"
_KDE, _KDE_GENERAL = "org.kde.kdeglobals.KDE", "org.kde.kdeglobals.General"
NAMESPACES = (APPEARANCE, _GNOME, _GNOME_AIDS, _KDE, _KDE_GENERAL)
_SMALLEST, _LARGEST = 0.5, 3.0
_USUAL_POINTS = (9.0, 11.0)
"""Of the fonts that desktops come with: texts are neither smaller nor larger for these."""
_NOBODY = ("ServiceUnknown", "NameHasNoOwner", "UnknownInterface", "UnknownMethod", "UnknownObject")
"""Errors that say that there is no such portal; others may be those of a portal that is still starting."""

Values = Mapping[tuple[str, str], object]
"""By namespace and key."""


@dataclass(frozen=True, slots=True)
class DesktopLooks:
    """`accent`: #rrggbb; "" where the desktop has none. `text_scale`: the user's, beside that of the screen.
    `font_scale`: by the size of the font that was chosen for programs, beside both."""

    accent: str = ""
    more_contrast: bool = False
    text_scale: float = 1.0
    less_motion: bool = False
    font_scale: float = 1.0


class LooksReader(QObject):
    """`looks` is what is known by now."""

    changed = Signal()
    """Also when they are known for the first time, if only that the desktop does not say."""

    def __init__(self, bus: Bus | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[tuple[str, str], object] = {}
        self._xsettings = XSettings(self)
        self._xsettings.changed.connect(self._on_more_known)
        self.looks = self._read_looks()
        if bus is None:
            QTimer.singleShot(0, self, self.changed.emit)
            return
        bus.listen(PORTAL_PATH, SETTINGS, "SettingChanged", self._on_changed)
        bus.call(PORTAL, PORTAL_PATH, SETTINGS, "ReadAll", "as", (list(NAMESPACES),), self._on_read)

    def close(self) -> None:
        self._xsettings.close()

    def _on_read(self, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            log.info("the desktop does not say how programs should look: %s", answer)
            if answer.name.rpartition(".")[2] in _NOBODY or self._xsettings.values:
                self.changed.emit()
            return
        for namespace, values in _dictionary(answer.body[:1]).items():
            self._values.update({(str(namespace), str(key)): _plain(value) for key, value in _items(values)})
        self.looks = self._read_looks()
        self.changed.emit()

    def _on_changed(self, signal: BusSignal) -> None:
        if len(signal.body) == 3 and signal.body[0] in NAMESPACES:
            self._values[str(signal.body[0]), str(signal.body[1])] = _plain(signal.body[2])
            self._on_more_known()

    def _on_more_known(self) -> None:
        if (looks := self._read_looks()) != self.looks:
            self.looks = looks
            self.changed.emit()

    def _read_looks(self) -> DesktopLooks:
        return looks_of(self._values, os.environ.get("XDG_CURRENT_DESKTOP", ""), self._xsettings.values)


def looks_of(
    values: Values, current_desktop: str = "", xsettings: Mapping[str, XSettingValue] | None = None
) -> DesktopLooks:
    """Values of another kind than the portal's specification says count as missing. `current_desktop`: names between
    colons, as XDG_CURRENT_DESKTOP has them."""
    xsettings = xsettings or {}
    is_kde = "KDE" in current_desktop.split(":")
    others = (_GNOME, _GNOME_AIDS) if is_kde else (_KDE, _KDE_GENERAL)
    values = {key: value for key, value in values.items() if key[0] not in others}
    return DesktopLooks(
        _accent(values.get((APPEARANCE, "accent-color"))) or accent_of(xsettings),
        values.get((APPEARANCE, "contrast")) == 1
        or values.get((_GNOME_AIDS, "high-contrast")) is True
        or is_high_contrast(xsettings),
        _scale(values.get((_GNOME, "text-scaling-factor"))),
        values.get((APPEARANCE, "reduced-motion")) == 1
        or values.get((_GNOME, "enable-animations")) is False
        or values.get((_KDE, "AnimationDurationFactor")) in ("0", 0)
        or xsettings.get("Gtk/EnableAnimations") == 0,
        _font_scale(
            _points(xsettings.get("Gtk/FontName"))
            or _points(values.get((_GNOME, "font-name")))
            or _kde_points(values.get((_KDE_GENERAL, "font")))
        ),
    )


def _accent(value: object) -> str:
    """Red, green and blue from 0 to 1; a number outside says that there is none."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        return ""
    if not all(isinstance(part, int | float) and 0 <= part <= 1 for part in value):
        return ""
    return "#" + "".join(f"{round(255 * part):02x}" for part in value)


def _scale(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _SMALLEST <= value <= _LARGEST:
        return 1.0
    return float(value)


def _points(font: object) -> float:
    """Of a font as GTK has it: "Noto Sans Bold 11", or "Noto Sans 15px"; 0 where it does not say."""
    found = re.search(r"\b(\d+(?:\.\d+)?)(px)?\s*$", font) if isinstance(font, str) else None
    return float(found[1]) * (0.75 if found[2] else 1) if found else 0.0


def _kde_points(font: object) -> float:
    """Of a font as Qt writes it: its name, points, and pixels, one of which is -1."""
    parts = font.split(",") if isinstance(font, str) else []
    sizes = [float(part) if re.fullmatch(r"\d+(\.\d+)?", part) else 0.0 for part in parts[1:3]]
    return (sizes[0] or 0.75 * sizes[1]) if len(sizes) == 2 else 0.0


def _font_scale(points: float) -> float:
    smallest, largest = _USUAL_POINTS
    return _scale(points / min(max(points, smallest), largest)) if points else 1.0


def _plain(value: Any) -> object:
    """A variant's content: jeepney gives it with its signature. Some portals wrap it twice."""
    while isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        value = value[1]
    return value


def _dictionary(body: tuple[Any, ...]) -> Mapping[object, object]:
    return body[0] if body and isinstance(body[0], dict) else {}


def _items(values: object) -> list[tuple[object, object]]:
    return list(values.items()) if isinstance(values, dict) else []
