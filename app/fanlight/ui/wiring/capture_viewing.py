"""A capture in the viewer, while its panel waits: a part of it is asked about, places that an answer names are shown,
and it is drawn on and redacted before anything of it is kept; then its panel begins anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.changes import drawn_on
from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.session import CaptureSession
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.original_pictures import Original
from fanlight.core.chat.seen_pictures import SeenJob
from fanlight.core.chat.turns import Attachment
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.errors import FanlightError
from fanlight.domain.region_pictures import PlacedRegions
from fanlight.i18n import _
from fanlight.ui.capture.view import CaptureView
from fanlight.ui.models.words import model_caption
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.widgets.region_painter import cut_out
from fanlight.ui.window.picture_viewer import PictureViewer


class CaptureViewing(QObject):
    """`viewer`: of one capture at a time."""

    def __init__(
        self,
        controller: CaptureController,
        view: CaptureView,
        host: ModelHost,
        file_worker: FileWorker,
        texts: PartReaderPort | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._view, self._host = controller, view, host
        self._file_worker = file_worker
        self._session: CaptureSession | None = None
        self._capture: Capture | None = None
        self.viewer = PictureViewer(file_worker, None, texts)
        self.viewer.drawn.connect(self._use_drawn)
        self.viewer.part_chosen.connect(self._ask_about)
        self.viewer.closed.connect(self._on_closed)
        self.destroyed.connect(self.viewer.deleteLater)

    def look_at(self, session: CaptureSession) -> None:
        self._open(session, [_whole(session)])

    def draw_on(self, session: CaptureSession) -> None:
        if self._open(session, [_whole(session)]):
            self.viewer.drawing.setChecked(True)

    def show_seen(self, session: CaptureSession) -> None:
        """The pixels that the model's encoder gets of it, or of its first part."""
        pictures, host = session.questions.pictures.now, self._host
        image = pictures[0].image if pictures else None
        if image is None or host.spec is None:
            return
        job = SeenJob(image, _name(session), model_caption(host.spec))
        job.event_arrived.connect(lambda originals: self._open(session, originals))
        job.done.connect(lambda error: self._on_seen(session, error))
        host.submit(job)

    def use_region(self, session: CaptureSession, entry: int, what: str, placed: PlacedRegions, number: int) -> None:
        """Show, copy, or ask about a place in a picture that the answer of that entry is about."""
        pictures, regions = session.conversation.pictures_of_answer(entry), placed.regions
        if placed.picture >= len(pictures):
            return
        picture = pictures[placed.picture]
        if what == "show" or not 0 <= number < len(regions):
            self._open(session, [replace(_original(session, picture), regions=regions)], number)
            return
        part = cut_out(_pixels(session, picture), regions[number])
        if what == "copy":
            QGuiApplication.clipboard().setImage(part)
            session.note(_("The picture is copied."))
        else:
            session.attach(CapturedImage(part))

    def _open(self, session: CaptureSession, originals: Sequence[Original], region: int = -1) -> bool:
        """The panel, which lies above all windows, is hidden until the viewer is closed. False where the viewer is
        needed for what was drawn in it, and where the panel is gone."""
        if session.is_over or (self.viewer.isVisible() and not self.viewer.close()):
            return False
        self._session, self._capture = session, session.capture
        session.in_place.stop()
        self._show_panel(session, is_visible=False)
        self.viewer.drawing.setChecked(False)
        self.viewer.open(originals, 0, region)
        return True

    def _ask_about(self, part: QImage, _part_name: str) -> None:
        session = self._session
        if session is not None and not session.is_over and self.viewer.close():
            session.attach(CapturedImage(part))

    def _use_drawn(self, original: Original, draw: Callable[[], QImage]) -> None:
        """Instead of the capture, also where the panel was closed meanwhile; what was drawn on a part of it goes with
        the next question."""
        session, capture = self._session, self._capture
        if session is None or capture is None:
            return
        if not original.is_replaced:
            session.attach(CapturedImage(draw()))
            return
        self._session = self._capture = None

        def drawn() -> Capture:
            image = CapturedImage(draw())
            return Capture(image, capture.place, drawn_on(capture, image))

        def on_drawn(made: Capture | FanlightError) -> None:
            if isinstance(made, Capture):
                self._controller.replace_picture(session, capture, made)
            elif not session.is_over:
                self._show_panel(session)
                session.problem.emit(made.text)

        self._file_worker.call(drawn, on_drawn)

    def _on_seen(self, session: CaptureSession, error: Exception | None) -> None:
        if session.is_over:
            return
        if isinstance(error, FanlightError):
            session.problem.emit(error.text)
        session.conversation.prefetch()  # it has made way

    def _on_closed(self) -> None:
        if self._session is not None:
            self._show_panel(self._session)
        self._session = self._capture = None

    def _show_panel(self, session: CaptureSession, *, is_visible: bool = True) -> None:
        for panel in self._view.panels:
            if panel.session is session:
                panel.setVisible(is_visible)


def _name(session: CaptureSession) -> str:
    return _("Capture, {facts}").format(facts=session.capture.size)


def _whole(session: CaptureSession) -> Original:
    return Original(_name(session), session.capture.image.to_image, is_replaced=True)


def _original(session: CaptureSession, picture: Attachment) -> Original:
    """What the model was sent as `picture`, with all of its pixels."""
    pictures = session.questions.pictures
    if pictures.is_all(picture):
        return _whole(session)
    if (kept := pictures.pixels_of(picture)) is not None:
        return Original(_name(session), kept.to_image)
    image = picture.image
    assert image is not None
    return Original(picture.name, lambda: image)


def _pixels(session: CaptureSession, picture: Attachment) -> QImage:
    kept = session.questions.pictures.pixels_of(picture)
    assert picture.image is not None
    return kept.qimage if kept is not None else to_qimage(picture.image)
