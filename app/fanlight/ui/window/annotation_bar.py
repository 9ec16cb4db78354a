"""The tools with which a picture is drawn on and redacted, and what is done with the outcome."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fanlight.domain.annotations import COLOURS
from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push, tool
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.window.annotation_view import AnnotationView, Tool

TOOLS: tuple[tuple[Tool, str, str, str], ...] = (
    ("choose", "pointer", N_("Choose and move"), "S"),
    ("redact", "redact", N_("Redact"), "X"),
    ("crop", "crop", N_("Crop"), "C"),
    ("arrow", "arrow", N_("Arrow"), "A"),
    ("frame", "frame", N_("Box"), "B"),
    ("words", "words", N_("Text"), "T"),
    ("number", "number", N_("Number"), "N"),
)
"""A tool, its icon, its name, and its key."""
_NAMES = (N_("Red"), N_("Orange"), N_("Green"), N_("Blue"), N_("Black"), N_("White"))
"""Of COLOURS."""
_SWATCH = 16


class AnnotationBar(QWidget):
    """Drives an AnnotationView. `apply_button` and `replace_button` belong to the window around both."""

    find_wanted = Signal()
    faces_wanted = Signal()

    def __init__(self, view: AnnotationView, *, can_find: bool) -> None:
        super().__init__()
        self._view = view
        self.buttons = QButtonGroup(self)
        self.tools: dict[Tool, QToolButton] = {}
        for number, (name, icon, words, key) in enumerate(TOOLS):
            button = tool(icon, _(words), _("{action} ({key})").format(action=_(words), key=key))
            button.setCheckable(True)
            button.clicked.connect(partial(self.use, name))
            self.buttons.addButton(button, number)
            self.tools[name] = button
        self.tiles = tool("tiles", _("Cover with tiles instead of black"), _("Cover with tiles instead of black (V)"))
        self.tiles.setCheckable(True)
        self.tiles.toggled.connect(self._on_cover)
        self.colour = QToolButton()
        self.colour.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.colour.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.colour.setMenu(self._colour_menu())
        self.undo = tool("undo", _("Undo"), _("Undo (Ctrl+Z)"))
        self.redo = tool("redo", _("Redo"), _("Redo (Ctrl+Shift+Z)"))
        self.undo.clicked.connect(view.undo)
        self.redo.clicked.connect(view.redo)
        self.find_button = push(_("Find Private Data"))
        self.find_button.setToolTip(_("Mail addresses, phone numbers, cards, accounts, tokens and passwords (F)"))
        self.find_button.setVisible(can_find)
        self.find_button.clicked.connect(self.find_wanted)
        self.faces_button = push(_("Find Faces"))
        self.faces_button.setToolTip(_("Faces of people (Shift+F)"))
        self.faces_button.setVisible(can_find)
        self.faces_button.clicked.connect(self.faces_wanted)
        self.said = label(kind="muted", wrap=True)
        self.apply_button, self.replace_button = push("", kind="primary"), push(_("Replace the Kept Picture"))
        self.model_sees = QCheckBox(_("The model sees what is covered"))
        self.model_sees.setToolTip(
            _("Until the conversation leaves the screen. What is kept and exported is covered; answers may repeat it.")
        )
        self._lay_out(can_find=can_find)
        view.edited.connect(self.refresh)
        self.use_colour(0)

    def _lay_out(self, *, can_find: bool) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for control in (*self.tools.values(), self.tiles, self.colour, self.undo, self.redo):
            first.addWidget(control)
        first.addStretch(1)
        if can_find:
            first.addWidget(self.faces_button)
            first.addWidget(self.find_button)
        second.addWidget(self.said, 1)
        second.addWidget(self.model_sees)
        second.addWidget(self.replace_button)
        second.addWidget(self.apply_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(first)
        rows.addLayout(second)

    def use(self, name: Tool) -> None:
        self.tools[name].setChecked(True)
        self._view.use_tool(name)

    def use_colour(self, number: int) -> None:
        self._view.colour = COLOURS[number]
        self.colour.setIcon(_swatch(COLOURS[number], self.devicePixelRatioF()))
        side = in_text_size(_SWATCH)
        self.colour.setIconSize(QSize(side, side))
        name = _("Color: {name}").format(name=_(_NAMES[number]))
        self.colour.setAccessibleName(name)
        self.colour.setToolTip(plain_tip(name))

    def say(self, text: str) -> None:
        self.said.setText(text)

    def refresh(self) -> None:
        view = self._view
        self.undo.setEnabled(view.can_undo)
        self.redo.setEnabled(view.can_redo)
        self.apply_button.setEnabled(bool(view.annotations))
        for control in (self.replace_button, self.model_sees):
            control.setEnabled(view.covers)

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key is one of the tools'."""
        view, key, held = self._view, Qt.Key(event.key()), event.modifiers()
        is_held = bool(held & Qt.KeyboardModifier.ControlModifier)
        is_shifted = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if is_held and key == Qt.Key.Key_Z:
            (view.redo if is_shifted else view.undo)()
        elif is_held and key == Qt.Key.Key_Y:
            view.redo()
        elif is_held and key in _ENTER:
            self.apply_button.click()
        elif is_held and key not in _ARROWS:
            return False
        elif is_shifted and key == Qt.Key.Key_F:
            self.faces_button.click()
        elif key in _ARROWS and view.chosen is not None:
            step = 1.0 if is_held else view.step
            view.move_chosen(_ARROWS[key][0] * step, _ARROWS[key][1] * step, resize=is_shifted)
        else:
            return self._press_plain(key)
        return True

    def _press_plain(self, key: Qt.Key) -> bool:
        view = self._view
        named = next((name for name, _icon, _words, letter in TOOLS if key == Qt.Key[f"Key_{letter}"]), None)
        match key:
            case _ if named is not None:
                self.use(named)
            case Qt.Key.Key_V:
                self.tiles.toggle()
            case Qt.Key.Key_F:
                self.find_button.click()
            case Qt.Key.Key_Comma | Qt.Key.Key_Period:
                view.choose_next(1 if key == Qt.Key.Key_Period else -1)
            case Qt.Key.Key_Space:
                view.switch_chosen()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                view.remove_chosen()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if view.tool not in (None, "choose"):
                view.add_in_middle()
            case Qt.Key.Key_Escape if view.chosen is not None:
                view.unchoose()
            case Qt.Key.Key_Escape if view.tool not in (None, "choose"):
                self.use("choose")
            case _:
                return False
        return True

    def _on_cover(self, tiles: bool) -> None:
        self._view.use_cover("tiles" if tiles else "black")

    def _colour_menu(self) -> QMenu:
        menu = QMenu(self)
        for number, (colour, name) in enumerate(zip(COLOURS, _NAMES, strict=True)):
            action = menu.addAction(_(name), partial(self.use_colour, number))
            action.setIcon(_swatch(colour, self.devicePixelRatioF()))
        return menu


def _swatch(colour: str, ratio: float) -> QIcon:
    side = in_text_size(_SWATCH)
    drawn = QPixmap(QSize(side, side) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(128, 128, 128))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, side - 2, side - 2)
    painter.end()
    return QIcon(drawn)


_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
