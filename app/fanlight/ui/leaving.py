"""A link in an answer leads out of this computer: it opens only after its address was shown, and by the browser."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

SCHEMES = ("https", "http", "mailto")


def ask_to_open(address: QUrl, parent: QWidget) -> None:
    """The whole address, decoded as little as possible; Cancel is the default."""
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
