"""The mark in the window while a server of the user's own answers."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from fanlight.core.chat.model_host import ModelHost
from fanlight.domain.slots import Slot
from fanlight.i18n import _
from fanlight.ui.controls import label


class ServerLine(QFrame):
    """There as long as the model that is chosen, or that for captures, is on a server."""

    def __init__(self, host: ModelHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self.text = label("", "error", wrap=True)
        policy = self.text.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.text.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.addWidget(self.text, 1)
        host.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        text, captures = (self._host.shown_server_in(slot) for slot in (Slot.WINDOW, Slot.PANEL))
        if captures and captures != text:
            about_captures = _("Captures: {sentence}").format(sentence=captures)
            text = f"{text}\n{about_captures}".strip()
        self.text.setText(text)
        self.setVisible(bool(text))
