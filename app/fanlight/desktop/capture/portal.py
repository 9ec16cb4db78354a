"""Wayland: the Screenshot portal. The desktop lets the user choose what is captured; Fanlight receives nothing else.

The desktop writes the picture into a file, often among the user's own pictures: it is read and deleted at once.
Specification: org.freedesktop.portal.Screenshot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageReader

from fanlight.desktop import bus
from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.capture.pixels import CapturedImage
from fanlight.desktop.portal_request import NO_PORTAL, NoResponse, PortalRequest, Response, parent_window, plain
from fanlight.desktop.session import is_wayland
from fanlight.domain.desktop_errors import (
    CaptureBusy,
    CaptureDenied,
    CaptureEmpty,
    CaptureError,
    CaptureTimedOut,
    CaptureUnavailable,
)
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import N_, _, ngettext

log = logging.getLogger(__name__)

name = "portal"
needs = N_("xdg-desktop-portal with a backend for your desktop (xdg-desktop-portal-gnome, -kde, -wlr, ...).")

SCREENSHOT = "org.freedesktop.portal.Screenshot"
PROPERTIES = "org.freedesktop.DBus.Properties"
ANSWER_SECONDS = 15.0
"""Until the desktop answers at all."""
CHOOSE_SECONDS = 90.0
"""Until the user has chosen; the desktop reports nothing meanwhile."""
AREA = 4
"""A target of version 3: a part of the screen."""
MOST_BYTES = 200_000_000
FORMATS = (b"png", b"jpeg", b"webp", b"bmp", b"tiff")

OnPicked = Callable[[CapturedImage | CaptureError], None]


def is_available() -> bool:
    return is_wayland() and bool(bus.address())


class PortalCapture(QObject):
    """One choice at a time. Lives on the GUI thread; nothing is opened before the first choice."""

    problem = Signal(object)
    """A CaptureError in addition to a delivered capture: its file could not be deleted."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        choose_seconds: float = CHOOSE_SECONDS,
    ) -> None:
        super().__init__(parent)
        self._answer_seconds, self._choose_seconds = answer_seconds, choose_seconds
        self._bus: Bus | None = None
        self._request: PortalRequest | None = None
        self._on_picked: OnPicked | None = None

    @property
    def is_choosing(self) -> bool:
        return self._on_picked is not None

    def pick_region(self, on_picked: OnPicked) -> None:
        """Let the user choose; `on_picked` is called once, with the pixels or why there are none."""
        if self._on_picked is not None:
            on_picked(
                CaptureBusy(_("The desktop is already asking what to capture."), _("Choose there, or press Esc."))
            )
            return
        try:
            connection = self._connection()
        except BusError as error:
            why = _("The desktop cannot be asked for a capture: {reason}").format(reason=error)
            on_picked(CaptureUnavailable(why, _(needs)))
            return
        self._on_picked = on_picked
        connection.call(
            PORTAL, PORTAL_PATH, PROPERTIES, "GetAll", "s", (SCREENSHOT,), self._on_properties, self._answer_seconds
        )

    def cancel(self) -> None:
        """`on_picked` is not called; the desktop's dialog closes."""
        self._on_picked = None
        if self._request:
            self._request.drop()
            self._request = None

    def close(self) -> None:
        self.cancel()
        if self._bus:
            self._bus.close()
            self._bus = None

    def _connection(self) -> Bus:
        if self._bus is None or not self._bus.is_open:
            self._bus = Bus(bus.address(), parent=self)
        return self._bus

    def _on_properties(self, answer: Reply | BusError) -> None:
        """Request the screenshot, limited to an area where the portal offers that. A portal that fails to report its
        properties is asked all the same."""
        if self._on_picked is None or self._bus is None:
            return
        if isinstance(answer, BusError) and (answer.name in NO_PORTAL or not answer.name):
            self._finish(CaptureUnavailable(_("This desktop has no portal for screenshots."), _(needs)))
            return
        if isinstance(answer, BusError) and answer.name.endswith(".NoReply"):
            self._finish(CaptureTimedOut(_no_answer(self._answer_seconds)))
            return
        about = plain(answer.body[0]) if isinstance(answer, Reply) else {}
        options: dict[str, Any] = {"interactive": ("b", True), "modal": ("b", False)}
        if about.get("AvailableTargets", 0) & AREA:
            options["target"] = ("u", AREA)
        above = parent_window(QGuiApplication.focusWindow())
        self._request = PortalRequest(self._bus, self._on_response, self._answer_seconds, self._choose_seconds)
        self._request.ask(SCREENSHOT, "Screenshot", "sa{sv}", (above,), options)

    def _on_response(self, answer: Response | BusError | NoResponse) -> None:
        self._request = None
        match answer:
            case Response(code=0, results=results):
                self._finish(self._read_file(str(results.get("uri", ""))))
            case Response(code=1):
                self._finish(CaptureDenied(_("Nothing was chosen, or screenshots are not allowed."), _(_ALLOW)))
            case Response():
                self._finish(CaptureError(_("The desktop could not capture the screen.")))
            case NoResponse():
                self._finish(CaptureTimedOut(_("The desktop did not deliver a screenshot.")))
            case BusError() if answer.name in NO_PORTAL:
                self._finish(CaptureUnavailable(_("This desktop has no portal for screenshots."), _(needs)))
            case BusError():
                self._finish(
                    CaptureError(_("The desktop could not capture the screen: {reason}").format(reason=answer))
                )

    def _read_file(self, uri: str) -> CapturedImage | CaptureError:
        url = QUrl(uri)
        if not url.isLocalFile():
            return CaptureError(_("The desktop delivered no file with the screenshot."))
        path = Path(url.toLocalFile())
        try:
            image = read(path)
        except CaptureError as error:
            return error
        try:
            path.unlink()
        except OSError as error:
            log.warning("the portal's picture cannot be deleted: %s", error.strerror)
            self.problem.emit(
                CaptureError(
                    _("The desktop left the screenshot at {path}.").format(path=path), _("Delete it yourself.")
                )
            )
        return CapturedImage(image)

    def _finish(self, result: CapturedImage | CaptureError) -> None:
        on_picked, self._on_picked = self._on_picked, None
        if on_picked:
            on_picked(result)


def read(path: Path) -> QImage:
    """The file's pixels as Format_RGB32; the format is detected from the content, not from the name. Raises
    CaptureError; the file stays."""
    try:
        if not path.is_file():
            raise CaptureError(
                _("The desktop names {path} for the screenshot, but there is no such file.").format(path=path)
            )
        if path.stat().st_size > MOST_BYTES:
            raise CaptureError(_("The desktop's screenshot is too large."))
        data = QByteArray(path.read_bytes())
    except OSError as error:
        why = _("The desktop's screenshot cannot be read: {reason}.").format(reason=os_reason(error))
        raise CaptureError(why) from error
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()) not in FORMATS:
        raise CaptureError(_("The file that the desktop delivered is not a picture."))
    image = reader.read()
    if image.isNull():
        raise CaptureError(_("The desktop's screenshot is damaged."))
    if image.width() * image.height() == 0:
        raise CaptureEmpty(_("Nothing was chosen."))
    image.setDevicePixelRatio(1.0)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _no_answer(seconds: float) -> str:
    count = round(seconds)
    text = ngettext(
        "The desktop did not answer for {count} second.", "The desktop did not answer for {count} seconds.", count
    )
    return text.format(count=count)


_ALLOW = N_("Try again. If the desktop does not ask, allow screenshots for Fanlight in its privacy settings.")
