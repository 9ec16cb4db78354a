"""Quitting loses what could not be saved, so it is asked about first."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.controls import message_box


def ask_to_quit(problem: FanlightError, parent: QWidget) -> bool:
    """Whether to quit although something is not saved; staying is the default."""
    text = _("The end of this conversation is not saved. Quit and lose it?")
    box = message_box(parent, _("Quit Fanlight"), text, problem.text)
    stay = box.addButton(_("Stay"), QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton(_("Quit Anyway"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is leave
