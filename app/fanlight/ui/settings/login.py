"""The check box for the start at login. It is not stored in Fanlight's settings: see `desktop.login`."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.desktop import login
from fanlight.domain.desktop_errors import LoginError
from fanlight.domain.errors import error_text
from fanlight.i18n import N_, _
from fanlight.ui.controls import label
from fanlight.ui.plain_text import plain_tip, with_quoted_code
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import WrappingCheckBox

LABEL = N_("Start at login, without a window")
HELP = N_("The shortcut then works right away. Without a tray icon, use `fanlight quit` to end Fanlight.")


class LoginSection(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = WrappingCheckBox(_(LABEL))
        self.check.setAccessibleName(_(LABEL))
        self.check.setAccessibleDescription(with_quoted_code(_(HELP)))
        self.check.setToolTip(plain_tip(with_quoted_code(_(HELP))))
        self.check.setChecked(login.is_on())
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.check, label(with_quoted_code(_(HELP)), "under", wrap=True), self.problem):
            column.addWidget(widget)
        self.check.clicked.connect(self._switch)

    def _switch(self, on: bool) -> None:
        try:
            login.switch(on)
        except LoginError as error:
            words = with_quoted_code(error_text(error))
            self.problem.setText(words)
            self.problem.setAccessibleName(words)
            announce(self, words)
        self.problem.setVisible(login.is_on() != on)
        self.check.setChecked(login.is_on())
