"""Which page of a file is attached, of a file that has several; another one is chosen here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpinBox

from fanlight.core.chat.attachments import AttachmentItem
from fanlight.core.work.throttle import Debounce
from fanlight.i18n import _, format_number

CHOICE_MS = 250
_NUMBER = "\x00"


class PageBox(QSpinBox):
    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        """`name`: of the file."""
        super().__init__()
        self.setMinimum(1)
        self.setAccessibleName(_("Page of {name}").format(name=name))
        self._soon = Debounce(self, lambda: self.chosen.emit(self.value()), CHOICE_MS)
        self.valueChanged.connect(self._soon.request)
        self.hide()

    def show_page(self, item: AttachmentItem) -> None:
        """Nothing where there is no choice."""
        picture = item.attachment.picture if item.attachment is not None else None
        if picture is None or self._soon.pending:
            return
        self.setVisible(item.pages > 1)
        words = _("{page} of {count}").format(page=_NUMBER, count=format_number(item.pages))
        before, after = words.split(_NUMBER)
        self.blockSignals(True)
        self.setPrefix(before)
        self.setSuffix(after)
        self.setMaximum(item.pages)
        self.setValue(picture.page)
        self.blockSignals(False)
