"""Which errors the window shows, when each is over, and the button that says that nothing is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.app import Application
from fanlight.ui.window.chat_controller import ChatController
from fanlight.ui.window.error_banner import ErrorBanner
from fanlight.ui.window.header import HeaderBar


class ErrorControl(QObject):
    def __init__(self, core: Application, errors: ErrorBanner, header: HeaderBar, chat: ChatController) -> None:
        """Bound methods only: Qt disconnects those from `core` when the banner is deleted."""
        super().__init__(errors)
        self._host, self._history, self._errors, self._header = core.host, core.history, errors, header
        core.problem.connect(errors.add_error)
        core.history.recovered.connect(errors.remove_error)
        core.session_manager.shown.connect(errors.end_passing_errors)
        chat.begun.connect(errors.end_passing_errors)
        core.host.changed.connect(self._on_model_changed)
        core.history.kept_changed.connect(self._show_kept)
        header.not_kept_clicked.connect(self._try_to_keep)
        self._show_kept()

    def _on_model_changed(self) -> None:
        if self._host.condition in ("loading", "ready"):
            self._errors.end_model_errors()

    def _show_kept(self) -> None:
        self._header.not_kept_button.setVisible(self._history.not_kept is not None)

    def _try_to_keep(self) -> None:
        """Say why it is not kept, also where that was dismissed, and try again."""
        if (why := self._history.not_kept) is not None:
            self._errors.add_error(why)
        self._history.try_again()
