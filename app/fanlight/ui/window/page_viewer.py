"""A window that shows the pages of a document, with a passage marked."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fanlight.core.chat.page_reader import DrawnPage, PageReader
from fanlight.core.work.file_worker import FileWorker
from fanlight.documents.passages import PageLine, passage_lines
from fanlight.domain.document_errors import PasswordNeeded
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _, format_number
from fanlight.ui.controls import hidden_field, label, push, tool
from fanlight.ui.plain_text import plain_tip, plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.drawn_page import DrawnPageView, mark_lines
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.window.page_strip import PageStrip

_STEP, _LEAST, _MOST = 1.25, 0.25, 6.0
_SIZE = QSize(920, 900)


class PageViewer(QWidget):
    """One document at a time. `zoom` 1 is a page as wide as the window."""

    page_shown = Signal(object, int)
    """A Document, and the number of the page that is looked at."""
    closer_wanted = Signal(object, int)
    """A Document, and the number of the page."""
    values_wanted = Signal(object, int)
    """The same, to be read by a schema."""
    pin_changed = Signal(object, int, bool)
    """A Document, the number of a page, and whether the next question is to be asked with it."""

    def __init__(self, file_worker: FileWorker, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._reader = PageReader(file_worker, self)
        self._reader.page_drawn.connect(self._on_drawn)
        self._reader.failed.connect(self._on_failed)
        self._document: Document | None = None
        self.number, self.zoom = 1, 1.0
        self._passage = ""
        self.previous = tool("chevron-left", _("Previous page"))
        self.next = tool("chevron-right", _("Next page"))
        self.smaller, self.larger = tool("minus", _("Zoom out")), tool("plus", _("Zoom in"))
        self.place = label()
        self.problem = label(kind="error_line", wrap=True)
        self.password = hidden_field(_("Password"))
        self.password.returnPressed.connect(self._unlock)
        self.password.hide()
        self.previous.clicked.connect(lambda: self.turn(-1))
        self.next.clicked.connect(lambda: self.turn(1))
        self.smaller.clicked.connect(lambda: self.zoom_by(1 / _STEP))
        self.larger.clicked.connect(lambda: self.zoom_by(_STEP))
        self.closer = tool("search", _("Look closer"), _("Look closer, and ask about a part"))
        self.closer.clicked.connect(lambda: self.closer_wanted.emit(self._document, self.number))
        self.values = push(_("Read Values"))
        self.values.setToolTip(plain_tip(_("Fill in an invoice, a receipt, or a form of your own from this page")))
        self.values.clicked.connect(lambda: self.values_wanted.emit(self._document, self.number))
        self.picture, self.text = DrawnPageView(), QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Text of the page"))
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.picture)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else it takes of a page's width
        self._stack = QStackedWidget()
        for page in (self._scroll, self.text):
            self._stack.addWidget(page)
        self.strip = PageStrip(file_worker)
        self.strip.page_chosen.connect(self._show_page_of_strip)
        self.strip.pin_changed.connect(lambda page, pinned: self.pin_changed.emit(self._document, page, pinned))
        self._pins = label(_("Checked pages go with your next question."), kind="muted", wrap=True)
        self._pins.setFixedWidth(self.strip.width())
        self._lay_out()
        self.resize(in_text_size(_SIZE.width()), in_text_size(_SIZE.height()))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        for control in (
            self.previous,
            self.place,
            self.next,
            None,
            self.values,
            self.closer,
            self.smaller,
            self.larger,
        ):
            bar.addStretch(1) if control is None else bar.addWidget(control)
        strip = QVBoxLayout()
        strip.addWidget(self._pins)
        strip.addWidget(self.strip, 1)
        beside = QHBoxLayout()
        beside.addLayout(strip)
        beside.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.addLayout(bar)
        column.addWidget(self.problem)
        column.addWidget(self.password)
        column.addLayout(beside, 1)

    def open(
        self,
        document: Document,
        number: int,
        passage: str = "",
        given: Collection[int] = (),
        pinned: Collection[int] = (),
    ) -> None:
        """Show page `number`, with the lines marked that have the words of `passage`. In the strip, the pages that the
        model was `given` and those that are `pinned` are marked."""
        self._document, self._passage = document, passage
        self.setWindowTitle(plain_title(document.name))
        for widget in (self._pins, self.strip):
            widget.setVisible(document.page_count > 1)
        self.strip.show_document(document, given, pinned)
        self._show_page(number)
        self.show()
        self.raise_()
        self.activateWindow()

    def turn(self, by: int) -> None:
        if self._document is not None and 1 <= self.number + by <= self._document.page_count:
            self._passage = ""
            self._show_page(self.number + by)

    def _show_page_of_strip(self, number: int) -> None:
        if number != self.number:
            self._passage = ""
            self._show_page(number)

    def zoom_by(self, factor: float) -> None:
        self.zoom = min(_MOST, max(_LEAST, self.zoom * factor))
        self._fit()
        font = self.text.font()
        font.setPointSizeF(max(5.0, self.font().pointSizeF() * self.zoom))
        self.text.setFont(font)

    def _show_page(self, number: int) -> None:
        document = self._document
        if document is None:
            return
        self.number, count = number, document.page_count
        text = _("Page {page} of {count}")
        self.place.setText(text.format(page=format_number(number), count=format_number(count)))
        self.previous.setEnabled(number > 1)
        self.next.setEnabled(number < count)
        self.strip.show_page(number)
        self.page_shown.emit(document, number)
        self.problem.hide()
        self.password.hide()
        self.closer.setVisible(document.kind == "pdf")
        if document.kind == "pdf":
            self._stack.setCurrentWidget(self._scroll)
            self._reader.draw(document, number)
        else:
            self._show_text(document.texts[number - 1])

    def _show_text(self, text: str) -> None:
        self._stack.setCurrentWidget(self.text)
        self.text.setPlainText(text)
        lines = [PageLine(line, 0, place, 1, place + 1) for place, line in enumerate(text.split("\n"))]
        mark_lines(self.text, [int(line.top) for line in passage_lines(lines, self._passage)])

    def _on_drawn(self, page: DrawnPage) -> None:
        if page.document != self._document or page.number != self.number:
            return
        marked = passage_lines(page.lines, self._passage)
        self.picture.show_page(to_qimage(page.image), marked)
        said = _("Page {page}: {text}")
        self.picture.setAccessibleName(said.format(page=page.number, text=page.document.texts[page.number - 1][:2000]))
        self._fit()
        if marked:
            middle = (marked[0].top + marked[-1].bottom) / 2 * self.picture.height()
            self._scroll.ensureVisible(0, round(middle), 0, self._scroll.viewport().height() // 2)
        else:
            self._scroll.verticalScrollBar().setValue(0)

    def _on_failed(self, error: FanlightError) -> None:
        """The text is there, even where the page cannot be drawn."""
        self.problem.setText(error.text)
        self.problem.show()
        if isinstance(error, PasswordNeeded):
            self.password.show()
            self.password.setFocus()
        if self._document is not None:
            self._show_text(self._document.texts[self.number - 1])

    def _unlock(self) -> None:
        if self._document is not None and (password := self.password.text()):
            self.password.clear()
            self._reader.unlock(self._document, password)
            self._show_page(self.number)

    def _fit(self) -> None:
        self.picture.fit(round(self._scroll.viewport().width() * self.zoom))

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.strip.stop()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_PageDown | Qt.Key.Key_Right:
                self.turn(1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_Left:
                self.turn(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / _STEP)
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                super().keyPressEvent(event)
