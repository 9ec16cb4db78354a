"""No way to read what is selected in other programs is known here."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from fanlight.desktop.selected_text.backend import ReplaceEnded, ReplaceOutcome, SelectedText, SelectionRead
from fanlight.domain.desktop_errors import SelectionError
from fanlight.i18n import N_, _

name = "null"
needs = N_(
    "Under Wayland, install wl-clipboard, whose program wl-paste reads the selection. Or copy the text, and paste it "
    "into Fanlight's window."
)


def is_available() -> bool:
    return True


def start(parent: QObject) -> NullSelection:
    return NullSelection(parent)


class NullSelection:
    def __init__(self, parent: QObject) -> None:
        self._parent = parent

    def read(self, then: SelectionRead) -> None:
        error = SelectionError(_("Fanlight cannot see what is selected in other programs here."), _(needs))
        QTimer.singleShot(0, self._parent, lambda: then(error))

    def replace(self, selected: SelectedText, text: str, ended: ReplaceEnded) -> None:  # noqa: ARG002
        QTimer.singleShot(0, self._parent, lambda: ended(ReplaceOutcome.NOT_TAKEN))

    def cancel(self) -> None:
        """Nothing is under way."""

    def close(self) -> None:
        """Nothing is open."""
