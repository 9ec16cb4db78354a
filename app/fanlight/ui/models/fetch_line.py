"""The line in the window while something is fetched: with whom Fanlight is connected, and how long it will take."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from fanlight.core.downloads.download import Download
from fanlight.core.downloads.downloads import Downloads
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.models.fetch_rows import shown_shortly


class FetchLine(QFrame):
    """There as long as there is a process that may be connected."""

    models_requested = Signal()

    def __init__(self, downloads: Downloads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self._shown: Download | None = None
        self.text = label("", "muted", wrap=True)
        policy = self.text.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.text.setSizePolicy(policy)
        self.show_button = push(_("Show"))
        self.show_button.clicked.connect(self.models_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.show_button)
        downloads.active_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._shown is not None:
            self._shown.changed.disconnect(self._refresh)
        self._shown = self._downloads.running
        if self._shown is not None:
            self._shown.changed.connect(self._refresh)
            self._refresh()
        self.setVisible(self._shown is not None)

    def _refresh(self) -> None:
        if self._shown is not None:
            self.text.setText(
                _("{name}: {line}").format(name=self._shown.request.name, line=shown_shortly(self._shown))
            )
