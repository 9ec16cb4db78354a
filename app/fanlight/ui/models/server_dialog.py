"""Asks for a server of the user's own that answers in place of a model on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from fanlight.catalog.servers import model_address
from fanlight.domain.downloads import is_token
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelAddress
from fanlight.i18n import _
from fanlight.ui.controls import hidden_field, label, push
from fanlight.ui.widgets.entry_dialog import EntryDialog


class ServerDialog(EntryDialog):
    """`address` and `key` are what was entered, once it is accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("A Server of Yours"), parent)
        self.address: ModelAddress | None = None
        self.key = ""
        self.url, self.model = QLineEdit(), QLineEdit()
        self.key_field = hidden_field(_("Key, if the server wants one"))
        self.url.setPlaceholderText(_("Address, for example http://localhost:8080"))
        self.model.setPlaceholderText(_("Name of the model, as the server calls it"))
        for field in (self.url, self.model, self.key_field):
            field.setAccessibleName(field.placeholderText())
            field.returnPressed.connect(self._add)
        self.pictures = QCheckBox(_("It supports pictures"))
        self.pictures.setChecked(True)
        self.add_button, cancel = push(_("Add It"), kind="primary"), push(_("Cancel"))
        what = _(
            "llama-server, LM Studio, Ollama, and vLLM answer questions in place of a model on this computer. Nothing "
            "is sent before you choose it and ask: then the conversation and its pictures go to this address, and to "
            "no other."
        )
        column = (label(what, wrap=True), self.url, self.model, self.key_field, self.pictures, self.wrong)
        self.lay_out_entry(column, cancel, self.add_button)
        self.add_button.clicked.connect(self._add)
        cancel.clicked.connect(self.reject)
        self.url.setFocus()

    def _add(self) -> None:
        key = self.key_field.text().strip()
        if key and not is_token(key):
            self.show_wrong(_("This is no key: it has spaces or letters that none has. Copy it again."))
            return
        try:
            self.address = model_address(
                self.url.text(), self.model.text(), supports_images=self.pictures.isChecked(), has_key=bool(key)
            )
        except InputError as error:
            self.show_wrong(error.text)
            return
        self.key = key
        self.accept()
