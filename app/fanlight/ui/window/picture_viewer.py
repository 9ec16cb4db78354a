"""A window that shows a picture, or a page, as large as one likes; a part of it can be asked about, and it can be
drawn on and redacted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fanlight.core.chat.original_pictures import Original, OriginalReader
from fanlight.core.chat.turns import Attachment
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, push, tool
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.window.annotation_view import AnnotationView
from fanlight.ui.window.picture_drawing import PictureDrawing

_STEP = 1.25
_MOVE = 80
_SIZE = QSize(960, 760)


class PictureViewer(QWidget):
    """One of several at a time."""

    part_chosen = Signal(QImage, str)
    """The pixels of a part, and what it is called."""
    drawn = Signal(object, object)
    """An Original is to be replaced, or attached where it cannot be: by the QImage that a function makes, which any
    thread may call."""
    closed = Signal()
    kept_replaced = Signal(object, object)
    """The same, wherever an Original that was sent is kept."""

    def __init__(self, file_worker: FileWorker, parent: QWidget | None, texts: PartReaderPort | None = None) -> None:
        """Without `texts` private data is not found."""
        super().__init__(parent, Qt.WindowType.Window)
        self._reader = OriginalReader(file_worker, self)
        self._reader.ready.connect(self._on_ready)
        self._reader.failed.connect(self._on_failed)
        self._originals: Sequence[Original] = ()
        self.index = 0
        self._region = -1
        self.view = AnnotationView()
        self.view.changed.connect(self._on_view)
        self.previous = tool("chevron-left", _("Previous picture"), _("Previous picture (Page Up)"))
        self.next = tool("chevron-right", _("Next picture"), _("Next picture (Page Down)"))
        self.smaller, self.larger = (
            tool("minus", _("Zoom out"), _("Zoom out (−)")),
            tool("plus", _("Zoom in"), _("Zoom in (+)")),
        )
        self.whole = tool("region", _("Show all of it"), _("Show all of it (0)"))
        self.turned = tool("retry", _("Turn to the right"), _("Turn to the right (R)"))
        self.marking = tool("search", _("Mark a part"), _("Mark a part with the mouse (M)"))
        self.marking.setCheckable(True)
        self.drawing = tool("edit", _("Draw and redact"), _("Draw on it, or redact it (E)"))
        self.drawing.setCheckable(True)
        self.tools = PictureDrawing(self.view, texts, self)
        self.detail = QMenu(self)
        self.detail_button = push(_("Detail"))
        self.detail_button.setMenu(self.detail)
        self.place, self.percent = label(), label(kind="muted")
        self.caption = label(kind="muted", wrap=True)
        self.problem = label(kind="error_line", wrap=True)
        self.problem.hide()
        self.note = label(wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.ask = push(_("Ask About This Part"))
        self._connect()
        bar = QHBoxLayout()
        left = (self.previous, self.place, self.next, self.detail_button)
        right = (self.smaller, self.percent, self.larger, self.whole, self.turned, self.drawing, self.marking, self.ask)
        for control in (*left, None, *right):
            bar.addStretch(1) if control is None else bar.addWidget(control)
        column = QVBoxLayout(self)
        column.addLayout(bar)
        column.addWidget(self.caption)
        column.addWidget(self.tools.bar)
        column.addWidget(self.problem)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)
        self.resize(in_text_size(_SIZE.width()), in_text_size(_SIZE.height()))

    def _connect(self) -> None:
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.smaller.clicked.connect(lambda: self.view.zoom_by(1 / _STEP))
        self.larger.clicked.connect(lambda: self.view.zoom_by(_STEP))
        self.whole.clicked.connect(self.view.fit)
        self.turned.clicked.connect(lambda: self.view.turn())
        self.marking.toggled.connect(self._on_marking)
        self.drawing.toggled.connect(self._on_drawing)
        self.tools.failed.connect(self._on_failed)
        self.tools.bar.apply_button.clicked.connect(lambda: self._hand_over(self.drawn))
        self.tools.bar.replace_button.clicked.connect(self._replace_kept)
        self.ask.clicked.connect(self._choose_part)

    def open(self, originals: Sequence[Original], index: int, region: int = -1) -> None:
        """`region`: the number of a place in it that is shown apart from the others."""
        self._originals, self._region = originals, region
        self._show(index)
        self.show()
        self.raise_()
        self.activateWindow()
        self.setFocus()  # a button would take Space, and arrow keys

    def step(self, by: int) -> None:
        if 0 <= self.index + by < len(self._originals) and self.tools.may_leave():
            self._show(self.index + by)

    def _show(self, index: int) -> None:
        self.index, count = index, len(self._originals)
        original = self._originals[index]
        self.setWindowTitle(plain_title(original.name))
        place = _("{number} of {count}").format(number=format_number(index + 1), count=format_number(count))
        self.place.setText(place if count > 1 else "")
        self.note.setText(original.note)
        self.note.setVisible(bool(original.note))
        for button, is_there in ((self.previous, index > 0), (self.next, index < count - 1)):
            button.setEnabled(is_there)
            button.setVisible(count > 1)
        self.detail_button.setVisible(original.attachment is not None and original.attachment.image is not None)
        self.caption.setText(original.caption)
        self.caption.setVisible(bool(original.caption))
        self.view.show_image(QImage())
        self.view.show_regions(())
        self.view.setAccessibleName(_("Picture {name}").format(name=original.name))
        self.problem.hide()
        self.tools.begin(None, original)
        self._reader.read(original)

    @property
    def original(self) -> Original | None:
        """The one that is shown."""
        return self._originals[self.index] if self._originals else None

    def update_attachment(self, old: Attachment, new: Attachment) -> None:
        """The same picture: what is shown stays."""
        self._originals = [
            replace(one, attachment=new) if one.attachment and one.attachment.picture is old.picture else one
            for one in self._originals
        ]

    def _on_ready(self, original: Original, image: Image) -> None:
        if original.read is self._originals[self.index].read:
            self.view.show_image(to_qimage(image))
            self.view.show_regions(original.regions, self._region)
            self.tools.begin(image, original)

    def _on_marking(self, on: bool) -> None:
        if on:
            self.drawing.setChecked(False)
        self.view.set_marking(on=on)

    def _on_drawing(self, on: bool) -> None:
        if on:
            self.marking.setChecked(False)
        self.tools.use(on=on)

    def _hand_over(self, signal: SignalInstance) -> None:
        """What is drawn is done with it: the window closes."""
        signal.emit(self._originals[self.index], self.tools.outcome())
        self.view.forget_edits()
        self.close()

    def _replace_kept(self) -> None:
        if self.tools.confirm_replacing():
            self._hand_over(self.kept_replaced)

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
        if self.drawing.isChecked() and self.tools.bar.press(event):
            return
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
            case Qt.Key.Key_C if not (part := self.view.region_part()).isNull():
                QGuiApplication.clipboard().setImage(part)
            case Qt.Key.Key_E:
                self.drawing.toggle()
            case Qt.Key.Key_D if self.detail_button.isVisible():
                self.detail_button.showMenu()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose_part()
            case Qt.Key.Key_Escape:
                self._step_back()
            case _:
                super().keyPressEvent(event)

    def _step_back(self) -> None:
        """Esc."""
        if not self.view.marked.isEmpty():
            self.view.unmark()
        elif self.drawing.isChecked() and not self.view.annotations:
            self.drawing.setChecked(False)
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self.tools.may_leave())

    def hideEvent(self, event: QHideEvent) -> None:
        """A picture of many megabytes is not kept."""
        self._reader.stop()
        self.tools.begin(None, None)
        self.closed.emit()
        self.view.show_image(QImage())
        super().hideEvent(event)


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
