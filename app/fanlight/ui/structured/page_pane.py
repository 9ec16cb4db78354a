"""The page that values are read from, with the words marked that a value is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fanlight.core.structured.page_subject import SubjectPage
from fanlight.documents.passages import PageLine
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, tool
from fanlight.ui.widgets.drawn_page import DrawnPageView, mark_lines
from fanlight.ui.widgets.pixels import to_qimage

_STEP, _LEAST, _MOST = 1.25, 0.25, 6.0


class SubjectPane(QWidget):
    """`zoom` 1 is a page as wide as the pane."""

    def __init__(self) -> None:
        super().__init__()
        self.zoom = 1.0
        self.previous = tool("chevron-left", _("Previous page"))
        self.next = tool("chevron-right", _("Next page"))
        self.place = label(kind="muted")
        self.smaller, self.larger = tool("minus", _("Zoom out")), tool("plus", _("Zoom in"))
        self.smaller.clicked.connect(lambda: self.zoom_by(1 / _STEP))
        self.larger.clicked.connect(lambda: self.zoom_by(_STEP))
        self.picture, self.text = DrawnPageView(), QPlainTextEdit()
        self.picture.has_edges = True
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Text of the page"))
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.picture)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.empty = label(_("Open a picture or a document, and choose what to read from it."), "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (self.empty, self._scroll, self.text):
            self._stack.addWidget(widget)
        bar = QHBoxLayout()
        for control in (self.previous, self.place, self.next, None, self.smaller, self.larger):
            bar.addStretch(1) if control is None else bar.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self._stack, 1)
        self.show_place(1, 0)

    def show_place(self, number: int, count: int) -> None:
        """Of how many pages it is which; 0: there is none."""
        for widget in (self.previous, self.place, self.next):
            widget.setVisible(count > 1)
        text = _("Page {page} of {count}")
        self.place.setText(text.format(page=format_number(number), count=format_number(count)))
        self.previous.setEnabled(number > 1)
        self.next.setEnabled(number < count)

    def show_page(self, page: SubjectPage | None) -> None:
        """What was shown before stays while the next one is read."""
        for widget in (self.smaller, self.larger):
            widget.setEnabled(page is not None and page.image is not None)
        if page is None:
            self.mark(())
        elif page.image is None:
            self.text.setPlainText(page.text)
            self._stack.setCurrentWidget(self.text)
        else:
            self.picture.show_page(to_qimage(page.image), ())
            self.picture.setAccessibleName(_("Page: {text}").format(text=page.text[:2000]))
            self._stack.setCurrentWidget(self._scroll)
            self._fit()

    def clear(self) -> None:
        self._stack.setCurrentWidget(self.empty)

    def mark(self, words: Sequence[PageLine]) -> None:
        """These words, and bring the first into view."""
        if self._stack.currentWidget() is self.text:
            mark_lines(self.text, sorted({int(word.top) for word in words}))
            return
        self.picture.mark(words)
        if words:
            box = self.picture.box_of(words[0]).center().toPoint()
            self._scroll.ensureVisible(box.x(), box.y(), 80, self._scroll.viewport().height() // 3)

    def zoom_by(self, factor: float) -> None:
        self.zoom = min(_MOST, max(_LEAST, self.zoom * factor))
        self._fit()

    def _fit(self) -> None:
        self.picture.fit(round(self._scroll.viewport().width() * self.zoom))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
