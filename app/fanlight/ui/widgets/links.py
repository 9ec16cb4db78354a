"""Opening links, which lead out of this computer."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import message_box

SCHEMES = ("https", "http", "mailto")


def ask_to_open(address: QUrl, parent: QWidget) -> None:
    """Show the address, decoded as little as possible, and open it in the browser only if the user agrees."""
    text = address.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    is_web = address.scheme().lower() in SCHEMES
    words = (
        _("Open this address in the browser?")
        if is_web
        else _("Fanlight opens web and mail addresses only. This one is:")
    )
    box = message_box(parent, _("Open a link"), words, text)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    copy = box.addButton(_("Copy the address"), QMessageBox.ButtonRole.ActionRole)
    go = box.addButton(_("Open"), QMessageBox.ButtonRole.AcceptRole) if is_web else None
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(text)
    elif go is not None and box.clickedButton() is go:
        QDesktopServices.openUrl(address)
