"""The dialogs of the Models window are as large as their words."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from fanlight.core.downloads.hub_token import HubToken
from fanlight.ui.models.server_dialog import ServerDialog
from fanlight.ui.models.token_dialog import TokenDialog

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("words", [1, 60])
def test_texts_and_buttons_have_room(qtbot: Any, words: int) -> None:
    token = TokenDialog(HubToken(lambda: "https://hub.example"), "https://hub.example/x", "Why it asks. " * words)
    token.page_button.setText("A button with many more words than usual " * 2)
    server = ServerDialog()
    token.field.setText("two words")
    for dialog, give in ((token, token._keep), (server, server._add)):
        qtbot.addWidget(dialog)
        dialog.show()
        give()
        qtbot.waitUntil(lambda dialog=dialog: has_room(dialog))


def has_room(dialog: QDialog) -> bool:
    labels = [one for one in dialog.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
    buttons = [one for one in dialog.findChildren(QPushButton) if one.isVisible()]
    return all(one.height() >= one.heightForWidth(one.width()) for one in labels) and all(
        one.width() >= one.sizeHint().width() for one in buttons
    )
