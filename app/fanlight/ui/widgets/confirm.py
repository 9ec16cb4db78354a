"""A question before something that cannot be undone."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import message_box


def confirmed(
    parent: QWidget, question: str, consequence: str, action: str, refusal: str = "", title: str = ""
) -> bool:
    """Whether the user chose `action`, the name of a button; the other one (`refusal`, or "Cancel") is the default."""
    box = message_box(parent, title or action, question, consequence)
    stay = box.addButton(refusal or _("Cancel"), QMessageBox.ButtonRole.RejectRole)
    act = box.addButton(action, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is act
