"""Quitting loses what could not be saved, so it is asked about first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.domain.errors import FanlightError


def ask_to_quit(problem: FanlightError, parent: QWidget) -> bool:
    """Whether to quit although something is not saved; staying is the default."""
    box = QMessageBox(parent)
    box.setWindowTitle("Quit Fanlight")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("The last of this conversation is not saved. Quit and lose it?")
    box.setInformativeText(problem.text)
    stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton("Quit and lose it", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is leave
