"""Whether the model thinks before its answer: a button of the composer, there for models that can."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from fanlight.domain.models import ThinkingMode
from fanlight.i18n import N_, _
from fanlight.ui.controls import set_icon
from fanlight.ui.plain_text import plain_tip

_MODES: dict[ThinkingMode, tuple[str, str]] = {
    "auto": (N_("Thinking: automatic"), N_("Think as the model does by itself")),
    "on": (N_("Thinking: on"), N_("Think before the answer")),
    "off": (N_("Thinking: off"), N_("Answer at once")),
}
"""What the button says, and the choice in its menu."""


class ThinkingMenu(QToolButton):
    """Hidden until `show_mode` says that the model can think."""

    chosen = Signal(str)
    """A ThinkingMode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self, "thinking")
        menu = QMenu(self)
        group = QActionGroup(menu)
        for mode, (_unused, choice) in _MODES.items():
            action = menu.addAction(_(choice))
            action.setCheckable(True)
            action.setData(mode)
            group.addAction(action)
        group.triggered.connect(lambda action: self.chosen.emit(action.data()))
        self.setMenu(menu)
        self.hide()

    def show_mode(self, mode: ThinkingMode, *, can_think: bool) -> None:
        name = _(_MODES[mode][0])
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        for action in self.menu().actions():
            action.setChecked(action.data() == mode)
        self.setVisible(can_think)
