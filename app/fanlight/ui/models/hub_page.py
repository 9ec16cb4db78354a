"""The page on which the hub is searched for models: repositories, and the models that are in one of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.hub_search import HubSearch
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.domain.hub import HubHit
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.models.words import shown_hub_model, shown_name, shown_popularity, shown_size, shown_state
from fanlight.ui.plain_text import plain_tip

_LINE = Qt.ItemDataRole.UserRole
HubLine = HubHit | KnownModel


class HubTree(QTreeWidget):
    """Enter, or a double click, opens a repository or gets a model."""

    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHeaderLabels([_("Name"), _("Size"), _("Fits")])
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(_("Models that were found"))
        self.itemDoubleClicked.connect(lambda *_item: self.open_requested.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_requested.emit()
        else:
            super().keyPressEvent(event)

    @property
    def line(self) -> HubLine | None:
        item = self.currentItem()
        return item.data(0, _LINE) if item is not None else None

    def show_lines(self, lines: list[tuple[HubLine, list[str]]], chosen: HubLine | None) -> None:
        self.clear()
        for line, texts in lines:
            item = QTreeWidgetItem(texts)
            item.setData(0, _LINE, line)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, text in enumerate(texts):
                item.setData(column, Qt.ItemDataRole.ToolTipRole, plain_tip(text))
            self.addTopLevelItem(item)
            if line == chosen or self.currentItem() is None:
                self.setCurrentItem(item)


class HubPage(QWidget):
    """Attributes: `search_row`, the field with its button, for the line above the page."""

    def __init__(self, search: HubSearch, offers: ModelOffers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search, self._offers = search, offers
        self._build_view()
        search.changed.connect(self.refresh)
        offers.changed.connect(self.refresh)
        self.field.returnPressed.connect(self._ask)
        self.button.clicked.connect(self._ask_or_stop)
        self.tree.open_requested.connect(self._open)
        self.tree.currentItemChanged.connect(lambda *_items: self._show_chosen())
        self.get_button.clicked.connect(self._open)
        self.back_button.clicked.connect(search.close_repository)
        self.refresh()

    def _build_view(self) -> None:
        self.search_row = QWidget()
        self.field, self.button = QLineEdit(), push("")
        self.field.setPlaceholderText(_("A name, or the address of a model"))
        self.field.setAccessibleName(_("A name, or the address of a model"))
        self.field.setClearButtonEnabled(True)
        across = QHBoxLayout(self.search_row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(self.field, 1)
        across.addWidget(self.button)
        self.note, self.empty, self.details = (label("", "muted", wrap=True) for _unused in range(3))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tree = HubTree()
        self.stack = QStackedLayout()
        self.stack.addWidget(self.tree)
        self.stack.addWidget(self.empty)
        self.get_button, self.back_button = push("", kind="primary"), push(_("Back to What Was Found"))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.get_button)
        below.addWidget(self.back_button)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.note)
        column.addLayout(self.stack, 1)
        column.addWidget(self.details)
        column.addLayout(below)

    def set_words(self, text: str) -> None:
        """Into the field, to be searched for by a click."""
        self.field.setText(text)
        self.field.setFocus()

    def stop(self) -> None:
        """Nothing is connected any more."""
        self._search.stop()

    def leave(self) -> bool:
        """Escape: end the question, go back to what was found, or empty the field; True where there is nothing left."""
        if self._search.busy:
            self._search.stop()
        elif self.back_button.isVisible():
            self._search.close_repository()
        elif self.field.text():
            self.field.clear()
        else:
            return True
        return False

    def refresh(self) -> None:
        search = self._search
        host, busy = search.host, search.busy
        self.button.setText(_("Stop") if busy else _("Search"))
        self.button.setAccessibleName("" if busy else _("Search on {host}").format(host=host))
        self.note.setText(self._shown_note(host))
        lines = self._lines()
        self.tree.setHeaderHidden(search.repository is None)
        self.tree.setColumnHidden(1, search.repository is None)
        self.tree.show_lines(lines, search.chosen or self.tree.line)
        self.empty.setText(self._why_empty(host))
        self.stack.setCurrentWidget(self.tree if lines else self.empty)
        self.back_button.setVisible(search.repository is not None and bool(search.hits))
        self._show_chosen()

    def _lines(self) -> list[tuple[HubLine, list[str]]]:
        search = self._search
        if search.repository is None:
            return [(hit, [hit.repository, "", shown_popularity(hit)]) for hit in search.hits or ()]
        return [(model, [shown_name(model), shown_size(model), self._shown_state(model)]) for model in search.models]

    def _shown_state(self, model: KnownModel) -> str:
        if self._offers.is_under_way(model):
            return _("being fetched")
        if self._offers.is_here(model):
            return _("is here")
        return shown_state(model, False, self._offers.computer)

    def _shown_note(self, host: str) -> str:
        search = self._search
        if search.busy:
            return _("Connected to {host}…").format(host=host)
        if search.repository is not None:
            return _("Models in {repository}").format(repository=search.repository.repository)
        if search.hits:
            return _("Found on {host}, the most used first. Open one to see its models.").format(host=host)
        return ""

    def _why_empty(self, host: str) -> str:
        if self._search.busy:
            return ""
        if self._search.hits is not None:
            return _("Nothing was found. Try fewer words.")
        return _(
            "Nothing is sent before you press Search. Then a process of its own sends what you have typed to {host}, "
            "and ends."
        ).format(host=host)

    def _show_chosen(self) -> None:
        line = self.tree.line
        is_new = isinstance(line, KnownModel) and not self._offers.is_under_way(line) and not self._offers.is_here(line)
        self.get_button.setText(_("Get This Model") if isinstance(line, KnownModel) else _("Show Its Models"))
        self.get_button.setVisible(line is not None)
        self.get_button.setEnabled((is_new or isinstance(line, HubHit)) and not self._search.busy)
        self.details.setText(shown_hub_model(line) if isinstance(line, KnownModel) else "")
        self.details.setVisible(isinstance(line, KnownModel))

    def _ask(self) -> None:
        self._search.search(self.field.text())

    def _ask_or_stop(self) -> None:
        if self._search.busy:
            self._search.stop()
        else:
            self._ask()

    def _open(self) -> None:
        line = self.tree.line
        if isinstance(line, HubHit):
            self._search.open_hit(line)
        elif isinstance(line, KnownModel) and not self._offers.is_here(line):
            self._offers.get(line)
