"""The part of the settings about live captions: whether this computer lets Fanlight hear what it plays."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.plain_text import with_quoted_code
from fanlight.ui.widgets.shortcuts import shown_keys


class CaptionsSection(QWidget):
    def __init__(self, why_not: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        about = _(
            "What this computer plays, as text in a bar above all windows. {key} starts and stops them, and so does "
            "`fanlight captions toggle`. Nothing is heard at other times, and nothing is kept on the disk."
        ).format(key=shown_keys("captions"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(with_quoted_code(why_not or about), "notice" if why_not else "muted", wrap=True))
