"""The conversations as a list: thousands cost no more than those in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontInfo,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fanlight.domain.tags import joined_tags
from fanlight.i18n import _, language_in_use
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import applied, in_text_size

ID = Qt.ItemDataRole.UserRole
TAGS = Qt.ItemDataRole.UserRole + 1
"""Of a conversation, in one line; "" where it has none."""
Index = QModelIndex | QPersistentModelIndex
MARK = 12
TAGS_SHARE, TAGS_GAP = 0.4, 8
"""What tags may take of a line, and how far they are from the title, at a text size of 100 percent."""
_ACTIVITY_ROLES = (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.AccessibleTextRole)


class ListRow(Protocol):
    """What the list needs of a `domain.stored.ConversationRow`."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def updated(self) -> float: ...
    @property
    def pinned(self) -> bool: ...
    @property
    def private(self) -> bool: ...
    @property
    def archived(self) -> bool: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


class ConversationModel(QAbstractListModel):
    """Rows, newest first, under headings by date, which are lines that cannot be selected."""

    renamed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[ListRow | str] = []
        self._answering: dict[int, bool] = {}

    @property
    def rows(self) -> list[ListRow]:
        return [line for line in self._lines if not isinstance(line, str)]

    def show(self, rows: Sequence[ListRow], today: date | None = None) -> bool:
        """Whether the list has changed."""
        lines: list[ListRow | str] = []
        group = ""
        for row in rows:
            named = _heading_of(row, today)
            if named != group:
                group = named
                lines.append(group)
            lines.append(row)
        if [_mark(line) for line in lines] == [_mark(line) for line in self._lines]:
            return False
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()
        return True

    def show_activity(self, answering: Mapping[int, bool]) -> None:
        """The conversations with a question: whether it is being answered now, or waits for another answer."""
        changed = dict(answering).items() ^ self._answering.items()
        self._answering = dict(answering)
        for conversation_id in {key for key, _now in changed}:
            if (index := self.index_of(conversation_id)).isValid():
                self.dataChanged.emit(index, index)

    def index_of(self, conversation_id: int | None) -> QModelIndex:
        """An invalid index where it is not listed."""
        for i, line in enumerate(self._lines):
            if not isinstance(line, str) and line.id == conversation_id:
                return self.index(i)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._lines[index.row()]
        if isinstance(line, str):
            return smaller_font(QGuiApplication.font()) if role == Qt.ItemDataRole.FontRole else _if_text(role, line)
        if role == ID:
            return line.id
        if role == TAGS:
            return joined_tags(line.tags, " · ")
        if (now := self._answering.get(line.id)) is not None and role in _ACTIVITY_ROLES:
            return _activity_mark(now) if role == Qt.ItemDataRole.DecorationRole else _activity_name(line.title, now)
        if role == Qt.ItemDataRole.ToolTipRole:
            when = QDateTime.fromSecsSinceEpoch(int(line.updated))
            tags = [_("Tags: {tags}").format(tags=joined_tags(line.tags))] if line.tags else []
            when_text = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            return plain_tip("\n".join([line.title, when_text, *tags]))
        if role == Qt.ItemDataRole.AccessibleTextRole and line.tags:
            return _("{title}, tags: {tags}").format(title=line.title or _("Untitled"), tags=joined_tags(line.tags))
        return _if_text(role, line.title or _("Untitled"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, _role: int = Qt.ItemDataRole.EditRole) -> bool:
        """An inline rename emits `renamed`; the new row follows from the database. An empty title changes nothing."""
        line, title = self._lines[index.row()], " ".join(str(value).split())
        if isinstance(line, str) or not title or title == line.title:
            return False
        self.renamed.emit(line.id, title)
        return True


class _TitleDelegate(QStyledItemDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Marks stand behind the titles, which stay in one line."""
        super().initStyleOption(option, index)
        option.decorationPosition = QStyleOptionViewItem.Position.Right

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Tags at the end of the line, small, in no more than their share of it; the title has the rest."""
        tags = index.data(TAGS)
        if not tags:
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        style, font = option.widget.style(), smaller_font(shown.font)
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, shown, option.widget)
        metrics = QFontMetrics(font)
        text = metrics.elidedText(tags, Qt.TextElideMode.ElideRight, round(room.width() * TAGS_SHARE))
        wide, gap = metrics.horizontalAdvance(text), in_text_size(TAGS_GAP)
        shown.text = shown.fontMetrics.elidedText(shown.text, shown.textElideMode, room.width() - wide - gap)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, option.widget)
        place = QStyle.alignedRect(
            shown.direction, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            QSize(wide, room.height()), room,
        )  # fmt: skip
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(applied().muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """As large as the line: what is left of it inside the line's own padding is lower than a letter."""
        editor.setGeometry(option.rect)


class ConversationView(QListView):
    """A title is edited with F2 or from the menu; clicks open, with Ctrl or Shift they choose several."""

    delete_pressed = Signal()
    menu_requested = Signal(QModelIndex, QPoint)
    """The line, which may be none, and where on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Conversations"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setItemDelegate(_TitleDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        side = in_text_size(MARK)
        self.setIconSize(QSize(side, side))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            line = self.currentIndex()
            self.menu_requested.emit(line, self.viewport().mapToGlobal(self.visualRect(line).center()))
        else:
            self.menu_requested.emit(self.indexAt(self.viewport().mapFromGlobal(event.globalPos())), event.globalPos())


def _heading_of(row: ListRow, today: date | None) -> str:
    if row.private:
        return _("Private, not kept")
    return _("Pinned") if row.pinned else group_of(row.updated, today)


def group_of(updated: float, today: date | None = None) -> str:
    """The heading over a conversation, in the language in use."""
    # Both days are in local time.
    return _group(date.fromtimestamp(updated), today or date.today())  # noqa: DTZ011, DTZ012


def _group(day: date, today: date) -> str:
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=7):
        return _("Last 7 days")
    if day > today - timedelta(days=30):
        return _("Last 30 days")
    return f"{QLocale(language_in_use()).standaloneMonthName(day.month)} {day.year}"


def _mark(line: ListRow | str) -> tuple[int, str, tuple[str, ...]]:
    return (0, line, ()) if isinstance(line, str) else (line.id, line.title, line.tags)


def _if_text(role: int, text: str) -> str | None:
    return text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole) else None


def _activity_mark(now: bool) -> QPixmap:
    """A dot: full where the model is answering now, a ring where the question waits."""
    side = in_text_size(MARK)
    made = QPixmap(2 * side, 2 * side)
    made.setDevicePixelRatio(2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QGuiApplication.palette().color(QPalette.ColorRole.Accent)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if now else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(2, 2, side - 4, side - 4))
    painter.end()
    return made


def _activity_name(title: str, now: bool) -> str:
    name = title or _("Untitled")
    return _("{title}, being answered").format(title=name) if now else _("{title}, waiting").format(title=name)


def smaller_font(of: QFont) -> QFont:
    font = QFont(of)
    font.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * 0.85)))
    return font
