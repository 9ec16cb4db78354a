"""Asks for an access token of the hub, for a model whose maker wants to know who fetches it."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QWidget

from fanlight.core.downloads.hub_token import HubToken
from fanlight.i18n import _
from fanlight.ui.controls import hidden_field, label, push
from fanlight.ui.widgets.entry_dialog import EntryDialog
from fanlight.ui.widgets.links import ask_to_open


class TokenDialog(EntryDialog):
    """Accepted when a token was entered."""

    def __init__(self, token: HubToken, page: str, why: str, parent: QWidget | None = None) -> None:
        """`page`: the address of the model's page, where its terms are; `why`: what the hub said."""
        super().__init__(_("Access Token"), parent)
        self._token, self._page = token, page
        self.field = hidden_field(_("Access token"))
        self.page_button = push(_("Open Its Page…"))
        self.keep_button = push(_("Use This Token"), kind="primary")
        self.keep_button.setEnabled(False)
        cancel = push(_("Cancel"))
        steps = _(
            "Sign in on the page of the model and accept its terms. Then make an access token there, in the settings "
            "of your account (reading is enough), and paste it here."
        )
        kept = _(
            "It is kept in the keyring of the system where there is one, otherwise until Fanlight ends. It is sent to "
            "the hub alone, and only when the hub asks for one."
        )
        above = (label(why, wrap=True), label(steps, wrap=True))
        column = (*above, self.field, self.wrong, label(kept, "muted", wrap=True))
        self.lay_out_entry(column, self.page_button, cancel, self.keep_button)
        self.field.textChanged.connect(lambda text: self.keep_button.setEnabled(bool(text.strip())))
        self.field.returnPressed.connect(self._keep)
        self.keep_button.clicked.connect(self._keep)
        self.page_button.clicked.connect(lambda: ask_to_open(QUrl(self._page), self))
        cancel.clicked.connect(self.reject)
        self.field.setFocus()

    def _keep(self) -> None:
        if self._token.enter(self.field.text()):
            self.accept()
        else:
            self.show_wrong(_("This is no access token: it has spaces or letters that none has. Copy it again."))
