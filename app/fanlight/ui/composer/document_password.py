"""Asks for the password of a document that is attached."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from fanlight.core.chat.attachment_loader import AttachmentLoader, ProtectedDocument
from fanlight.i18n import _
from fanlight.ui.controls import hidden_field, label
from fanlight.ui.theme import in_text_size


class DocumentPasswords(QObject):
    """A dialog for each such document; without an answer it is left out."""

    def __init__(self, loader: AttachmentLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader, self._parent = loader, parent
        loader.password_wanted.connect(self.ask)

    def ask(self, document: ProtectedDocument) -> None:
        dialog = DocumentPasswordDialog(document.problem.message, self._parent.window())
        dialog.accepted.connect(lambda: self._loader.unlock(document, dialog.field.text()))
        dialog.rejected.connect(lambda: self._loader.leave_out(document))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class DocumentPasswordDialog(QDialog):
    """`field` has what was typed."""

    def __init__(self, problem: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Password of a Document"))
        self.field = hidden_field(_("Password"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.ok_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok_button.setText(_("Open"))
        self.ok_button.setDefault(True)
        self.ok_button.setEnabled(False)
        leave_out = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        leave_out.setText(_("Leave Out"))
        leave_out.setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.field.textChanged.connect(lambda text: self.ok_button.setEnabled(bool(text)))
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for widget in (label(problem, wrap=True), self.field, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(in_text_size(380))
