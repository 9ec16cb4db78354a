"""Buttons with icons that follow the theme, and labels with a role."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from fanlight.ui import icons
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import Theme, applied, in_text_size, moves

_ICON = "iconName"


def tool(icon: str, name: str, tip: str = "", kind: str = "", parent: QWidget | None = None) -> QToolButton:
    """A button that is only an icon: `name` is what a screen reader says, and the tip unless there is another."""
    button = QToolButton(parent)
    button.setAccessibleName(name)
    button.setToolTip(plain_tip(tip or name))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("kind", kind)
    set_icon(button, icon)
    return button


def push(text: str, icon: str = "", kind: str = "", parent: QWidget | None = None) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    button.setProperty("kind", kind)
    if icon:
        set_icon(button, icon)
    return button


def label(text: str = "", kind: str = "", wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Always plain text: it may come from a file or a model."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


def hidden_field(name: str) -> QLineEdit:
    """For what nobody is to read over a shoulder; `name` stands in it while it is empty."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


def message_box(parent: QWidget | None, title: str, text: str, details: str = "") -> QMessageBox:
    """Plain text in all of its labels, and the text can be selected; buttons are still to be added."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(details)
    for made in box.findChildren(QLabel):
        made.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return box


def rule() -> QFrame:
    """A thin line from side to side."""
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made


def set_icon(button: QAbstractButton, icon: str) -> None:
    """In the current theme's colors, and as large as its text; call `recolour` when they change."""
    button.setProperty(_ICON, icon)
    _draw(button, applied())


def recolour(root: QWidget, theme: Theme) -> None:
    """Draw the icons of all buttons under `root` in the theme's colors, as large as its text."""
    for button in root.findChildren(QAbstractButton):
        _draw(button, theme)


def _draw(button: QAbstractButton, theme: Theme) -> None:
    if name := button.property(_ICON):
        colour = theme.on_accent if button.property("kind") == "primary" else theme.muted
        size, gap = in_text_size(icons.SIZE), in_text_size(icons.GAP) if _is_worded(button) else 0
        button.setIconSize(QSize(size + gap, size))
        button.setIcon(icons.icon(name, colour, theme.outline, size, gap))


def _is_worded(button: QAbstractButton) -> bool:
    """Whether a word stands beside the icon."""
    if isinstance(button, QToolButton):
        return button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    return bool(button.text())


def show_busy(bar: QProgressBar) -> None:
    """It is not known how much is done: the bar moves, or is empty where the desktop wants nothing to move."""
    bar.setRange(0, 0 if moves() else 1)
    bar.setValue(0)


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def elided(text: str, widget: QWidget, pixels: int) -> str:
    return widget.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, pixels)
