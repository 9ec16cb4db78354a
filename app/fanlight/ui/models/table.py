"""The list of models: name, size, whether it fits and why, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.model_list import ModelList
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.i18n import _
from fanlight.ui.models.words import Line, shown_name, shown_owner, shown_part, shown_size, shown_state
from fanlight.ui.plain_text import plain_tip

_LINE = Qt.ItemDataRole.UserRole
NAME, SIZE, STATE, OWNER = range(4)


class ModelTable(QTreeWidget):
    """Enter uses the model, F2 renames it, Delete removes it."""

    line_chosen = Signal(object)
    """A ModelRow, an UnusableModel, a KnownModel, or None."""
    use_requested = Signal(object)
    """A ModelRow, or a KnownModel that is to be fetched."""
    rename_requested = Signal(object, str)
    """A ModelRow, and the name that was typed."""
    removal_requested = Signal(object)

    def __init__(
        self, models: ModelList, offers: ModelOffers, parts: FetchedParts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models, self._offers, self._parts = models, offers, parts
        self._lines: tuple[Line, ...] = ()
        self._waiting: Sequence[Line] | None = None
        self._is_filling = False
        self.setHeaderLabels([_("Name"), _("Size"), _("Fits"), _("From")])
        self.setAccessibleName(_("Models"))
        self.setAccessibleDescription(_("Press Enter to use a model, F2 to rename it, Delete to remove it."))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        for column in (SIZE, OWNER):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (NAME, STATE):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.currentItemChanged.connect(lambda *_items: self.line_chosen.emit(self.line))
        self.itemDoubleClicked.connect(lambda *_item: self._request_use())
        self.itemChanged.connect(self._on_item_changed)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemDelegate().closeEditor.connect(lambda *_editor: QTimer.singleShot(0, self, self._show_waiting))

    @property
    def line(self) -> Line | None:
        """The one that is chosen."""
        item = self.currentItem()
        return item.data(NAME, _LINE) if item is not None else None

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """What is chosen stays chosen, or what stands in its place. While a name is edited they wait."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._waiting = lines
            return
        self._waiting = None
        current = self.currentItem()
        chosen, place = _key(self.line), self.indexOfTopLevelItem(current) if current is not None else 0
        self._is_filling = True
        self._lines = tuple(lines)
        self.clear()
        self.addTopLevelItems([self._item(line) for line in lines])
        self._is_filling = False
        same = next((i for i, line in enumerate(lines) if chosen is not None and _key(line) == chosen), place)
        if lines:
            self.choose_line(min(max(same, 0), len(lines) - 1))
        self.line_chosen.emit(self.line)

    def choose_line(self, place: int) -> None:
        if (item := self.topLevelItem(place)) is not None:
            self.setCurrentItem(item)

    def edit_name(self) -> None:
        """Of the line that is chosen, in its place."""
        item = self.currentItem()
        if item is not None and is_renameable(self.line):
            self._is_filling = True
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self._is_filling = False
            self.editItem(item, NAME)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_F2:
                self.edit_name()
            case Qt.Key.Key_Delete if isinstance(self.line, ModelRow):
                self.removal_requested.emit(self.line)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.state() != QAbstractItemView.State.EditingState:
                self._request_use()
            case _:
                super().keyPressEvent(event)

    def _item(self, line: Line) -> QTreeWidgetItem:
        if isinstance(line, KnownModel) and line.kind != "model":
            return self._part_item(line)
        is_open = isinstance(line, ModelRow) and self._models.is_open(line.spec)
        is_for_captures = isinstance(line, ModelRow) and self._models.is_for_captures(line.spec)
        texts = [
            shown_name(line),
            shown_size(line),
            shown_state(line, is_open, self._offers.computer, is_for_captures=is_for_captures),
            shown_owner(line),
        ]
        return self._filled_item(line, texts, is_bold=is_open)

    def _part_item(self, part: KnownModel) -> QTreeWidgetItem:
        is_here, is_used = self._parts.is_here(part), self._parts.is_used(part)
        owner = "Fanlight" if is_here else shown_owner(part)
        texts = [shown_name(part), shown_size(part), shown_part(is_here, is_used), owner]
        return self._filled_item(part, texts, is_bold=is_here and is_used)

    def _filled_item(self, line: Line, texts: list[str], *, is_bold: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem(texts)
        item.setData(NAME, _LINE, line)
        item.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, text in enumerate(texts):
            item.setData(column, Qt.ItemDataRole.ToolTipRole, plain_tip(text))
        if is_bold:
            font = item.font(NAME)
            font.setBold(True)
            item.setFont(NAME, font)
        return item

    def _request_use(self) -> None:
        if isinstance(self.line, KnownModel) or (isinstance(self.line, ModelRow) and self.line.usable):
            self.use_requested.emit(self.line)

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        line = item.data(NAME, _LINE)
        if self._is_filling or column != NAME or not isinstance(line, ModelRow):
            return
        typed = item.text(NAME)
        if typed.strip() != line.spec.name:
            QTimer.singleShot(0, self, lambda: self.rename_requested.emit(line, typed))  # after the editor is closed

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self.show_lines(self._waiting)

    def _show_menu(self, at: QPoint) -> None:
        line = self.line
        if self.itemAt(at) is None or not isinstance(line, ModelRow):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        use = menu.addAction(_("Use This Model"))
        use.triggered.connect(self._request_use)
        use.setEnabled(line.usable)
        rename: QAction = menu.addAction(_("Rename"))
        rename.triggered.connect(self.edit_name)
        rename.setEnabled(is_renameable(line))
        remove = menu.addAction(_("Remove"))
        remove.triggered.connect(lambda: self.removal_requested.emit(line))
        remove.setEnabled(not line.spec.practice)
        menu.popup(self.viewport().mapToGlobal(at))


def is_renameable(line: Line | None) -> bool:
    return isinstance(line, ModelRow) and line.usable and not line.spec.practice


def _key(line: Line | None) -> object:
    match line:
        case ModelRow(spec=spec):
            return spec.source
        case UnusableModel(path=path):
            return path
        case KnownModel(id=known_id):
            return known_id
        case _:
            return None
