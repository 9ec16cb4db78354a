"""Opening links, which lead out of this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.i18n import _

SCHEMES = ("https", "http", "mailto")


def ask_to_open(address: QUrl, parent: QWidget) -> None:
    """Show the address, decoded as little as possible, and open it in the browser only if the user agrees."""
    text = address.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    box = QMessageBox(parent)
    box.setWindowTitle(_("Open a link"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    copy = box.addButton(_("Copy the address"), QMessageBox.ButtonRole.ActionRole)
    go = None
    if address.scheme().lower() in SCHEMES:
        box.setText(_("Open this address in the browser?"))
        go = box.addButton(_("Open"), QMessageBox.ButtonRole.AcceptRole)
    else:
        box.setText(_("Fanlight opens web and mail addresses only. This one is:"))
    box.setInformativeText(text)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(text)
    elif go is not None and box.clickedButton() is go:
        QDesktopServices.openUrl(address)
