"""The windows of a capture beside its overlay: the countdown, a notice over all windows, and the quick panels, also
those of selected text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.session import CaptureSession
from fanlight.core.selected_text.controller import SelectionController
from fanlight.core.selected_text.session import SelectionSession
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.focus import KeyboardLoan
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.domain.desktop_errors import ScreenLocked
from fanlight.domain.errors import FanlightError
from fanlight.domain.found_items import FoundItem
from fanlight.domain.titles import title_of
from fanlight.i18n import _
from fanlight.ui.capture.countdown import CountdownWindow
from fanlight.ui.capture.notice import CaptureNotice
from fanlight.ui.panel.found_bar import FORMS, OPENS
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.panel.selection_panel import SelectionPanel
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.widgets.links import SCHEMES

NOTICE_SECONDS = 8.0
COPIED_SECONDS = 2.5


class CaptureView(QObject):
    """Shows what a CaptureController does. `panels`: those that are open, newest last. `read_trigger`: the shortcut
    that moves the keyboard to the newest, for the user."""

    panel_opened = Signal(object)
    """A SessionPanel that is about to be shown."""
    window_wanted = Signal()
    form_wanted = Signal(object, object)
    """A FoundItem that has a form, and the panel where it was chosen; None: on the frozen screen."""
    problem = Signal(object)
    """A FanlightError, to be shown in the window that has the focus."""

    def __init__(
        self,
        controller: CaptureController,
        settings_store: SettingsStore,
        key_release: KeyReleaseGuard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._key_release = settings_store, key_release
        self.panels: list[SessionPanel] = []
        self.read_trigger: Callable[[], str] = lambda: ""
        self._loan = KeyboardLoan()
        self._countdown: CountdownWindow | None = None
        self._notice: CaptureNotice | None = None
        self._follow(controller)
        controller.countdown.seconds_left_changed.connect(self._show_countdown)
        controller.text_wanted.connect(self._copy)
        controller.item_wanted.connect(self._use)

    def follow_selections(self, controller: SelectionController) -> None:
        """Show what it does, too."""
        self._follow(controller)

    def _follow(self, controller: CaptureController | SelectionController) -> None:
        controller.started.connect(self._on_started)
        controller.session_opened.connect(self._open_panel)
        controller.failed.connect(self._show_failure)

    def prepare(self, session: CaptureSession) -> None:
        """Do now what the first panel would wait for: build one for `session`, and discard both."""
        QuickPanel(session, self._settings_store)
        session.forget()

    def toggle_keyboard(self) -> None:
        """To the newest panel, or from there to the program below."""
        if self.panels:
            self.panels[-1].toggle_keyboard()

    def close(self) -> None:
        self._key_release.release_keyboard()
        self._hide_notice()

    def _open_panel(self, session: CaptureSession | SelectionSession) -> None:
        panel = self._make_panel(session)
        panel.closed.connect(self.panels.remove)
        panel.window_wanted.connect(self.window_wanted)
        panel.ended_by_key.connect(self._key_release.hold_keyboard)
        self.panels.append(panel)
        self.panel_opened.emit(panel)
        panel.open()

    def _make_panel(self, session: CaptureSession | SelectionSession) -> SessionPanel:
        store, loan = self._settings_store, self._loan
        if isinstance(session, SelectionSession):
            return SelectionPanel(session, store, loan, lambda: self.read_trigger())
        panel = QuickPanel(session, store, loan, lambda: self.read_trigger())
        panel.form_wanted.connect(lambda item: self.form_wanted.emit(item, panel))
        return panel

    def _show_countdown(self, seconds: int) -> None:
        if self._countdown is None:
            self._countdown = CountdownWindow()
        self._countdown.show_seconds(seconds)

    def _show_failure(self, error: FanlightError) -> None:
        """Once, where the user looks: in Fanlight's window, or over all others where it lacks the focus; never over a
        screen lock."""
        focus = QGuiApplication.focusWindow()
        panels = [panel.windowHandle() for panel in self.panels]
        if isinstance(error, ScreenLocked) or (focus is not None and focus.isVisible() and focus not in panels):
            self.problem.emit(error)
        else:
            self._say(error.text, NOTICE_SECONDS)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._say(_("Copied: {text}").format(text=title_of(text)), COPIED_SECONDS)

    def _use(self, item: FoundItem) -> None:
        """Its address was shown on the frozen screen, and the user asked for it."""
        if item.kind in OPENS and QUrl(item.target).scheme().lower() in SCHEMES:
            QDesktopServices.openUrl(QUrl(item.target))
        elif item.kind in FORMS:
            self.form_wanted.emit(item, None)
        else:
            self._copy(item.target)

    def _say(self, text: str, seconds: float) -> None:
        self._notice = self._notice or CaptureNotice()
        self._notice.show_text(text, seconds)

    def _on_started(self) -> None:
        """Windows of Fanlight are about to be hidden: the keyboard goes back to the one that has it now."""
        self._loan.note_lender()
        self._hide_notice()

    def _hide_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
