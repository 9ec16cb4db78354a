"""What a search has found, as a list: the conversation's title over its first hit, the matches marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fanlight.domain.search import SearchHit, Snippet
from fanlight.i18n import _
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import in_text_size

HIT = Qt.ItemDataRole.UserRole
HEAD = Qt.ItemDataRole.UserRole + 1
"""Whether it is the first of its conversation."""
SIDE, GAP = 10, 6

Index = QModelIndex | QPersistentModelIndex


def grouped(hits: Sequence[SearchHit]) -> list[SearchHit]:
    """Conversations in the order of their first hits, each with all of its hits."""
    order = {hit.conversation_id: None for hit in hits}
    return [hit for number in order for hit in hits if hit.conversation_id == number]


class HitModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._hits: list[SearchHit] = []

    @property
    def hits(self) -> list[SearchHit]:
        return self._hits

    def show(self, hits: Sequence[SearchHit]) -> None:
        self.beginResetModel()
        self._hits = grouped(hits)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self._hits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.snippet.text
            case Qt.ItemDataRole.AccessibleTextRole:
                title = hit.title or _("Untitled")
                if hit.archived:
                    title = _("{title}, archived").format(title=title)
                return _("{title}. {speaker}: {text}").format(
                    title=title, speaker=speaker_of(hit), text=hit.snippet.text
                )
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{hit.title}\n{date_of(hit)}")
            case _ if role == HIT:
                return hit
            case _ if role == HEAD:
                return index.row() == 0 or self._hits[index.row() - 1].conversation_id != hit.conversation_id
            case _:
                return None


class HitDelegate(QStyledItemDelegate):
    """Two lines for the first hit of a conversation, one for the others."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        return QSize(100, line * (2 if _has_head(index) else 1) + in_text_size(2 * GAP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        hit: SearchHit = index.data(HIT)
        side, line = in_text_size(SIDE), option.fontMetrics.height()
        place = QRectF(option.rect.adjusted(side, in_text_size(GAP), -side, 0))
        if _has_head(index):
            title = hit.snippet if hit.kind == "title" else Snippet(hit.title or _("Untitled"), ())
            date = _("Archived · {date}").format(date=date_of(hit)) if hit.archived else date_of(hit)
            room = option.fontMetrics.horizontalAdvance(date) + side
            _draw(painter, option, title, QRectF(place.left(), place.top(), place.width() - room, line), bold=True)
            right = QRectF(place.right() - room, place.top(), room, line)
            _draw(painter, option, Snippet(date, ()), right, muted=True, align=Qt.AlignmentFlag.AlignRight)
            place.translate(0, line)
        inside = QRectF(place.left() + side, place.top(), place.width() - side, line)
        _draw(painter, option, _second_line(hit), inside, muted=hit.kind == "title")


def speaker_of(hit: SearchHit) -> str:
    if hit.kind == "title":
        return _("Title")
    if hit.kind == "picture":
        return _("In a picture")
    return _("You") if hit.role == "user" else "Fanlight"


def date_of(hit: SearchHit) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(hit.when)).date(), QLocale.FormatType.ShortFormat)


def _second_line(hit: SearchHit) -> Snippet:
    if hit.kind == "title":
        return Snippet(_("In the title"), ())
    head = f"{speaker_of(hit)}: "
    moved = tuple((start + len(head), end + len(head)) for start, end in hit.snippet.spans)
    return Snippet(head + hit.snippet.text, moved)


def _has_head(index: Index) -> bool:
    return bool(index.data(HEAD))


def _draw(
    painter: QPainter,
    option: QStyleOptionViewItem,
    snippet: Snippet,
    place: QRectF,
    *,
    bold: bool = False,
    muted: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line, cut off where there is no more room, with the matches on a ground of their own."""
    font = QFont(option.font)
    font.setBold(bold)
    shown = QFontMetrics(font).elidedText(snippet.text, Qt.TextElideMode.ElideRight, int(place.width()))
    text = QTextLayout(shown, font)
    wanted = QTextOption(align | Qt.AlignmentFlag.AlignVCenter)
    wanted.setWrapMode(QTextOption.WrapMode.NoWrap)
    text.setTextOption(wanted)
    spans = [(start, min(end, len(shown))) for start, end in snippet.spans if start < len(shown)]
    text.setFormats([_mark(shown, span, option.palette) for span in spans])
    text.beginLayout()
    line = text.createLine()
    line.setLineWidth(place.width())
    text.endLayout()
    painter.save()
    painter.setClipRect(place)
    role = QPalette.ColorRole.PlaceholderText if muted else QPalette.ColorRole.Text
    painter.setPen(option.palette.color(role))
    text.draw(painter, place.topLeft())
    painter.restore()


def _mark(text: str, span: tuple[int, int], palette: QPalette) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = utf16_length(text[: span[0]]), utf16_length(text[span[0] : span[1]])
    shape = QTextCharFormat()
    shape.setBackground(QBrush(QColor(palette.color(QPalette.ColorRole.Highlight))))
    shape.setForeground(QBrush(palette.color(QPalette.ColorRole.HighlightedText)))
    made.format = shape
    return made
