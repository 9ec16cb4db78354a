"""How the desktop wants programs to look: its accent color, more contrast, larger text, less motion.

The portal's `org.freedesktop.portal.Settings`, which GNOME, KDE and others have; where a key of the portal's own is
missing, that of the desktop which passes its settings on there. Several desktops may be installed, and the portal of
each tells what was chosen there at last: so GNOME's own keys count where KDE does not run, and KDE's where it does.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply

log = logging.getLogger(__name__)

SETTINGS = "org.freedesktop.portal.Settings"
APPEARANCE = "org.freedesktop.appearance"
_GNOME, _GNOME_AIDS = "org.gnome.desktop.interface", "org.gnome.desktop.a11y.interface"
_KDE = "org.kde.kdeglobals.KDE"
NAMESPACES = (APPEARANCE, _GNOME, _GNOME_AIDS, _KDE)
_SMALLEST, _LARGEST = 0.5, 3.0
_NOBODY = ("ServiceUnknown", "NameHasNoOwner", "UnknownInterface", "UnknownMethod", "UnknownObject")
"""Errors that say that there is no such portal; others may be those of a portal that is still starting."""

Values = Mapping[tuple[str, str], object]
"""By namespace and key."""


@dataclass(frozen=True, slots=True)
class DesktopLooks:
    """`accent`: #rrggbb; "" where the desktop has none. `text_scale`: the user's, beside that of the screen."""

    accent: str = ""
    more_contrast: bool = False
    text_scale: float = 1.0
    less_motion: bool = False


class LooksReader(QObject):
    """`looks` is what is known by now."""

    changed = Signal()
    """Also when they are known for the first time, if only that the desktop does not say."""

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.looks = DesktopLooks()
        self._bus = bus
        self._values: dict[tuple[str, str], object] = {}
        bus.listen(PORTAL_PATH, SETTINGS, "SettingChanged", self._on_changed)
        bus.call(PORTAL, PORTAL_PATH, SETTINGS, "ReadAll", "as", (list(NAMESPACES),), self._on_read)

    def _on_read(self, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            log.info("the desktop does not say how programs should look: %s", answer)
            if answer.name.rpartition(".")[2] in _NOBODY:
                self.changed.emit()
            return
        for namespace, values in _dictionary(answer.body[:1]).items():
            self._values.update({(str(namespace), str(key)): _plain(value) for key, value in _items(values)})
        self.looks = self._read_looks()
        self.changed.emit()

    def _on_changed(self, signal: BusSignal) -> None:
        if len(signal.body) == 3 and signal.body[0] in NAMESPACES:
            self._values[str(signal.body[0]), str(signal.body[1])] = _plain(signal.body[2])
            if (looks := self._read_looks()) != self.looks:
                self.looks = looks
                self.changed.emit()

    def _read_looks(self) -> DesktopLooks:
        return looks_of(self._values, os.environ.get("XDG_CURRENT_DESKTOP", ""))


def looks_of(values: Values, current_desktop: str = "") -> DesktopLooks:
    """Values of another kind than the portal's specification says count as missing. `current_desktop`: names between
    colons, as XDG_CURRENT_DESKTOP has them."""
    is_kde = "KDE" in current_desktop.split(":")
    others = (_GNOME, _GNOME_AIDS) if is_kde else (_KDE,)
    values = {key: value for key, value in values.items() if key[0] not in others}
    return DesktopLooks(
        _accent(values.get((APPEARANCE, "accent-color"))),
        values.get((APPEARANCE, "contrast")) == 1 or values.get((_GNOME_AIDS, "high-contrast")) is True,
        _scale(values.get((_GNOME, "text-scaling-factor"))),
        values.get((APPEARANCE, "reduced-motion")) == 1
        or values.get((_GNOME, "enable-animations")) is False
        or values.get((_KDE, "AnimationDurationFactor")) in ("0", 0),
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


def _plain(value: Any) -> object:
    """A variant's content: jeepney gives it with its signature. Some portals wrap it twice."""
    while isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        value = value[1]
    return value


def _dictionary(body: tuple[Any, ...]) -> Mapping[object, object]:
    return body[0] if body and isinstance(body[0], dict) else {}


def _items(values: object) -> list[tuple[object, object]]:
    return list(values.items()) if isinstance(values, dict) else []
