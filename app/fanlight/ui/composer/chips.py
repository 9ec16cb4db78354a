"""The pictures of the question to come, each as a chip: thumbnail, size in pixels and tokens, progress, remove."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QScrollArea, QWidget

from fanlight.core.chat.turns import Attachment
from fanlight.ui.controls import elided, label, tool
from fanlight.ui.widgets.pixels import to_qimage

SIDE = 44
LETTERS = 22


class Chip(QFrame):
    removed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.attachment: Attachment | None = None
        self._name, self._status = name or "Picture", "reading…"
        self._image = QLabel()
        self._image.setFixedSize(SIDE, SIDE)
        self._image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title, self._facts = label(), label(kind="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setRange(0, 0)
        self.remove_button = tool("close", f"Remove {self._name}")
        self.remove_button.clicked.connect(self.removed)
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 6, 6, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._image, 0, 0, 3, 1)
        grid.addWidget(self._title, 0, 1, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self._facts, 1, 1, Qt.AlignmentFlag.AlignTop)
        for row in (0, 1):
            grid.setRowStretch(row, 1)
        grid.addWidget(self._bar, 2, 1)
        grid.addWidget(self.remove_button, 0, 2, 3, 1)
        self._show()

    def set_attachment(self, attachment: Attachment) -> None:
        """The picture is read."""
        self.attachment = attachment
        side = round(SIDE * self.devicePixelRatioF())
        small = QPixmap.fromImage(to_qimage(attachment.thumbnail)).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(self.devicePixelRatioF())
        self._image.setPixmap(small)
        self._status = "encoding…"
        self._show()

    def set_tokens(self, tokens: int) -> None:
        if self.attachment and tokens:
            self.attachment = replace(self.attachment, tokens=tokens)
            self._show()

    def set_unseen(self) -> None:
        """The model has no eyes."""
        self._end("this model cannot see it")

    def set_ready(self) -> None:
        """Encoded, or no one will."""
        if self.attachment:
            self._end("")

    def set_progress(self, done: int, total: int) -> None:
        """While it is being encoded: tokens of the whole prompt that are done."""
        if self.attachment and self._status and 0 < done < total:
            self._bar.setRange(0, total)
            self._bar.setValue(done)

    @property
    def ready(self) -> bool:
        return self.attachment is not None and not self._status

    def _end(self, status: str) -> None:
        self._status = status
        self._bar.hide()
        self._show()

    @property
    def facts(self) -> str:
        """ "1024 × 768, 36 tokens"."""
        return self.attachment.caption if self.attachment else self._status

    def _show(self) -> None:
        self._title.setText(elided(self._name, self._title, LETTERS * self._title.fontMetrics().averageCharWidth()))
        self._facts.setText(self.facts)
        origin = self.attachment.origin if self.attachment else ""
        self.setToolTip("\n".join(part for part in (self._name, self.facts, origin, self._status) if part))
        words = [f"Picture {self._name}", self.facts, origin, self._status or "ready"]
        self.setAccessibleName(", ".join(word for word in dict.fromkeys(words) if word))
        self.setAccessibleDescription("Delete removes it.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)


class ChipRow(QScrollArea):
    """Side by side; hidden while there are none."""

    changed = Signal()
    """Pictures came or went, by hand; `attachments` are those that are read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setAccessibleName("Pictures of the question")
        inside = QWidget()
        inside.setObjectName("chipRow")
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, QWidget#chipRow { background: transparent; }")
        self._chips: list[Chip] = []
        self.hide()

    @property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(self._chips)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(chip.attachment for chip in self._chips if chip.attachment)

    @property
    def reading(self) -> bool:
        """Whether one is still being read."""
        return any(chip.attachment is None for chip in self._chips)

    def expect(self, name: str | Path) -> Chip:
        """A chip for a picture that is being read."""
        chip = Chip(Path(name).name)
        chip.removed.connect(lambda: self._removed(chip))
        self._chips.append(chip)
        self._row.insertWidget(len(self._chips) - 1, chip)
        self._fit()
        return chip

    def show_attachments(self, attachments: tuple[Attachment, ...]) -> None:
        """These and no others; says nothing."""
        for chip in self.chips:
            self.drop(chip)
        for attachment in attachments:
            self.expect(attachment.picture.name).set_attachment(attachment)

    def drop(self, chip: Chip) -> None:
        if chip in self._chips:
            self._chips.remove(chip)
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
            self._fit()

    def of(self, image_id: str) -> list[Chip]:
        return [chip for chip in self._chips if chip.attachment and chip.attachment.picture.image.id == image_id]

    def _removed(self, chip: Chip) -> None:
        place = self._chips.index(chip)
        self.drop(chip)
        if self._chips:
            self._chips[min(place, len(self._chips) - 1)].setFocus()
        self.changed.emit()

    def _fit(self) -> None:
        self.setVisible(bool(self._chips))
        if self._chips:
            bar = self.horizontalScrollBar()
            height = self._chips[0].sizeHint().height() + (bar.sizeHint().height() if len(self._chips) > 2 else 0)
            self.setFixedHeight(max(height, SIDE + 14))
