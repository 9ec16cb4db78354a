"""Asking for a passphrase: a new one twice, and the one of an encrypted backup."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import hidden_field, label
from fanlight.ui.theme import in_text_size


class PassphraseDialog(QDialog):
    """`new`: it may be empty, and is typed twice."""

    def __init__(self, parent: QWidget | None, *, new: bool) -> None:
        super().__init__(parent)
        self._new = new
        self.setWindowTitle(_("Back Up Everything") if new else _("Restore a Backup"))
        self.field, self.again = hidden_field(_("Passphrase")), hidden_field(_("Passphrase, once more"))
        self.problem = label("", "error_line", wrap=True)
        said = (
            _(
                "With a passphrase the file is encrypted, and nobody can read it without; a passphrase that is "
                "lost cannot be recovered. Leave it empty for a file that everybody can read."
            )
            if new
            else _("This backup is encrypted. Enter the passphrase that it was made with.")
        )
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.ok_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok_button.setText(_("Back Up") if new else _("Restore"))
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        cancel.setAutoDefault(False)  # it would take the place of the other one while that cannot be pressed
        self.ok_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for widget in (label(said, wrap=True), self.field, self.again, self.problem, self.buttons):
            column.addWidget(widget)
        self.again.setVisible(new)
        for field in (self.field, self.again):
            field.textChanged.connect(self._check)
        self.setMinimumWidth(in_text_size(420))
        self._check()

    @property
    def passphrase(self) -> str:
        return self.field.text()

    def _check(self) -> None:
        differs = self._new and self.field.text() != self.again.text()
        self.problem.setText(_("The passphrases differ.") if differs and self.again.text() else "")
        self.ok_button.setEnabled(not differs and (self._new or bool(self.field.text())))
