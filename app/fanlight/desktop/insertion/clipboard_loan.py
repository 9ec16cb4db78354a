"""The clipboard while a text is pasted: what another program has on it is kept, and put back afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from fanlight.desktop.insertion.kept_clipboard import kept_content

Mode = QClipboard.Mode
_SECRET = "x-kde-passwordManagerHint"
"""Clipboard managers leave out what has it: a dictation belongs into no list that they may keep on the disk."""


class ClipboardLoan(QObject):
    """Of the clipboard, and of the primary selection where a program pastes that."""

    lost = Signal()
    """The user, or a program, has put something else where the text was lent."""
    copied = Signal()
    """A clipboard manager has put its own copy of the text there, and is asked from now on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._kept: dict[Mode, QMimeData | None] = {}
        self._lent: dict[Mode, str] = {}
        """The text, by where it was put."""
        self._putting = False
        self._clipboard.changed.connect(self._on_changed)

    def keep(self, modes: Sequence[Mode]) -> None:
        """Read what is there, unless it is known already: that may take as long as the other program takes."""
        for mode in modes:
            if mode not in self._kept and mode not in self._lent:
                self._kept[mode] = kept_content(self._clipboard, mode)

    def lend(self, text: str, modes: Sequence[Mode], made: Callable[[str], QMimeData] | None = None) -> bool:
        """Put the text there, as `made` of it. False where another program does not let it go."""
        self.keep(modes)
        for mode in modes:
            mime = (made or _secret_text)(text)
            self._lent[mode] = text
            self._put(mime, mode)
        return all(self._is_ours(mode) for mode in modes)

    def give_back(self) -> None:
        """What was there before, unless another program has put something there meanwhile."""
        lent, self._lent = self._lent, {}
        for mode, text in lent.items():
            kept = self._kept.pop(mode, None)
            if self._is_ours(mode) or self._clipboard.text(mode) == text:
                self._put(kept, mode)

    def forget(self) -> None:
        """What was read ahead is not needed."""
        if not self._lent:
            self._kept.clear()

    def _put(self, mime: QMimeData | None, mode: Mode) -> None:
        self._putting = True
        if mime is None:
            self._clipboard.clear(mode)
        else:
            self._clipboard.setMimeData(mime, mode)
        self._putting = False

    def _is_ours(self, mode: Mode) -> bool:
        return self._clipboard.ownsSelection() if mode is Mode.Selection else self._clipboard.ownsClipboard()

    def _on_changed(self, mode: Mode) -> None:
        if self._putting:
            return
        if mode not in self._lent:
            self._kept.pop(mode, None)
        elif not self._is_ours(mode):
            (self.copied if self._clipboard.text(mode) == self._lent[mode] else self.lost).emit()


def _secret_text(text: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(text)
    mime.setData(_SECRET, b"secret")
    return mime
