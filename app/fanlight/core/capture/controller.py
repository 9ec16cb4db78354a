"""A capture, from a key, the tray or a command to a frozen screen, a rectangle, and the session about it.

One thing at a time: a press that comes at any other moment does nothing, and every way out leaves no window over the
screen and no key held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from fanlight.core.capture.captures import Capture, CaptureHistory, CapturePlace
from fanlight.core.capture.countdown import Countdown
from fanlight.core.capture.scrolling import ScrollingCapture
from fanlight.core.capture.session import CaptureSession
from fanlight.core.hotkey_bindings import CAPTURE_KEY
from fanlight.core.panel.quick_actions import NONE, QuickActions
from fanlight.core.remote_commands import CaptureRequest
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import Box, CapturedImage, ScreenImage, WindowBox
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.desktop.capture.taking import ScreenCapture, ScreenGrabber
from fanlight.domain.actions import Action
from fanlight.domain.desktop_errors import CaptureError, CaptureUnavailable
from fanlight.domain.errors import ActionsError, FanlightError
from fanlight.domain.found_items import FoundItem
from fanlight.i18n import _

PREPARE_MS = 60
"""Loading the text reader takes Python's lock for a good part of a second: not before the frozen screen is painted."""

PickRegion = Callable[[Callable[[CapturedImage | CaptureError], None]], None]


class CaptureState(StrEnum):
    IDLE = "idle"
    COUNTING_DOWN = "countdown"
    GRABBING = "grabbing"
    CHOOSING = "choosing"
    """On the overlay."""
    SCROLLING = "scrolling"
    """The user scrolls another program's window."""
    PICKING = "picking"
    """With the desktop's own dialog."""
    CLOSED = "closed"


class OverlayPort(Protocol):
    """Frozen screens on which the user chooses a rectangle (ui.capture.overlay.Overlays)."""

    @property
    def captured(self) -> SignalInstance: ...
    @property
    def dismissed(self) -> SignalInstance: ...
    @property
    def repeat_wanted(self) -> SignalInstance: ...
    @property
    def delay_wanted(self) -> SignalInstance: ...
    @property
    def scroll_wanted(self) -> SignalInstance: ...
    @property
    def failed(self) -> SignalInstance: ...
    @property
    def text_wanted(self) -> SignalInstance: ...
    @property
    def item_wanted(self) -> SignalInstance: ...

    def open(self, frames: Sequence[ScreenImage], windows: Sequence[WindowBox]) -> None: ...

    def close(self) -> None: ...


class CaptureController(QObject):
    """`state`; `sessions`, those with a panel, newest last; `history`, the captures of this run; `countdown`."""

    started = Signal()
    """The screens are about to be grabbed, or a capture of this run is opened again."""
    session_opened = Signal(object)
    """A CaptureSession: show its panel. It begins when all slots have returned."""
    scrolling_started = Signal(object)
    """A ScrollingCapture that has begun."""
    scrolling_ended = Signal()
    move_wanted = Signal(object, str)
    """A CaptureSession whose conversation goes on in the window, and a question to ask there, or ""."""
    redaction_wanted = Signal(object)
    """A CaptureSession whose capture is to be drawn on: then `replace_picture`."""
    failed = Signal(object)
    """A FanlightError: why there is no capture."""
    text_wanted = Signal(str)
    """Text on the frozen screen, to be copied: there is no capture."""
    item_wanted = Signal(object)
    """A FoundItem there, to be opened or copied."""

    def __init__(
        self,
        actions: QuickActions,
        settings_store: SettingsStore,
        make_session: Callable[[Capture], CaptureSession],
        make_overlay: Callable[[], OverlayPort],
        grabber: ScreenGrabber | None,
        pick_region: PickRegion | None = None,
        prepare_text: Callable[[Action | None], None] = lambda _action: None,
        parent: QObject | None = None,
        make_scrolling: Callable[[CapturePlace], ScrollingCapture] | None = None,
    ) -> None:
        """`grabber` pictures the screens; where there is none (Wayland) `pick_region` lets the desktop ask the user.
        `prepare_text` is called ahead of a question by that action, to load the text reader."""
        super().__init__(parent)
        self._actions, self._settings_store = actions, settings_store
        self._make_session, self._make_overlay = make_session, make_overlay
        self._grabber, self._pick_region = grabber, pick_region
        self.state = CaptureState.IDLE
        self.sessions: list[CaptureSession] = []
        self.history = CaptureHistory(self)
        self.countdown = Countdown(self)
        self.countdown.finished.connect(self._grab)
        self._request = CaptureRequest()
        self._last: Box | None = None
        self._overlay: OverlayPort | None = None
        self._make_scrolling = make_scrolling
        self.scrolling: ScrollingCapture | None = None
        self._prepare = Timeout(self, lambda: prepare_text(self._actions.find(self._action)), PREPARE_MS)

    def prepare(self) -> None:
        """Do in advance what the first press would have to wait for."""
        if self._grabber is not None:
            self._grabber.prepare()
            self._ready_overlay()

    # How it begins.

    def on_hotkey(self, name: str) -> None:
        """A key of Hotkeys was pressed."""
        if name == CAPTURE_KEY:
            self.press_key()

    def press_key(self) -> None:
        """The capture key, or the tray. During a countdown: capture now. While the user scrolls: that is all. While the
        screen is frozen: nothing."""
        if self.countdown.is_running:
            self.countdown.stop()
            self._grab()
        else:
            self.start_capture(CaptureRequest())

    def start_capture(self, request: CaptureRequest) -> None:
        """With a region no overlay is needed; without an action the default one is run. While the user scrolls, this
        ends it: where no key can be bound, a key of the desktop runs the command."""
        if self.scrolling is not None:
            self.scrolling.finish()
            return
        if self.state is not CaptureState.IDLE:
            return
        try:
            self._actions.check(request.action)
        except ActionsError as error:
            self.failed.emit(error)
            return
        self._request = request
        if request.delay_seconds > 0:
            self._start_countdown(request.delay_seconds)
        else:
            self._grab()

    def repeat(self) -> None:
        """The rectangle of the last capture, without an overlay; without any, choose one."""
        last = self._last
        self.start_capture(CaptureRequest(region=tuple(last) if last else None))  # type: ignore[arg-type]

    def reopen(self, number: int) -> None:
        """A capture of this run, with a new panel."""
        capture = self.history.find(number)
        if capture is not None and self.state is CaptureState.IDLE:
            self.started.emit()
            self.open_session(capture, NONE)

    def close(self) -> None:
        """End all: no window on the screen, no key held, no capture in memory."""
        self._end_capture(CaptureState.CLOSED)
        for session in tuple(self.sessions):
            session.forget()
        self.history.clear()

    # From there to a rectangle.

    def _start_countdown(self, seconds: float) -> None:
        self.state = CaptureState.COUNTING_DOWN
        self.countdown.start(seconds)

    def _grab(self) -> None:
        self.started.emit()
        if self._grabber is not None:
            self.state = CaptureState.GRABBING
            self._grabber.start_grab(self._on_grabbed)
        elif (locked := screen_lock()) is not None:
            self._fail(locked)
        elif self._pick_region is not None:
            self.state = CaptureState.PICKING
            self.countdown.stop()
            self._prepare.start()
            self._pick_region(self._on_picked)
        else:
            self._fail(CaptureUnavailable(_("This desktop offers no way to capture the screen.")))

    def _on_grabbed(self, grabbed: ScreenCapture | CaptureError) -> None:
        if self.state is not CaptureState.GRABBING:
            return
        self.countdown.stop()
        if isinstance(grabbed, CaptureError):
            self._fail(grabbed)
        elif self._request.region is not None:
            try:
                self._on_captured(Capture.of_region(grabbed.frames, Box(*self._request.region)))
            except CaptureError as error:
                self._fail(error)
        else:
            self.state = CaptureState.CHOOSING
            self._ready_overlay().open(grabbed.frames, grabbed.windows)
            if self.state is CaptureState.CHOOSING:
                self._prepare.start()

    def _ready_overlay(self) -> OverlayPort:
        if self._overlay is None:
            self._overlay = overlay = self._make_overlay()
            overlay.captured.connect(self._on_captured)
            overlay.dismissed.connect(self._on_dismissed)
            overlay.failed.connect(self._fail)
            overlay.scroll_wanted.connect(self._on_scroll_wanted)
            overlay.repeat_wanted.connect(self._on_repeat_wanted)
            overlay.delay_wanted.connect(self._on_delay_wanted)
            overlay.text_wanted.connect(self._on_text_wanted)
            overlay.item_wanted.connect(self._on_item_wanted)
        return self._overlay

    def _on_scroll_wanted(self, place: CapturePlace) -> None:
        """Own windows stay away until it is over."""
        if self._make_scrolling is None:
            self._fail(CaptureUnavailable(_("This desktop offers no way to capture while you scroll.")))
            return
        self.state = CaptureState.SCROLLING
        self._prepare.cancel()
        self.scrolling = scrolling = self._make_scrolling(place)
        scrolling.finished.connect(lambda image: self._on_captured(Capture(image, place)))
        scrolling.failed.connect(self._fail)
        self.scrolling_started.emit(scrolling)

    def stop_scrolling(self) -> None:
        """Nothing is captured."""
        if self.scrolling is not None:
            self._end_capture()

    def _on_dismissed(self) -> None:
        self._end_capture()

    def _on_delay_wanted(self, seconds: int) -> None:
        self._end_capture()
        self._start_countdown(seconds)

    def _on_repeat_wanted(self) -> None:
        self._end_capture()
        self.repeat()

    def _on_text_wanted(self, text: str) -> None:
        self._end_capture()
        self.text_wanted.emit(text)

    def _on_item_wanted(self, item: FoundItem) -> None:
        self._end_capture()
        self.item_wanted.emit(item)

    def _on_picked(self, result: CapturedImage | CaptureError) -> None:
        if self.state is not CaptureState.PICKING:
            return
        if isinstance(result, CaptureError):
            self._fail(result)
        else:
            self._on_captured(Capture(result))

    def _on_captured(self, capture: Capture) -> None:
        """Open the new session first, so that its prefill starts at once; then show the windows that were hidden for
        the grab, then end the old sessions."""
        if capture.place is not None:
            self._last = capture.place.desktop
        old = [session for session in self.sessions if not session.pinned]
        self.history.add(capture)
        self.open_session(capture, self._action)
        self._end_capture(activate=self._settings_store.now.panel_keyboard == "never")
        for session in old:
            session.end_for_another()

    @property
    def _action(self) -> str:
        """The name of the quick action that is run first."""
        return self._request.action or self._settings_store.now.shot_default_action

    def _end_capture(self, state: CaptureState = CaptureState.IDLE, *, activate: bool = True) -> None:
        """`activate`: an own window that was hidden for the grab gets the keyboard back, if it had it."""
        self.state = state
        self._prepare.cancel()
        self.countdown.stop()
        if self.scrolling is not None:
            self.scrolling.stop()
            self.scrolling.deleteLater()
            self.scrolling = None
            self.scrolling_ended.emit()
        if self._overlay is not None:
            self._overlay.close()
        if self._grabber is not None:
            self._grabber.restore_own_windows(activate=activate)

    def _fail(self, error: FanlightError) -> None:
        self._end_capture()
        self.failed.emit(error)

    # Sessions.

    def open_session(self, capture: Capture, action: str) -> None:
        session = self._make_session(capture)
        session.closed.connect(lambda forgotten: self._on_session_closed(session, forgotten))
        session.move_wanted.connect(lambda question: self.move_wanted.emit(session, question))
        session.redaction_wanted.connect(lambda: self.redaction_wanted.emit(session))
        session.repeat_wanted.connect(lambda: self._repeat_of(session))
        self.sessions.append(session)
        session.compare_with(self.history.before(capture))
        session.start()
        self.session_opened.emit(session)
        session.begin(self._actions.find(action))

    def replace_picture(self, session: CaptureSession, capture: Capture, drawn: Capture) -> None:
        """A new session about the `drawn` one instead of that one, of whose `capture` nothing is left."""
        session.forget()
        self.history.discard(capture.number)
        self.history.add(drawn)
        self.open_session(drawn, NONE)

    def _on_session_closed(self, session: CaptureSession, forgotten: bool) -> None:
        if session in self.sessions:
            self.sessions.remove(session)
        if forgotten:
            self.history.discard(session.capture.number)

    def _repeat_of(self, session: CaptureSession) -> None:
        if session.capture.place is not None:
            self._last = session.capture.place.desktop
            self.repeat()
