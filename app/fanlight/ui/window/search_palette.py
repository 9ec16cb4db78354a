"""Searching all conversations: a field and what is found, over the window, for the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from fanlight.core.chat.history_search import HistorySearch
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.work.throttle import Debounce
from fanlight.domain.picture_finding import PicturePlace
from fanlight.domain.search import LONGEST_QUERY, SearchHit, SearchResult
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import label
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import announce
from fanlight.ui.window.palette_commands import PaletteCommands
from fanlight.ui.window.picture_finding import PictureFinding
from fanlight.ui.window.search_filter_bar import FilterButtons
from fanlight.ui.window.search_list import HIT, HitDelegate, HitModel

TYPING_MS = 40
WIDE, MARGIN = 720, 24
_ALL_ROOM = 1000
"""The list's share; without it, what is left is below what was found."""
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchPalette(QWidget):
    """Covers its parent; a click beside it, or Esc, closes it, and the focus is where it was."""

    chosen = Signal(object, str)
    """The hit, and what was looked for."""

    def __init__(self, search: HistorySearch, pictures: PictureSearch, parent: QWidget) -> None:
        super().__init__(parent)
        self._search, self._window = search, parent
        self.pictures, self.commands = PictureFinding(pictures), PaletteCommands()
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Search all conversations"))
        self.field.setAccessibleName(_("Search all conversations"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(LONGEST_QUERY)
        self.filters = FilterButtons()
        self.filters.edited.connect(self._set_text)
        self.model, self.list = HitModel(), QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(HitDelegate(self.list))
        self.list.setAccessibleName(_("What was found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.state = label("", "muted", wrap=True)
        self.card = QFrame(self)
        self.card.setObjectName("card")
        column = QVBoxLayout(self.card)
        column.setContentsMargins(14, 14, 14, 12)
        column.setSpacing(10)
        for widget in (self.field, self.filters, self.commands, self.pictures, self.list, self.state):
            column.addWidget(widget, _ALL_ROOM if widget is self.list else 0)
        column.addStretch(1)
        self._typed = Debounce(self, self._look, TYPING_MS)
        self.field.textChanged.connect(self.filters.show_text)
        self.field.textChanged.connect(self._typed.request)
        self.field.textChanged.connect(self.commands.show_for)
        self.commands.chosen.connect(self.dismiss)
        self.field.installEventFilter(self)
        self.list.activated.connect(self._choose)
        self.list.clicked.connect(self._choose)
        for signal in (self.pictures.asked, self.pictures.shown_in_conversation, self.pictures.file_shown):
            signal.connect(self.dismiss)
        search.found.connect(self._show_found)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()
        self.field.selectAll()
        self.filters.show_text(self.field.text())
        self.commands.show_for(self.field.text())
        self._search.read_models(self.filters.offer_models)
        self.filters.offer_tags(list(self._search.tags))
        self._look()

    def open_like(self, place: PicturePlace, name: str) -> None:
        """With pictures like this one."""
        self.field.clear()
        self.open()
        self.pictures.look_like(place, name)

    def dismiss(self) -> None:
        """Closed; the focus is where it was."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list that are pressed in the field; the window's size."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self._place()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _LIST_KEYS:
            QApplication.sendEvent(self.list, event)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.dismiss()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(self.list.currentIndex())
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, next_one: bool) -> bool:
        """Tab stays in here, also while this is being hidden."""
        every = (self.field, *self.filters.buttons, *self.commands.buttons, self.pictures.grid, self.list)
        ring = [one for one in every if one.isVisible() and one.isEnabled()] or [self.field]
        here = next((i for i, one in enumerate(ring) if one.hasFocus()), 0)
        ring[(here + (1 if next_one else -1)) % len(ring)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._typed.cancel()
            self._search.stop()
            self.pictures.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(0, 0, 0, 90))
        painter.end()

    def _place(self) -> None:
        room = self._window.rect()
        self.setGeometry(room)
        width = min(in_text_size(WIDE), room.width() - 2 * MARGIN)
        top = min(in_text_size(56), MARGIN + room.height() // 20)
        height = min(in_text_size(560), room.height() - top - MARGIN)
        self.card.setGeometry((room.width() - width) // 2, top, width, height)

    # searching

    def _set_text(self, text: str) -> None:
        """A button has changed it; one can go on typing words."""
        self.field.setText(text)
        self.field.setFocus()

    def _look(self) -> None:
        self._typed.cancel()
        self._search.look_for(self.field.text())
        self.pictures.look_for(self.field.text())

    def _show_found(self, text: str, result: SearchResult) -> None:
        if self.isHidden():
            return
        chosen = self.list.currentIndex().data(HIT)
        self.model.show(result.hits)
        if self.model.hits:
            row = self.model.hits.index(chosen) if chosen in self.model.hits else 0
            self.list.setCurrentIndex(self.model.index(row))
        self.list.setVisible(bool(self.model.hits))
        said = _state_of(text.strip(), result)
        if said != self.state.text():
            self.state.setText(said)
            announce(self, said)

    def _choose(self, index: QModelIndex) -> None:
        hit: SearchHit | None = index.data(HIT) if index.isValid() else None
        if hit is not None:
            text = self.field.text()
            self.dismiss()
            self.chosen.emit(hit, text)


def _state_of(text: str, result: SearchResult) -> str:
    if not text:
        said = _(
            "Words, “words in this order”, -without, and filters: has:picture has:sound is:pinned "
            "is:archived tag:name model:name after:2026-01 before:2026-02-15. Enter opens, Esc closes."
        )
    elif not result.hits and result.has_more:
        said = _("Nothing was found among the newest messages. Another word finds older ones.")
    elif not result.hits:
        said = _("No conversation has “{text}”.").format(text=text)  # there may be pictures
    elif result.has_more:
        said = _("The first {count} places. More words find fewer.").format(count=format_number(len(result.hits)))
    else:
        said = ngettext("{count} place", "{count} places", len(result.hits)).format(
            count=format_number(len(result.hits))
        )
    if result.pending:
        said += " " + ngettext(
            "Search is still reading older conversations: {count} message is left.",
            "Search is still reading older conversations: {count} messages are left.",
            result.pending,
        ).format(count=format_number(result.pending))
    return said
