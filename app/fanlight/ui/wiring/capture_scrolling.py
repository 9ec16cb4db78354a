"""Scrolling captures, with their windows, and the keys that end them from every program."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QGuiApplication

from fanlight.core.capture.captures import CapturePlace
from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.scrolling import ScrollingCapture, ScrollingView
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CaptureBackend, CapturedImage
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import CaptureEmpty, HotkeyError
from fanlight.i18n import _
from fanlight.ui.capture.scrolling_bar import BESIDE, ScrollingBar, ScrollingFrame, bar_corner, lowest_corner

log = logging.getLogger(__name__)

DONE, CANCEL = "scrolling_done", "scrolling_cancel"
_KEYS = {DONE: "Return", CANCEL: "Escape"}


class CaptureScrolling(QObject):
    """`bar` and `frame` are made when they are needed."""

    def __init__(
        self,
        controller: CaptureController,
        hotkeys: Hotkeys,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._hotkeys = controller, hotkeys
        self.bar = ScrollingBar()
        self.frame = ScrollingFrame()
        self.bar.done.connect(self._finish)
        self.bar.cancelled.connect(controller.stop_scrolling)
        hotkeys.key_pressed.connect(self._on_key)
        controller.scrolling_ended.connect(self._end)

    def begin(self, scrolling: ScrollingCapture) -> None:
        region = QRect(*scrolling.place.rect)
        self.frame.show_around(region)
        screens = _screens(scrolling.place)
        corner = bar_corner(region, self.bar.fitted(small=False), screens)
        if corner is None:
            corner = bar_corner(region, self.bar.fitted(small=True), screens)
        keys = self._hold_keys()
        if corner is None:
            corner = lowest_corner(self.bar.size(), screens[0])
        self.bar.show_at(corner, keys=keys, is_cut=scrolling.is_cut)
        scrolling.changed.connect(self._show)

    def close(self) -> None:
        self._end()
        for window in (self.bar, self.frame):
            window.close()
            window.deleteLater()

    def _show(self, view: ScrollingView) -> None:
        self.bar.show_view(view)

    def _finish(self) -> None:
        if (scrolling := self._controller.scrolling) is not None:
            scrolling.finish()

    def _end(self) -> None:
        for name in _KEYS:
            if self._hotkeys.is_bound(name):
                self._hotkeys.unbind(name)
        self.bar.put_away()
        self.frame.hide()

    def _hold_keys(self) -> bool:
        if not self._hotkeys.lends_keys:
            return False
        try:
            for name, key in _KEYS.items():
                self._hotkeys.bind(name, key, lent=True)
        except HotkeyError as error:
            log.info("the keys of a scrolling capture are not bound: %s", error)
            return False
        return True

    def _on_key(self, name: str) -> None:
        if name == DONE:
            self._finish()
        elif name == CANCEL:
            self._controller.stop_scrolling()


def make_scrolling(
    place: CapturePlace, backend: CaptureBackend, file_worker: FileWorker, parent: QObject
) -> ScrollingCapture:
    """Where no screen has room for the bar, the lowest part is left to it."""
    region = QRect(*place.rect)
    screens = _screens(place)
    bar = ScrollingBar()
    size = bar.fitted(small=True)
    bar.deleteLater()
    is_cut = bar_corner(region, size, screens) is None
    used = _without_lowest(place, size.height() + BESIDE) if is_cut else place

    def grab() -> CapturedImage:
        if (locked := screen_lock()) is not None:
            raise locked
        for frame in backend.grab_screens():
            if frame.screen_name == used.screen_name and frame.is_on_screen():
                origin = frame.screen.desktop
                if used.device.moved(origin.left, origin.top) == used.desktop:
                    return CapturedImage(frame.crop(used.device))
        raise CaptureEmpty(_("The screens have changed."), _("Capture again."))

    return ScrollingCapture(used, grab, file_worker, parent, is_cut=is_cut)


def _without_lowest(place: CapturePlace, rows: int) -> CapturePlace:
    """`rows` are logical pixels, down to the end of the screen's free part."""
    screen = next((one for one in QGuiApplication.screens() if one.name() == place.screen_name), None)
    if screen is None:
        return place
    free = screen.availableGeometry()
    scale = place.device.height / place.rect.height
    high = max(rows, free.bottom() + 1 - rows - place.rect.top)
    cut = round(high * scale)
    return replace(
        place,
        rect=place.rect._replace(height=high),
        device=place.device._replace(height=cut),
        desktop=place.desktop._replace(height=cut),
    )


def _screens(place: CapturePlace) -> Sequence[QRect]:
    """That of the region first."""
    screens = sorted(QGuiApplication.screens(), key=lambda screen: screen.name() != place.screen_name)
    return [screen.availableGeometry() for screen in screens]
