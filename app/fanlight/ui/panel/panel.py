"""The quick panel: a small window beside the rectangle that was captured."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from fanlight.core.capture.session import CaptureSession
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.focus import KeyboardLoan
from fanlight.ui.panel.panel_keys import COPY_PICTURE, SAVE_PICTURE
from fanlight.ui.panel.session_panel import SessionPanel


class QuickPanel(SessionPanel):
    """Shows one CaptureSession."""

    session: CaptureSession

    def __init__(
        self,
        session: CaptureSession,
        settings_store: SettingsStore,
        loan: KeyboardLoan | None = None,
        read_trigger: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(session, settings_store, loan, read_trigger)
        head = self.head
        head.show_picture(session.capture.image.qimage)
        session.picture_copy_wanted.connect(self._copy_picture)
        head.region_button.clicked.connect(session.repeat_wanted)
        head.region_button.setVisible(session.capture.place is not None)
        head.copy_button.clicked.connect(session.copy_picture)
        head.save_button.clicked.connect(session.save_picture)
        self._apply_theme()

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(self.session.capture.image.qimage)

    def _press(self, key: str) -> None:
        if key == COPY_PICTURE:
            self.session.copy_picture()
        elif key == SAVE_PICTURE:
            self.session.save_picture()
        else:
            super()._press(key)
