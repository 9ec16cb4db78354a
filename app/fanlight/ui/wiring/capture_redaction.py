"""A capture is drawn on and redacted before anything of it is kept: its panel waits meanwhile, and begins anew."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.changes import drawn_on
from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.session import CaptureSession
from fanlight.core.chat.original_pictures import Original
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.capture.view import CaptureView
from fanlight.ui.window.picture_viewer import PictureViewer


class CaptureRedaction(QObject):
    """`viewer`: where it is drawn on."""

    def __init__(
        self,
        controller: CaptureController,
        view: CaptureView,
        file_worker: FileWorker,
        texts: PartReaderPort | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._view = controller, view
        self._file_worker = file_worker
        self._session: CaptureSession | None = None
        self._capture: Capture | None = None
        self.viewer = PictureViewer(file_worker, None, texts)
        self.viewer.drawn.connect(self._use)
        self.viewer.closed.connect(self._on_closed)
        self.destroyed.connect(self.viewer.deleteLater)

    def open(self, session: CaptureSession) -> None:
        """Its panel, which lies above all windows, is hidden until the viewer is closed."""
        if self.viewer.isVisible() and not self.viewer.close():
            return
        self._session, self._capture = session, session.capture
        session.in_place.stop()
        self._set_panel_visible(is_visible=False)
        name = _("Capture, {facts}").format(facts=session.capture.size)
        self.viewer.open([Original(name, session.capture.image.to_image, is_replaced=True)], 0)
        self.viewer.drawing.setChecked(True)

    def _use(self, _original: Original, draw: Callable[[], QImage]) -> None:
        """Also where the panel was closed meanwhile."""
        session, capture = self._session, self._capture
        if session is None or capture is None:
            return
        self._session = self._capture = None

        def drawn() -> Capture:
            image = CapturedImage(draw())
            return Capture(image, capture.place, drawn_on(capture, image))

        def on_drawn(made: Capture | FanlightError) -> None:
            if isinstance(made, Capture):
                self._controller.replace_picture(session, capture, made)

        self._file_worker.call(drawn, on_drawn)

    def _on_closed(self) -> None:
        self._set_panel_visible(is_visible=True)
        self._session = self._capture = None

    def _set_panel_visible(self, *, is_visible: bool) -> None:
        for panel in self._view.panels:
            if panel.session is self._session:
                panel.setVisible(is_visible)
