"""What the desktop and Fanlight say to each other over the session bus: a menu's commands, how programs should look,
and that an answer came while the window was away."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.remote_commands import ActivationRequest, RemoteCommands
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.bus import Bus, address
from fanlight.desktop.bus_calls import BusError
from fanlight.desktop.bus_service import BusService
from fanlight.desktop.capture.screen_lock import ScreenLockWatch
from fanlight.desktop.looks import LooksReader
from fanlight.desktop.notifications import Notifications
from fanlight.i18n import _

log = logging.getLogger(__name__)


def is_away() -> bool:
    """Whether the user works in another program, or Fanlight has no window on the screen."""
    return QApplication.applicationState() != Qt.ApplicationState.ApplicationActive


class DesktopSession(QObject):
    """Where there is no session bus, only what the X server tells of looks works, and nothing is said."""

    window_wanted = Signal(object)
    """With an ActivationRequest."""
    looks_changed = Signal(object)
    """With the DesktopLooks."""

    def __init__(
        self,
        remote: RemoteCommands,
        session_manager: SessionManager,
        settings_store: SettingsStore,
        parent: QObject | None = None,
        away: Callable[[], bool] = is_away,
    ) -> None:
        super().__init__(parent)
        self._session_manager, self._settings_store, self._away = session_manager, settings_store, away
        self._was_busy = session_manager.busy
        try:
            self._bus: Bus | None = Bus(address(), parent=self)
        except BusError as error:
            log.info("no session bus: %s", error)
            self._bus = None
        self._looks = LooksReader(self._bus, self)
        self._looks.changed.connect(lambda: self.looks_changed.emit(self._looks.looks))
        if self._bus is None:
            return
        self._service = BusService(self._bus, remote.run_command)
        self._notifications = Notifications(self._bus, self)
        self._notifications.clicked.connect(self._on_clicked)
        self._lock_watch = ScreenLockWatch(self._bus, self)
        session_manager.activity_changed.connect(self._on_activity)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.applicationStateChanged.connect(self._on_state)

    def close(self) -> None:
        self._looks.close()
        if self._bus is not None:
            self._notifications.withdraw()
            self._lock_watch.close()
            self._bus.close()

    def _on_activity(self) -> None:
        """The answer itself is not shown: others may see the screen while it is locked."""
        was_busy, self._was_busy = self._was_busy, self._session_manager.busy
        if was_busy and not self._was_busy and self._settings_store.now.notify_answers and self._away():
            self._notifications.show(_("The answer is complete"), _("Click to show the window."))

    def _on_state(self, _state: Qt.ApplicationState) -> None:
        if not self._away():
            self._notifications.withdraw()

    def _on_clicked(self, token: str) -> None:
        self.window_wanted.emit(ActivationRequest(activation_token=token))
