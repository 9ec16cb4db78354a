"""The part of the search palette about pictures: a heading, what is found, and what is done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.work.throttle import Debounce
from fanlight.domain.picture_finding import PictureHit, PicturePlace, PictureResult
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import label
from fanlight.ui.widgets.banner import announce
from fanlight.ui.window.picture_grid import PictureGrid, name_of

TYPING_MS = 250
"""Longer than for words: a model reads them."""


class PictureFinding(QWidget):
    """Hidden while nothing is found."""

    shown_in_conversation = Signal(object)
    asked = Signal(object)
    """The PictureHit."""
    file_shown = Signal()

    def __init__(self, search: PictureSearch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self._text, self._like = "", ""
        self.heading, self.grid = label("", "muted"), PictureGrid(search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.heading)
        column.addWidget(self.grid)
        self._typed = Debounce(self, self._look, TYPING_MS)
        self.grid.picked.connect(self._on_picked)
        self.grid.asked.connect(self.asked)
        self.grid.like_wanted.connect(lambda hit: self.look_like(hit.place, name_of(hit)))
        self.grid.place_wanted.connect(self._show_place)
        search.found.connect(self._on_found)
        self.hide()

    def look_for(self, text: str) -> None:
        """Soon, for the last text."""
        self._text = text
        self._typed.request()

    def look_like(self, place: PicturePlace, name: str) -> None:
        """Other pictures that show the like."""
        self._typed.cancel()
        self._like = name
        self._search.look_for(place)

    def stop(self) -> None:
        self._typed.cancel()
        self._search.stop()

    def _look(self) -> None:
        if self._text.strip():
            self._search.look_for(self._text)
        else:
            self._search.stop()
            self._show(PictureResult(), "")

    def _on_found(self, wanted: str | PicturePlace, result: PictureResult) -> None:
        if isinstance(wanted, PicturePlace):
            said = (
                _("Pictures like {name}").format(name=self._like) if result.hits else _("No other picture is like it.")
            )
            self._show(result, said, stays=True)
        else:
            self._show(result, _state_of(result), stays=result.progress.unread > 0)

    def _show(self, result: PictureResult, said: str, *, stays: bool = False) -> None:
        self.grid.show_hits(result.hits)
        self.heading.setText(said)
        self.setVisible(bool(result.hits) or stays)
        if self.isVisible():
            announce(self, said)

    def _on_picked(self, hit: PictureHit) -> None:
        if hit.place.kept:
            self.shown_in_conversation.emit(hit)
        else:
            self.asked.emit(hit)

    def _show_place(self, hit: PictureHit) -> None:
        if hit.place.kept:
            self.shown_in_conversation.emit(hit)
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(hit.place.where).parent)))
            self.file_shown.emit()


def _state_of(result: PictureResult) -> str:
    count, left = len(result.hits), result.progress.unread
    said = ngettext("{count} picture", "{count} pictures", count).format(count=format_number(count))
    if not left:
        return said
    waiting = ngettext(
        "{count} picture is still to be looked at.", "{count} pictures are still to be looked at.", left
    ).format(count=format_number(left))
    return f"{said}. {waiting}"
