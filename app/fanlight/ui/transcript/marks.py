"""Matches of a search in messages: counted in what is shown of a text, marked in the documents of visible ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.search import SearchQuery
from fanlight.domain.spoken_places import sentence_places
from fanlight.markdown.blocks import plain
from fanlight.markdown.stream import MarkdownStream
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import Theme
from fanlight.ui.transcript.body import MessageBody

MOST_MARKS = 2_000
"""In one message."""


@dataclass(frozen=True, slots=True)
class Marks:
    """`current`: (entry, match in it) of the one that is looked at."""

    query: SearchQuery
    current: tuple[int, int] = (-1, -1)


def count_matches(entry: TranscriptEntry, query: SearchQuery) -> int:
    """In the text as it is shown: not in addresses of links, nor in what Markdown is written with."""
    spans = query.spans(entry.text)
    if spans and entry.role != "user":
        spans = query.spans(_plain_text(entry.text))
    return min(MOST_MARKS, len(spans))


def closest_match(entry: TranscriptEntry, query: SearchQuery) -> int:
    """Which match of that entry is shown first."""
    text = entry.text if entry.role == "user" else _plain_text(entry.text)
    return min(MOST_MARKS - 1, query.closest(text, query.spans(text)))


@lru_cache(512)
def _plain_text(text: str) -> str:
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    return "\n".join(plain(op) for op in stream.pop_committed())


def mark_body(
    body: MessageBody, query: SearchQuery | None, current: int, theme: Theme, spoken: Sequence[str] = ()
) -> None:
    """Mark all matches in the document, one of them as the current one, and under them the last of the `spoken`
    sentences."""
    cursors = _cursors(body, query) if query is not None else []
    marks = [_selection(cursor, theme, n == current) for n, cursor in enumerate(cursors)]
    body.setExtraSelections([*_spoken_mark(body, spoken, theme), *marks])


def spoken_place(body: MessageBody, spoken: Sequence[str]) -> QRect | None:
    """Where the last of these sentences is in the widget."""
    cursor = _spoken_cursor(body, spoken)
    if cursor is None:
        return None
    first = QTextCursor(body.document())
    first.setPosition(cursor.selectionStart())
    return body.cursorRect(first).united(body.cursorRect(cursor))


def match_place(body: MessageBody, query: SearchQuery, number: int) -> QRect | None:
    """Where that match (of fewer, the last) is in the widget."""
    cursors = _cursors(body, query)
    if not cursors:
        return None
    cursor = cursors[min(number, len(cursors) - 1)]
    first = QTextCursor(body.document())
    first.setPosition(cursor.selectionStart())
    return body.cursorRect(first).united(body.cursorRect(cursor))


def _cursors(body: MessageBody, query: SearchQuery) -> list[QTextCursor]:
    text = body.toPlainText()
    made: list[QTextCursor] = []
    units = done = 0
    for start, end in query.spans(text)[:MOST_MARKS]:
        cursor = QTextCursor(body.document())
        units, done = units + utf16_length(text[done:start]), start
        cursor.setPosition(units)
        units, done = units + utf16_length(text[start:end]), end
        cursor.setPosition(units, QTextCursor.MoveMode.KeepAnchor)
        made.append(cursor)
    return made


def _spoken_cursor(body: MessageBody, spoken: Sequence[str]) -> QTextCursor | None:
    text = body.toPlainText()
    place = sentence_places(text, spoken)[-1] if spoken else None
    if place is None:
        return None
    cursor = QTextCursor(body.document())
    cursor.setPosition(utf16_length(text[: place.start]))
    cursor.setPosition(utf16_length(text[: place.stop]), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _spoken_mark(body: MessageBody, spoken: Sequence[str], theme: Theme) -> list[QTextEdit.ExtraSelection]:
    if (cursor := _spoken_cursor(body, spoken)) is None:
        return []
    selection = QTextEdit.ExtraSelection()
    shape = QTextCharFormat()
    shape.setBackground(QColor(theme.accent_soft))
    selection.cursor, selection.format = cursor, shape
    return [selection]


def _selection(cursor: QTextCursor, theme: Theme, current: bool) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    shape = QTextCharFormat()
    shape.setBackground(QColor(theme.accent if current else theme.selection))
    shape.setForeground(QColor(theme.on_accent if current else theme.on_selection))
    selection.cursor, selection.format = cursor, shape
    return selection
