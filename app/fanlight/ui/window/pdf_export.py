"""Conversations as a PDF, message by message while the window goes on: rows are read on the store's thread, pictures on
another, formulas by their own; pages are drawn here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QObject, QRectF, QSaveFile, QTimer, Signal
from PySide6.QtGui import QFont, QImage, QPainter

from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.core.chat.history import History
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, read_archived
from fanlight.domain.errors import ExportError, FanlightError, PictureError
from fanlight.domain.messages import Image
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.domain.picture_regions import PictureRegion
from fanlight.domain.stored import ConversationRow
from fanlight.i18n import _, format_number
from fanlight.ui.theme import BODY_PIXELS, LIGHT, SMALL_PIXELS
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.widgets.region_painter import paint_regions
from fanlight.ui.window.pdf_pages import PageText, PdfPages

if TYPE_CHECKING:
    from fanlight.exchange.region_figures import NamedPlaces
    from fanlight.store.database import Database

_PICTURE_SIDE = 1600
_SIDE, _GAP = 12.0, 18.0
_FORMULA_MS = 20_000
"""After so long without another formula it is written as it is."""

Pictures = dict[str, Image]


class PdfExport(QObject):
    """As `ConversationExport`."""

    progressed = Signal(int)
    finished = Signal(object)
    failed = Signal(object)
    abandoned = Signal()

    def __init__(
        self,
        history: History,
        file_worker: FileWorker,
        typesetter: FormulaTypesetter,
        rows: Sequence[ConversationRow],
        picture_side: int,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._picture_side = picture_side
        self._history, self._file_worker, self._rows = history, file_worker, list(rows)
        self._looks = TextStyles(LIGHT, 100, typesetter)
        self._looks.wrap_code = True
        self._done = 0
        self._stopped = False
        self._steps: Iterator[PageText | None] = iter(())
        self._text: PageText | None = None
        self._patience = QTimer(self, singleShot=True, interval=_FORMULA_MS)
        self._patience.timeout.connect(self._draw_text)
        typesetter.known.connect(self._on_formula)
        for end in (self.finished, self.failed):
            end.connect(self.deleteLater)

    @property
    def count(self) -> int:
        return len(self._rows)

    def start(self, place: Path, *, replace: bool = False) -> None:
        found = look_at(place)
        if not found.is_missing and (found.is_folder or not replace):
            self.failed.emit(ExportError(_("{path} exists already.").format(path=shortened(str(place)))))
            return
        self._place, self._file = place, QSaveFile(str(place))
        if not self._file.open(QIODevice.OpenModeFlag.WriteOnly):
            self._fail()
            return
        self._pages = PdfPages(self._file, place.stem, self._looks)
        self._next_conversation()

    def stop(self) -> None:
        """Nothing is left of what was written."""
        self._stopped = True

    def _fail(self) -> None:
        reason = self._file.errorString()
        self._file.cancelWriting()
        message = _("{path} cannot be written: {reason}.").format(path=shortened(str(self._place)), reason=reason)
        self.failed.emit(ExportError(message))

    def _next_conversation(self) -> None:
        if self._stopped:
            self._give_up()
        elif self._done == len(self._rows):
            if self._pages.finish() and self._file.commit():
                self.finished.emit(self._place)
            else:
                self._fail()
        else:
            row = self._rows[self._done]

            def read(database: Database) -> ArchivedConversation:
                return read_archived(database, row, database.picture)

            self._history.submit(read, self._read_pictures, self._on_unread, reads=True)

    def _give_up(self) -> None:
        self._pages.finish()
        self._file.cancelWriting()
        self.deleteLater()

    def _on_unread(self) -> None:
        self._give_up()
        if not self._stopped:
            self.abandoned.emit()

    def _read_pictures(self, conversation: ArchivedConversation) -> None:
        self._file_worker.call(partial(_decoded, conversation), partial(self._draw, conversation))

    def _draw(self, conversation: ArchivedConversation, pictures: Pictures | FanlightError) -> None:
        self._steps = self._drawing(conversation, {} if isinstance(pictures, FanlightError) else pictures)
        self._step()

    def _step(self) -> None:
        """One message; the next one when the window has done what else there is."""
        self._text = None
        if self._stopped:
            self._give_up()
            return
        try:
            self._text = next(self._steps)
        except StopIteration:
            self._done += 1
            self.progressed.emit(self._done)
            self._next_conversation()
            return
        self._on_formula()

    def _on_formula(self, _source: str = "") -> None:
        """The text is drawn once all of its formulas are known."""
        if self._text is not None and not self._patience.isActive():
            self._patience.start()
        if self._text is not None and self._text.is_whole():
            self._draw_text()

    def _draw_text(self) -> None:
        self._patience.stop()
        QTimer.singleShot(0, self, self._step)
        self._text = None

    def _drawing(self, conversation: ArchivedConversation, pictures: Pictures) -> Iterator[PageText | None]:
        """Each text before it is drawn."""
        from fanlight.exchange.markdown_text import date_text, tags_text
        from fanlight.exchange.region_figures import with_places

        pages = self._pages
        pages.next_page()
        pages.heading(" ".join(conversation.title.split()) or _("Untitled"), round(1.6 * BODY_PIXELS))
        if date := date_text(conversation.created):
            pages.heading(date, SMALL_PIXELS, muted=True, bold=False)
        if tags := tags_text(conversation):
            pages.heading(tags, SMALL_PIXELS, muted=True, bold=False)
        for message, places in with_places(conversation, self._picture_side):
            yield from self._message(message, pictures)
            for one in places:
                self._draw_places(one, pictures)

    def _message(self, message: ArchivedMessage, pictures: Pictures) -> Iterator[PageText | None]:
        from fanlight.exchange.markdown_text import document_line, speaker_name

        pages, answers = self._pages, message.role == "assistant"
        pages.space(_GAP)
        pages.heading(speaker_name(message), SMALL_PIXELS, muted=True)
        for picture in message.pictures:
            pages.space(_SIDE / 2)
            if (image := pictures.get(picture.sha256)) is not None:
                pages.picture(to_qimage(image))
            else:
                pages.heading(picture.name or _("Picture"), BODY_PIXELS, bold=False)
        for document in message.documents:
            pages.heading(document_line(document), BODY_PIXELS, bold=False)
        if message.text.strip():
            side = 0.0 if answers else _SIDE
            text = PageText(message.text.strip("\n"), self._looks, pages.width - 2 * side, markdown=answers)
            yield text
            pages.space(_SIDE / 3)
            pages.text(text, "" if answers else LIGHT.bubble, side)

    def _draw_places(self, places: NamedPlaces, pictures: Pictures) -> None:
        pages = self._pages
        if (image := pictures.get(places.picture.sha256)) is not None:
            pages.space(_SIDE / 2)
            pages.picture(_marked(to_qimage(image), places.placed.regions))
            names = [f"{format_number(number)} {name}" for number, name in enumerate(places.names, 1)]
            text = " ".join((f"{places.caption}:" if places.caption else "", ", ".join(names))).strip()
            pages.heading(text, SMALL_PIXELS, muted=True, bold=False)


def _marked(image: QImage, regions: Sequence[PictureRegion]) -> QImage:
    drawn = image.convertToFormat(QImage.Format.Format_RGB32)
    side, font = max(drawn.width(), drawn.height()), QFont()
    font.setPixelSize(max(9, side // 40))
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_regions(painter, QRectF(drawn.rect()), regions, -1, max(1.0, side / 250), font)
    painter.end()
    return drawn


def _decoded(conversation: ArchivedConversation) -> Pictures:
    """Slow; any thread. One that cannot be read is left out."""
    from fanlight.pictures.files import read_bytes

    found: Pictures = {}
    for name, data in conversation.pictures.items():
        try:
            found[name] = read_bytes(data, "", _PICTURE_SIDE).image
        except PictureError:
            continue
    return found
