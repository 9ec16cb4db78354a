"""The quick actions of a panel, as buttons with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.domain.actions import Action
from fanlight.ui.panel.panel_keys import keys_description, with_keys
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import LIGHT, Theme, scaled

GAP, CAP_GAP = 6, 5


class ActionBar(QWidget):
    """A button for each action, in as many rows as they need."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self._actions: tuple[Action, ...] = ()
        self._theme, self._live, self._text_size = LIGHT, False, 100

    def show_actions(self, actions: Sequence[Action]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self._actions = tuple(actions)
        self.buttons = [self._button(action, place) for place, action in enumerate(actions, 1)]
        self._draw()

    def set_look(self, theme: Theme, live: bool, text_size: int) -> None:
        """`live`: the actions' keys work; otherwise they are drawn muted."""
        self._theme, self._live, self._text_size = theme, live, text_size
        self._draw()

    def mark(self, action: Action | None) -> None:
        """Check the button of the action that is being answered; None for none."""
        for button, one in zip(self.buttons, self._actions, strict=True):
            button.setChecked(one == action)

    def arrange(self, width: int) -> int:
        """Place the buttons in rows; returns the rows' height."""
        return arrange_in_rows(self.buttons, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange(self.width())

    def _button(self, action: Action, place: int) -> QToolButton:
        button = QToolButton(self)
        button.setText(plain_caption(action.shown_label))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "action")
        button.setCheckable(True)
        keys = [key for key in (action.key.upper(), str(place) if place < 10 else "") if key]
        button.setToolTip(plain_tip(with_keys(action.shown_label, keys)))
        button.setAccessibleName(action.shown_label)
        button.setAccessibleDescription(keys_description(keys))
        button.clicked.connect(lambda: self.chosen.emit(action))
        button.show()
        return button

    def _draw(self) -> None:
        side = scaled(18, self._text_size)
        for place, (button, action) in enumerate(zip(self.buttons, self._actions, strict=True), 1):
            key = action.key.upper() or (str(place) if place < 10 else "")
            button.setIconSize(QSize(side + CAP_GAP, side))
            button.setIcon(keycap(key, side, self._theme, self._live, self.devicePixelRatioF()) if key else QIcon())


def arrange_in_rows(buttons: Sequence[QToolButton], width: int) -> int:
    """Returns the rows' height."""
    x = y = row = 0
    for button in buttons:
        # WORKAROUND QToolButton.sizeHint adds two spaces beside an icon. Remove when a release does not.
        spaces = 0 if button.icon().isNull() else 2 * button.fontMetrics().horizontalAdvance(" ")
        size = button.sizeHint() - QSize(spaces, 0)
        if x and x + size.width() > width:
            x, y, row = 0, y + row + GAP, 0
        button.setGeometry(QRect(QPoint(x, y), QSize(min(size.width(), width), size.height())))
        x, row = x + size.width() + GAP, max(row, size.height())
    return y + row


@cache
def keycap(key: str, side: int, theme: Theme, live: bool, ratio: float) -> QIcon:
    """A key with its letter, `side` logical pixels high, and the space between it and the words."""
    made = QPixmap(QSize(side + CAP_GAP, side) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = QRectF(0.5, 0.5, side - 1, side - 1)
    painter.setPen(QPen(QColor(theme.outline if live else theme.line), 1))
    painter.setBrush(QColor(theme.sunken))
    painter.drawRoundedRect(place, 4, 4)
    font = QFont(painter.font())
    font.setPixelSize(round(side * 0.62))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(theme.text if live else theme.muted))
    ink = QFontMetrics(font).tightBoundingRect(key)
    painter.drawText(round((side - ink.width()) / 2 - ink.left()), round((side - ink.height()) / 2 - ink.top()), key)
    painter.end()
    return QIcon(made)
