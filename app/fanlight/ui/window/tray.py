"""The icon in the desktop's tray and its menu, which work while no window of Fanlight is on view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from fanlight.core.chat.model_host import Condition
from fanlight.desktop import login
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.i18n import _
from fanlight.ui.app_icon import app_icon
from fanlight.ui.plain_text import plain_caption, plain_tip

CAPTURES_SHOWN = 6
DICTATION_CHARACTERS = 60
"""Of each in the menu."""


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the menu shows."""

    trigger: str = ""
    """What to press for a capture, for the user; empty where no key is bound."""
    window_visible: bool = False
    is_scrolling: bool = False
    """A scrolling capture has begun, and the same item ends it."""
    captures: Sequence[tuple[str, QImage, int]] = ()
    """Of this run, newest first: title, thumbnail, number."""
    dictations: Sequence[str] = ()
    """Into other programs, newest first."""
    model: str = ""
    """Empty: none is chosen."""
    condition: Condition = "none"
    microphone_recording: bool = False
    microphone_ready: bool = False
    """Kept open between utterances."""
    hands_free: bool = False
    captions_on: bool = False
    captions_missing: str = ""
    """Why there are none, for people; empty where there can be."""


class Tray(QObject):
    """The menu is filled anew each time it is opened."""

    capture_requested = Signal()
    recent_capture_chosen = Signal(int)
    recent_dictation_chosen = Signal(int)
    """Its place in `TrayState.dictations`."""
    dictations_clear_requested = Signal()
    show_requested = Signal()
    hide_requested = Signal()
    hands_free_toggled = Signal()
    captions_toggled = Signal()
    memory_release_requested = Signal()
    start_at_login_toggled = Signal(bool)
    quit_requested = Signal()

    def __init__(self, read_state: Callable[[], TrayState], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_state = read_state
        self.menu = QMenu()
        self.destroyed.connect(self.menu.deleteLater)
        self.menu.aboutToShow.connect(self.fill)
        self.menu.aboutToHide.connect(lambda: hidden_windows.note(self.menu.windowHandle()))
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.icon.setToolTip("Fanlight")
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.fill()

    @staticmethod
    def available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        self.icon.show()

    def close(self) -> None:
        self.icon.hide()
        self.menu.clear()

    def fill(self) -> None:
        menu, state = self.menu, self._read_state()
        menu.clear()
        capture = _("Finish the Scrolling Capture") if state.is_scrolling else _("Capture the Screen")
        self._add(menu, f"{capture}\t{state.trigger}" if state.trigger else capture, self.capture_requested.emit)
        if state.window_visible:
            self._add(menu, _("Hide Window"), self.hide_requested.emit)
        else:
            self._add(menu, _("Show Window"), self.show_requested.emit)
        self._add_captures(menu, state.captures)
        self._add_dictations(menu, state.dictations)
        menu.addSeparator()
        self._add_line(menu, _model_text(state))
        self._add_line(menu, microphone_text(recording=state.microphone_recording, ready=state.microphone_ready))
        hands_free = self._add(menu, _("Talk Hands-Free"), self.hands_free_toggled.emit)
        hands_free.setCheckable(True)
        hands_free.setChecked(state.hands_free)
        captions = self._add(menu, _("Live Captions"), self.captions_toggled.emit)
        captions.setCheckable(True)
        captions.setChecked(state.captions_on)
        captions.setEnabled(state.captions_on or not state.captions_missing)
        captions.setToolTip(plain_tip(state.captions_missing))
        free = self._add(menu, _("Free Memory Now"), self.memory_release_requested.emit)
        free.setEnabled(state.condition in ("ready", "loading"))
        free.setToolTip(_("The next question will have to load the model again."))
        menu.addSeparator()
        self._add_login(menu, login.is_on())
        self._add(menu, _("Quit"), self.quit_requested.emit)

    def _add_login(self, menu: QMenu, on: bool) -> None:
        action = self._add(menu, _("Start at Login"), lambda: self.start_at_login_toggled.emit(not on))
        action.setCheckable(True)
        action.setChecked(on)

    def _add_captures(self, menu: QMenu, captures: Sequence[tuple[str, QImage, int]]) -> None:
        """Captures are held in memory only."""
        if not captures:
            self._add_line(menu, _("No Captures Yet"))
            return
        inner = menu.addMenu(_("Recent Captures"))
        for title, thumbnail, number in captures[:CAPTURES_SHOWN]:
            action = self._add(inner, title, partial(self.recent_capture_chosen.emit, number))
            action.setIcon(QIcon(QPixmap.fromImage(thumbnail)))
            action.setIconVisibleInMenu(True)

    def _add_dictations(self, menu: QMenu, dictations: Sequence[str]) -> None:
        """Each is copied again when it is chosen."""
        if not dictations:
            return
        inner = menu.addMenu(_("Copy a Recent Dictation"))
        for number, text in enumerate(dictations):
            self._add(inner, _shortened(text), partial(self.recent_dictation_chosen.emit, number))
        inner.addSeparator()
        self._add(inner, _("Forget Them"), self.dictations_clear_requested.emit)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_requested.emit()

    @staticmethod
    def _add(menu: QMenu, text: str, does: Callable[[], object]) -> QAction:
        action = menu.addAction(plain_caption(text))
        action.triggered.connect(lambda _checked=False: does())
        return action

    @staticmethod
    def _add_line(menu: QMenu, text: str) -> None:
        """Shown, but not to be chosen."""
        menu.addAction(plain_caption(text)).setEnabled(False)


def _shortened(text: str) -> str:
    """Its beginning, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= DICTATION_CHARACTERS else line[: DICTATION_CHARACTERS - 1] + "…"


def _model_text(state: TrayState) -> str:
    if not state.model:
        return _("No model")
    texts: dict[Condition, str] = {
        "none": _("Model: {name}, not open"),
        "loading": _("Model: {name}, loading"),
        "ready": _("Model: {name}, ready"),
        "failed": _("Model: {name}, could not be loaded"),
        "freed": _("Model: {name}, not in memory until your next question"),
    }
    return texts[state.condition].format(name=state.model)


def microphone_text(*, recording: bool, ready: bool) -> str:
    if recording:
        return _("Microphone: listening")
    return _("Microphone: open, but nothing is being recognized") if ready else _("Microphone: off")
