"""What a page of settings is laid out with: a label on the left, what it is about on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fanlight.ui.controls import rule
from fanlight.ui.theme import in_text_size

LABEL_WIDTH = 230
"""At a text size of 100 percent."""
EDITOR_WIDTH = 130
"""Of an editor beside a label, at least. At a text size of 100 percent."""


def scrolling(inside: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    return scroll


def lay_out(dialog: QDialog, body: QWidget, *buttons: QWidget) -> None:
    """`body` over a line and a row of buttons, the last of them on the right."""
    row, column = QHBoxLayout(), QVBoxLayout(dialog)
    row.setContentsMargins(24, 12, 24, 14)
    row.setSpacing(8)
    for button in buttons[:-1]:
        row.addWidget(button)
    row.addStretch(1)
    row.addWidget(buttons[-1])
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(body, 1)
    column.addWidget(rule())
    column.addLayout(row)


def fit_to_texts(dialog: QDialog, width: int) -> None:
    """At least so many logical pixels wide at a text size of 100 percent, as wide as its buttons, and as high as its
    wrapped texts are then. Call it when it is shown, and when a text has changed."""
    layout = dialog.layout()
    if layout is not None:
        layout.activate()
        wide = max(in_text_size(width), layout.minimumSize().width())
        wraps = layout.hasHeightForWidth()
        dialog.setMinimumSize(wide, layout.totalHeightForWidth(wide) if wraps else layout.totalMinimumSize().height())


def give_room(window: QWidget, width: int, height: int) -> None:
    """Resize to this many logical pixels at a text size of 100 percent, larger with the text, at most 90 percent of the
    screen."""
    wanted = QSize(in_text_size(width), in_text_size(height))
    window.resize(wanted.boundedTo(window.screen().availableSize() * 0.9))


class FieldLabel(QLabel):
    """As wide as all others, at every size of the text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(in_text_size(LABEL_WIDTH))


class WrappingCheckBox(QCheckBox):
    """A check box whose text takes more lines where there is no room for it in one. Qt's own never breaks a line."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def text(self) -> str:
        """Without the line breaks."""
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        self._wrap()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self._around + self._advance(self._text), hint.height() - self._more_height(super().text()))

    def minimumSizeHint(self) -> QSize:
        words = max(map(self._advance, self._text.split()), default=0)
        return QSize(self._around + words, self.sizeHint().height())

    def heightForWidth(self, width: int) -> int:
        return self.sizeHint().height() + self._more_height(self._wrapped(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        wrapped = self._wrapped(self.width())
        if wrapped != super().text():
            super().setText(wrapped)

    def _wrapped(self, width: int) -> str:
        room = width - self._around
        lines = [""]
        for word in self._text.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self._advance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)

    @property
    def _around(self) -> int:
        """The width of all but the text."""
        return super().sizeHint().width() - max(map(self._advance, super().text().split("\n")))

    def _advance(self, text: str) -> int:
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    def _more_height(self, text: str) -> int:
        """Of the lines after the first."""
        metrics, flag = self.fontMetrics(), Qt.TextFlag.TextShowMnemonic
        return metrics.size(flag, text).height() - metrics.size(flag, text.partition("\n")[0] or "x").height()
