"""A window that shows a picture, or a page, as large as one likes; a part of it can be asked about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fanlight.core.chat.original_pictures import Original, OriginalReader
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, push, tool
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.window.zoom_view import ZoomView

_STEP = 1.25
_MOVE = 80
_SIZE = QSize(960, 760)


class PictureViewer(QWidget):
    """One of several at a time."""

    part_chosen = Signal(QImage, str)
    """The pixels of a part, and what it is called."""

    def __init__(self, file_worker: FileWorker, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._reader = OriginalReader(file_worker, self)
        self._reader.ready.connect(self._on_ready)
        self._reader.failed.connect(self._on_failed)
        self._originals: Sequence[Original] = ()
        self.index = 0
        self.view = ZoomView()
        self.view.changed.connect(self._on_view)
        self.previous = tool("chevron-left", _("Previous picture"), _("Previous picture (Page Up)"))
        self.next = tool("chevron-right", _("Next picture"), _("Next picture (Page Down)"))
        self.smaller, self.larger = (
            tool("minus", _("Zoom out"), _("Zoom out (−)")),
            tool("plus", _("Zoom in"), _("Zoom in (+)")),
        )
        self.whole = tool("region", _("Show all of it"), _("Show all of it (0)"))
        self.turned = tool("retry", _("Turn to the right"), _("Turn to the right (R)"))
        self.marking = tool("edit", _("Mark a part"), _("Mark a part with the mouse (M)"))
        self.marking.setCheckable(True)
        self.place, self.percent = label(), label(kind="muted")
        self.problem = label(kind="error_line", wrap=True)
        self.problem.hide()
        self.ask = push(_("Ask About This Part"))
        self._connect()
        bar = QHBoxLayout()
        left = (self.previous, self.place, self.next)
        right = (self.smaller, self.percent, self.larger, self.whole, self.turned, self.marking, self.ask)
        for control in (*left, None, *right):
            bar.addStretch(1) if control is None else bar.addWidget(control)
        column = QVBoxLayout(self)
        column.addLayout(bar)
        column.addWidget(self.problem)
        column.addWidget(self.view, 1)
        self.resize(in_text_size(_SIZE.width()), in_text_size(_SIZE.height()))

    def _connect(self) -> None:
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.smaller.clicked.connect(lambda: self.view.zoom_by(1 / _STEP))
        self.larger.clicked.connect(lambda: self.view.zoom_by(_STEP))
        self.whole.clicked.connect(self.view.fit)
        self.turned.clicked.connect(lambda: self.view.turn())
        self.marking.toggled.connect(lambda on: self.view.set_marking(on=on))
        self.ask.clicked.connect(self._choose_part)

    def open(self, originals: Sequence[Original], index: int) -> None:
        self._originals = originals
        self._show(index)
        self.show()
        self.raise_()
        self.activateWindow()

    def step(self, by: int) -> None:
        if 0 <= self.index + by < len(self._originals):
            self._show(self.index + by)

    def _show(self, index: int) -> None:
        self.index, count = index, len(self._originals)
        original = self._originals[index]
        self.setWindowTitle(plain_title(original.name))
        place = _("{number} of {count}").format(number=format_number(index + 1), count=format_number(count))
        self.place.setText(place if count > 1 else "")
        for button, is_there in ((self.previous, index > 0), (self.next, index < count - 1)):
            button.setEnabled(is_there)
            button.setVisible(count > 1)
        self.view.show_image(QImage())
        self.view.setAccessibleName(_("Picture {name}").format(name=original.name))
        self.problem.hide()
        self._reader.read(original)

    def _on_ready(self, original: Original, image: Image) -> None:
        if original is self._originals[self.index]:
            self.view.show_image(to_qimage(image))

    def _on_failed(self, error: FanlightError) -> None:
        self.problem.setText(error.text)
        self.problem.show()

    def _on_view(self) -> None:
        self.percent.setText(_("{percent} %").format(percent=format_number(round(100 * self.view.factor))))
        self.ask.setEnabled(self._has_part)

    @property
    def _has_part(self) -> bool:
        return not self.view.marked.isEmpty() or self.view.can_move

    def _choose_part(self) -> None:
        if self._has_part and not (part := self.view.part()).isNull():
            name = _("{name}, part").format(name=self._originals[self.index].name)
            self.part_chosen.emit(part, name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across, down = _ARROWS.get(Qt.Key(event.key()), (0, 0))
        if (across or down) and self.view.can_move:
            self.view.move_by(across * _MOVE, down * _MOVE)
            return
        match event.key():
            case Qt.Key.Key_PageDown | Qt.Key.Key_Right:
                self.step(1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_Left:
                self.step(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.view.zoom_by(_STEP)
            case Qt.Key.Key_Minus:
                self.view.zoom_by(1 / _STEP)
            case Qt.Key.Key_0:
                self.view.fit()
            case Qt.Key.Key_1:
                self.view.show_pixels()
            case Qt.Key.Key_R:
                self.view.turn(-90 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 90)
            case Qt.Key.Key_M:
                self.marking.toggle()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose_part()
            case Qt.Key.Key_Escape:
                self.close() if self.view.marked.isEmpty() else self.view.unmark()
            case _:
                super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A picture of many megabytes is not kept."""
        self._reader.stop()
        self.view.show_image(QImage())
        super().hideEvent(event)


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
