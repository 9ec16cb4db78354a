"""Ways out that are asked about first: a link leads out of this computer, quitting loses what could not be saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.domain.errors import FanlightError

SCHEMES = ("https", "http", "mailto")


def ask_to_open(address: QUrl, parent: QWidget) -> None:
    """A link in an answer opens only after its address was shown, decoded as little as possible, and by the browser."""
    text = address.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    box = QMessageBox(parent)
    box.setWindowTitle("Open a link")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    copy = box.addButton("Copy the address", QMessageBox.ButtonRole.ActionRole)
    go = None
    if address.scheme().lower() in SCHEMES:
        box.setText("Open this address in the browser?")
        go = box.addButton("Open", QMessageBox.ButtonRole.AcceptRole)
    else:
        box.setText("Fanlight opens web and mail addresses only. This one is:")
    box.setInformativeText(text)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(text)
    elif go is not None and box.clickedButton() is go:
        QDesktopServices.openUrl(address)


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
