"""Drawing on the picture in a PictureViewer: its tools, what is found in it, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QTransform
from PySide6.QtWidgets import QLineEdit, QMessageBox, QWidget

from fanlight.core.chat.original_pictures import Original
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.ocr.secret_finder import SecretFinder
from fanlight.domain.annotations import Redaction
from fanlight.domain.messages import Image
from fanlight.domain.secret_places import SecretPlace
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import message_box
from fanlight.ui.widgets.annotation_painter import annotated
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.window.annotation_bar import AnnotationBar
from fanlight.ui.window.annotation_view import AnnotationView

_LETTERS = 24
"""As wide is the field for a text at least."""


class PictureDrawing(QObject):
    failed = Signal(object)
    """A FanlightError: private data cannot be found."""

    def __init__(self, view: AnnotationView, texts: PartReaderPort | None, window: QWidget) -> None:
        super().__init__(window)
        self._view, self._window = view, window
        self._image: Image | None = None
        self._found_by = QTransform()
        """From the picture to the one in which private data is found."""
        self._finder = SecretFinder(texts, self) if texts is not None else None
        self.bar = AnnotationBar(view, can_find=texts is not None)
        self.bar.hide()
        self.bar.find_wanted.connect(self.find)
        self.bar.faces_wanted.connect(self.find_faces)
        self._field = _WordsField(view)
        view.words_wanted.connect(self._field.open)
        if self._finder is not None:
            self._finder.found.connect(self._on_found)
            self._finder.failed.connect(self.failed)
            self._finder.changed.connect(self._on_finder_changed)

    def begin(self, image: Image | None, original: Original | None) -> None:
        """With that picture, once it is read."""
        self._image = image
        self._field.hide()
        if self._finder is not None:
            self._finder.stop()
        self.bar.say("")
        self._allow_finding(image is not None)
        is_sent = original is not None and original.is_sent
        replaces = original is not None and original.is_replaced
        self.bar.apply_button.setText(_("Apply") if replaces else _("Add to the Question"))
        self.bar.replace_button.setVisible(is_sent)
        self.bar.model_sees.setChecked(False)
        self.bar.model_sees.setVisible(replaces and original is not None and original.attachment is not None)
        self.bar.refresh()

    def use(self, *, on: bool) -> None:
        self.bar.setVisible(on)
        if on:
            self.bar.use("redact")
        else:
            self._view.use_tool(None)

    def find(self) -> None:
        """Private data, in the picture as it is turned."""
        if self._finder is not None and self._image is not None:
            self._finder.find(self._as_turned(self._image))

    def find_faces(self) -> None:
        if self._finder is not None and self._image is not None:
            self._finder.find_faces(self._as_turned(self._image))

    def _as_turned(self, image: Image) -> Callable[[], Image]:
        turn = QTransform().rotate(self._view.turned)
        self._found_by = QImage.trueMatrix(turn, image.width, image.height)
        return lambda: image if turn.isIdentity() else _turned(image, turn)

    def outcome(self) -> Callable[[], QImage]:
        """What is drawn now; any thread."""
        return partial(annotated, self._view.image, self._view.annotations, self._view.turned)

    def seen(self) -> Callable[[], QImage] | None:
        """As `outcome`, with what is covered: where the user wants the model to see it."""
        view = self._view
        if not self.bar.model_sees.isChecked() or not view.covers:
            return None
        shown = tuple(one for one in view.annotations if not isinstance(one, Redaction))
        return partial(annotated, view.image, shown, view.turned)

    def may_leave(self) -> bool:
        """What is drawn and not used would be lost: the user is asked."""
        if not self._view.annotations:
            return True
        box = message_box(self._window, _("Drawing"), _("Discard what you have drawn on this picture?"))
        discard = box.addButton(_("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is not discard:
            return False
        self._view.forget_edits()
        return True

    def confirm_replacing(self) -> bool:
        """It cannot be undone."""
        box = message_box(
            self._window,
            _("Replace the Kept Picture"),
            _("Replace this picture wherever Fanlight keeps it? This cannot be undone."),
            _(
                "What was read in it, its copies in Fanlight's own backups, and what the model keeps of it on the disk "
                "are deleted. Answers stay as they are, and so do files of yours, such as the one it came from and "
                "backups that you have exported."
            ),
        )
        replace = box.addButton(_("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return box.clickedButton() is replace

    def _on_found(self, places: Sequence[SecretPlace]) -> None:
        back, _can_be_inverted = self._found_by.inverted()
        new = self._view.offer([_mapped(place, back) for place in places])
        if new:
            self.bar.use("choose")
            self._window.setFocus()  # Space switches the chosen one
            text = ngettext(
                "{count} place is covered. Click it to switch it off, or cover more yourself.",
                "{count} places are covered. Click one to switch it off, or cover more yourself.",
                new,
            ).format(count=format_number(new))
        elif places:
            text = _("All that was found is covered already.")
        else:
            text = _("Nothing was found. Look at it yourself: some things cannot be recognized.")
        self.bar.say(text)
        announce(self._window, text)

    def _on_finder_changed(self) -> None:
        assert self._finder is not None
        self._allow_finding(not self._finder.is_searching)
        if self._finder.looks_for_faces:
            self.bar.say(_("Looking for faces…"))
        elif self._finder.is_searching:
            self.bar.say(_("Reading the picture…"))
        else:
            self.bar.say("")  # what was found is said next

    def _allow_finding(self, allowed: bool) -> None:
        for button in (self.bar.find_button, self.bar.faces_button):
            button.setEnabled(allowed)


def _turned(image: Image, turn: QTransform) -> Image:
    """Any thread."""
    from fanlight.desktop.mime import from_qimage

    return from_qimage(to_qimage(image).transformed(turn), "", max(image.width, image.height), kept=False).image


def _mapped(place: SecretPlace, by: QTransform) -> SecretPlace:
    box = by.mapRect(QRectF(QPointF(place.left, place.top), QPointF(place.right, place.bottom)))
    return SecretPlace(place.kind, box.left(), box.top(), box.right(), box.bottom())


class _WordsField(QLineEdit):
    """Where a text is typed that is drawn on the picture."""

    def __init__(self, view: AnnotationView) -> None:
        super().__init__(view.viewport())
        self._view, self._place = view, QPointF()
        self.setAccessibleName(_("Text on the picture"))
        self.setPlaceholderText(_("Text, then Enter"))
        self.hide()

    def open(self, place: QPointF) -> None:
        self._place = place
        self.clear()
        at = self._view.mapFromScene(place)
        wide = min(self.fontMetrics().averageCharWidth() * _LETTERS, self._view.viewport().width())
        room = self._view.viewport().rect()
        high = self.sizeHint().height()
        self.setGeometry(
            min(max(0, at.x()), room.width() - wide), min(max(0, at.y()), room.height() - high), wide, high
        )
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._view.add_words(self._place, self.text())
                self._leave()
            case Qt.Key.Key_Escape:
                self._leave()
            case _:
                super().keyPressEvent(event)

    def _leave(self) -> None:
        self.hide()
        self.window().setFocus()
