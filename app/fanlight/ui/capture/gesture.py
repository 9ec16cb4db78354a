"""The gesture: a key, a tray's menu or a command, then a frozen screen, a rectangle, and the panel beside it.

One thing at a time: a press that comes at any other moment does nothing, and every way out leaves no window over the
screen and no key held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from fanlight.core.capture.captures import Capture, CaptureHistory
from fanlight.core.capture.questions import text_helps
from fanlight.core.capture.quick_actions import NONE
from fanlight.core.remote_commands import ShotRequest
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import Box, CaptureBackend, CapturedImage
from fanlight.desktop.capture.taking import ScreenCapture, ScreenGrabber
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.domain.errors import ActionsError, CaptureError, CaptureUnavailable, FanlightError
from fanlight.ui.capture.countdown import Countdown
from fanlight.ui.capture.notice import CaptureNotice
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.panel.panel import PanelDeps, QuickPanel

NOTICE_SECONDS = 8.0
PREPARE_MS = 60
"""Loading the text reader takes Python's lock for a good part of a second: not before the frozen screen is painted."""

Doing = Literal["nothing", "waiting", "taking", "choosing", "picking", "closed"]
PickRegion = Callable[[Callable[[QImage | CaptureError], None]], None]


class CaptureController(QObject):
    """At most one overlay; panels that are not pinned give way to the next capture."""

    continued = Signal(object, str)
    """A QuickPanel whose conversation goes on in the window, and a question to ask there, or ""."""
    window_wanted = Signal()
    problem = Signal(object)
    opened = Signal(object)
    """A QuickPanel that is about to be shown."""

    def __init__(
        self, means: PanelDeps, backend: CaptureBackend | None, pick_region: PickRegion | None = None,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """`backend` pictures the screens; where there is none (Wayland) `pick_region` lets the desktop choose."""
        super().__init__(parent)
        self._means, self._pick = means, pick_region
        self.captures = CaptureHistory(self)
        self.doing: Doing = "nothing"
        self.panels: list[QuickPanel] = []
        self._request = ShotRequest()
        self._last: Box | None = None
        self._taking = ScreenGrabber(backend, self) if backend is not None else None
        self._until_up = KeyReleaseGuard(self)
        self._prepare = Timeout(self, self._prepare_texts, PREPARE_MS)
        self._overlays: Overlays | None = None
        self._countdown: Countdown | None = None
        self._notice: CaptureNotice | None = None

    def warm(self) -> None:
        """What the first press and the first panel would wait for; when the window is painted and nothing else is to
        do."""
        if self._taking is not None:
            self._taking.prepare()
            self._ready()
        QuickPanel(Capture(CapturedImage(QImage(1, 1, QImage.Format.Format_RGB32))), self._means).forget()

    # How it begins.

    def shoot(self) -> None:
        """The key was pressed. While it waits for its seconds: now. While the screen is frozen: nothing."""
        if self._countdown is not None and self._countdown.runs:
            self._countdown.stop()
            self._take()
        else:
            self.shot(ShotRequest())

    def shot(self, request: ShotRequest) -> None:
        """The same by command; a region needs no overlay. The default action where none is named."""
        if self.doing != "nothing":
            return
        try:
            self._means.actions.check(request.action)
        except ActionsError as error:
            self.problem.emit(error)
            return
        self._request = request
        self._after(request.delay_seconds)

    def again(self) -> None:
        """The rectangle of the last capture, without an overlay; without any, choose one."""
        last = self._last
        self.shot(ShotRequest(region=tuple(last) if last else None))  # type: ignore[arg-type]

    def reopen(self, number: int) -> None:
        """A capture of this run, with a panel of its own."""
        capture = self.captures.find(number)
        if capture is not None and self.doing == "nothing":
            self._show(capture, NONE)

    def close(self) -> None:
        """Nothing on the screen, nothing held, nothing in memory."""
        self._leave("closed")
        for panel in tuple(self.panels):
            panel.forget()
        self._until_up.release_keyboard()
        if self._notice is not None:
            self._notice.hide()
        self.captures.clear()

    # From there to a rectangle.

    def _after(self, seconds: float) -> None:
        if seconds <= 0:
            self._take()
            return
        self.doing = "waiting"
        if self._countdown is None:
            self._countdown = Countdown()
            self._countdown.over.connect(self._take)
        self._countdown.start(seconds)

    def _take(self) -> None:
        if self._notice is not None:
            self._notice.hide()
        if self._taking is not None:
            self.doing = "taking"
            self._taking.start_grab(self._taken)
        elif self._pick is not None:
            self.doing = "picking"
            if self._countdown is not None:
                self._countdown.stop()
            self._prepare.start()
            self._pick(self._picked)
        else:
            self._fail(CaptureUnavailable("This desktop offers no way to picture the screen."))

    def _taken(self, shot: ScreenCapture | CaptureError) -> None:
        if self.doing != "taking":
            return
        if self._countdown is not None:
            self._countdown.stop()
        if isinstance(shot, CaptureError):
            self._fail(shot)
        elif self._request.region is not None:
            try:
                self._chosen(Capture.of_region(shot.frames, Box(*self._request.region)))
            except CaptureError as error:
                self._fail(error)
        else:
            self.doing = "choosing"
            self._ready().open(shot.frames, shot.windows)
            if self.doing == "choosing":
                self._prepare.start()

    def _prepare_texts(self) -> None:
        """While the hand draws the rectangle, what reads the text in it is loaded, where that will be wanted."""
        means = self._means
        action = means.actions.find(self._action)
        tells = action is not None and not action.asks
        if means.texts is not None and (tells or text_helps(means.host, means.settings_store)):
            means.texts.prepare()

    def _ready(self) -> Overlays:
        if self._overlays is None:
            self._overlays = overlays = Overlays(self, self._until_up)
            overlays.captured.connect(self._chosen)
            overlays.dismissed.connect(self._leave)
            overlays.failed.connect(self._fail)
            overlays.repeat_wanted.connect(self._again_from_overlay)
            overlays.delay_wanted.connect(self._later)
        return self._overlays

    def _later(self, seconds: int) -> None:
        self._leave()
        self._after(seconds)

    def _again_from_overlay(self) -> None:
        self._leave()
        self.again()

    def _chosen(self, capture: Capture) -> None:
        assert capture.place is not None
        self._last = capture.place.desktop
        self._finish(capture)

    def _picked(self, result: QImage | CaptureError) -> None:
        if self.doing != "picking":
            return
        if isinstance(result, CaptureError):
            self._fail(result)
        else:
            self._finish(Capture(CapturedImage(result)))

    def _finish(self, capture: Capture) -> None:
        """The new panel first, for the model begins with it; then the windows that were put away, then the old ones
        go."""
        old = [panel for panel in self.panels if not panel.pinned]
        self.captures.add(capture)
        self._show(capture, self._action)
        self._leave()
        for panel in old:
            panel.give_way()

    @property
    def _action(self) -> str:
        """What the panel begins with."""
        return self._request.action or self._means.settings_store.now.shot_default_action

    def _leave(self, to: Doing = "nothing") -> None:
        """Whatever was going on is over."""
        self.doing = to
        self._prepare.cancel()
        if self._countdown is not None:
            self._countdown.stop()
        if self._overlays is not None:
            self._overlays.close()
        if self._taking is not None:
            self._taking.restore_own_windows()

    def _fail(self, error: FanlightError) -> None:
        """Said where the user looks: the window, which hears of it as well, may be hidden."""
        self._leave()
        self.problem.emit(error)
        focus = QGuiApplication.focusWindow()
        if focus is None or not focus.isVisible():
            self._notice = self._notice or CaptureNotice()
            self._notice.say(error.text, NOTICE_SECONDS)

    # Panels.

    def _show(self, capture: Capture, action: str) -> None:
        for other in self.panels:  # one panel has the keys: the newest
            other.keys.let_go()
        panel = QuickPanel(capture, self._means)
        panel.closed.connect(self._panel_closed)
        panel.leaves_for_window.connect(lambda panel: self.continued.emit(panel, ""))
        panel.asks_in_window.connect(self.continued)
        panel.region_again.connect(self._region_again)
        panel.window_wanted.connect(self.window_wanted)
        panel.ended_by_key.connect(self._until_up.hold_keyboard)
        self.panels.append(panel)
        self.opened.emit(panel)
        panel.open(self._means.actions.find(action))

    def _panel_closed(self, panel: QuickPanel, forgotten: bool) -> None:
        if panel in self.panels:
            self.panels.remove(panel)
        if forgotten:
            self.captures.discard(panel.capture.number)

    def _region_again(self, panel: QuickPanel) -> None:
        if panel.capture.place is not None:
            self._last = panel.capture.place.desktop
            self.again()
