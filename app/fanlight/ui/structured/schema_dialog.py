"""A schema as JSON, to be edited and kept as one of the user's own."""

from __future__ import annotations

import json

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from fanlight.core.structured.schema_shelf import ReadingSchema, SchemaShelf
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import give_room, lay_out
from fanlight.ui.widgets.long_text_edit import LongTextEdit

_EMPTY = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "date": {"type": ["string", "null"], "format": "date"},
        "amount": {"type": ["number", "null"]},
    },
    "required": ["name", "date", "amount"],
}


class SchemaDialog(QDialog):
    """Accepted once it is saved: then `saved` is what it is called, "" where it was deleted."""

    def __init__(
        self, shelf: SchemaShelf, schema: ReadingSchema | None, file_worker: FileWorker, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._shelf, self._schema, self._file_worker = shelf, schema, file_worker
        self.saved = ""
        self.setWindowTitle(_("Edit Schema") if schema is not None else _("New Schema"))
        self.name = QLineEdit(schema.name if schema is not None else "")
        self.name.setPlaceholderText(_("Name"))
        self.name.setAccessibleName(_("Name"))
        self.text = LongTextEdit()
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(_("JSON schema"))
        self.text.setTabChangesFocus(True)
        self.text.setPlainText(schema.text if schema is not None else json.dumps(_EMPTY, indent=2))
        self.problem = label(kind="error_line", wrap=True)
        self.problem.hide()
        about = _("A JSON schema: “title” is what a field is called, “description” tells the model what to look for.")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(10)
        for widget in (label(about, "muted", wrap=True), self.name, self.text, self.problem):
            column.addWidget(widget, int(widget is self.text))
        self.delete_button, self.cancel_button = push(_("Delete"), kind="danger"), push(_("Cancel"))
        self.save_button = push(_("Save"), kind="primary")
        self.delete_button.setVisible(schema is not None and schema.is_own)
        self.delete_button.clicked.connect(self._delete)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self.save)
        lay_out(self, body, self.delete_button, self.cancel_button, self.save_button)
        give_room(self, 560, 560)

    def save(self) -> None:
        """Checked on a file thread: what enforces schemas is imported there."""
        text, name = self.text.toPlainText(), self.name.text().strip()
        self.save_button.setEnabled(False)
        self._file_worker.call(lambda: self._shelf.save(text, name), self._on_saved)

    def _on_saved(self, saved: ReadingSchema | FanlightError) -> None:
        self.save_button.setEnabled(True)
        if isinstance(saved, FanlightError):
            self._refuse(saved)
        else:
            self.saved = saved.name
            self.accept()

    def _delete(self) -> None:
        schema, shelf = self._schema, self._shelf
        if schema is not None:
            self._file_worker.call(lambda: shelf.remove(schema.name), self._on_removed)

    def _on_removed(self, error: FanlightError | None) -> None:
        if isinstance(error, FanlightError):
            self._refuse(error)
        else:
            self.accept()

    def _refuse(self, error: FanlightError) -> None:
        self.problem.setText(error.text)
        self.problem.show()
        announce(self, error.text)
        self.text.setFocus()
