"""The conversation, read from top to bottom: a column of messages of which only the visible ones are widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from fanlight.domain.events import Event, Finished, ImageReady, Notice, PromptProgress, TextDelta, ThinkingDelta
from fanlight.ui.button import Button
from fanlight.ui.column import Column
from fanlight.ui.entry import Entry, State
from fanlight.ui.looks import Looks
from fanlight.ui.message import MessageView
from fanlight.ui.message_parts import Standing
from fanlight.ui.progress import Progress
from fanlight.ui.theme import BODY_PIXELS, LIGHT, Theme
from fanlight.ui.warm import Warmer

FRAME_MILLISECONDS = 33
RESIZE_MILLISECONDS = 60
COLUMN_PIXELS = 760
_NEAR_END = 24
_KEPT = 24


class Transcript(QAbstractScrollArea):
    """Shows entries; the last one may be open, and `hear` adds to it, painted at most once a frame.

    What the reader sees stays where it is, whatever is measured or grows above or below; at the end the view follows.
    """

    ask_again = Signal()
    edit_last = Signal()
    continue_requested = Signal()
    copied = Signal(str)
    link_requested = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT, text_size: int = 100) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._looks = Looks(theme, text_size)
        self._entries: list[Entry] = []
        self._column = Column()
        self._views: dict[int, MessageView] = {}
        self._welcome: QWidget | None = None
        self._follow = True
        self._anchor = (0, 0)  # entry at the top of the view, and how far it is scrolled out
        self._placing = False
        self._heard: dict[type[TextDelta] | type[ThinkingDelta], list[str]] = {TextDelta: [], ThinkingDelta: []}
        self._progress = Progress()
        self._controls: list[QWidget] = []
        self._jump = self._make_jump()
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MILLISECONDS)
        self._frame.timeout.connect(self.paint_now)
        self._resized = QTimer(self, singleShot=True, interval=RESIZE_MILLISECONDS)
        self._resized.timeout.connect(self._reflow)
        self._warmer = Warmer(self, busy=self._frame.isActive)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().setSingleStep(28)

    # -- entries

    def entries(self) -> tuple[Entry, ...]:
        self._take_heard()
        return tuple(self._entries)

    @property
    def follow(self) -> bool:
        """Whether the reader is at the end, and the view stays there."""
        return self._follow

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Another conversation, from its end."""
        self._forget_heard()
        self._drop_views(range(len(self._entries)))
        self._entries = list(entries)
        self._column.guess(self._entries, self._width(), self._pixels())
        self._progress = Progress.of(self._entries)
        self._follow = True
        self._place()

    def append(self, entry: Entry) -> None:
        self._take_heard()
        self._entries.append(entry)
        self._column.add(entry, self._width(), self._pixels())
        self._progress = Progress.of(self._entries)
        if entry.role == "user":
            self._follow = True
        self._place()

    def replace_last(self, entry: Entry) -> None:
        self._forget_heard()
        self._entries[-1] = entry
        self._progress = Progress.of(self._entries)
        self._place()

    def truncate(self, count: int) -> None:
        """Keep the first `count` entries."""
        self._forget_heard()
        self._drop_views(range(count, len(self._entries)))
        del self._entries[count:]
        self._column.cut(count)
        self._place()

    def hear(self, event: Event) -> None:
        """What the engine says goes into the last entry; shown with the next frame."""
        match event:
            case TextDelta(text) | ThinkingDelta(text):
                self._heard[type(event)].append(text)
            case Notice(text):
                last = self._entries[-1]
                self._entries[-1] = replace(last, notice=f"{last.notice}\n{text}".strip())
            case PromptProgress() | ImageReady():
                self._progress = self._progress.after(event)
            case Finished():
                pass
            case _:
                assert_never(event)
        if not self._frame.isActive():
            self._frame.start()

    def finish(self, footer: str, state: State, error: str = "") -> None:
        """The last entry is final: "complete", "stopped" or "failed"; `error`: a sentence and, below it, its hint."""
        self._take_heard()
        last = replace(self._entries[-1], footer=footer, state=state)
        self._entries[-1] = last = replace(last, error=error or last.error)
        self.paint_now()
        said = "\n".join(part for part in (last.text, last.error) if part)
        if said and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{last.speaker}: {said}"))

    def paint_now(self) -> None:
        """Show all that was heard."""
        self._take_heard()
        self._frame.stop()
        self._place()

    def set_theme(self, theme: Theme, text_size: int | None = None) -> None:
        size = self._looks.text_size if text_size is None else text_size
        if (theme, size) == (self._looks.theme, self._looks.text_size):
            return
        self._looks = Looks(theme, size)
        self._drop_views(range(len(self._entries)))
        self._column.guess(self._entries, self._width(), self._pixels())
        self._jump.draw(theme.text)
        self._place()

    def set_welcome(self, widget: QWidget) -> None:
        """Shown while there are no entries."""
        self._welcome = widget
        widget.setParent(self.viewport())
        self._place()

    def jump_to_end(self) -> None:
        self._follow = True
        self._place()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def view(self, index: int) -> MessageView | None:
        """The widget of an entry, while it has one."""
        return self._views.get(index)

    def _take_heard(self) -> None:
        text, thinking = ("".join(self._heard[kind]) for kind in (TextDelta, ThinkingDelta))
        if text or thinking:
            last = self._entries[-1]
            self._entries[-1] = replace(last, text=last.text + text, thinking=last.thinking + thinking)
            self._forget_heard()

    def _forget_heard(self) -> None:
        for pieces in self._heard.values():
            pieces.clear()

    # -- placing

    def _width(self) -> int:
        """Of the column of text."""
        margin = self._looks.px(24)
        return max(120, min(self.viewport().width() - 2 * margin, self._looks.px(COLUMN_PIXELS)))

    def _pixels(self) -> float:
        return self._looks.px(BODY_PIXELS)

    def _head(self) -> int:
        """Space above the first message and below the last."""
        return self._looks.px(20)

    def _place(self) -> None:
        """Lay out what is visible, measure it, and put everything where it belongs."""
        if self._placing or not self.isVisible():
            return
        self._placing = True
        try:
            self._show_welcome()
            shown = self._measure_visible()
            self._move(shown)
        finally:
            self._placing = False

    def _measure_visible(self) -> range:
        """Until what is seen is measured: a height that differs from its guess may bring others into view."""
        shown = range(0)
        for _ in range(50):
            top = self._value()
            first = self._column.at(top - self._head())
            last = self._column.at(top - self._head() + self.viewport().height())
            shown = range(max(0, first), last + 1)
            moved = [self._column.measure(i, self._ready(i).arrange(self._width())) for i in shown]
            if not any(moved):
                break
        return shown

    def _value(self) -> int:
        """Where the view begins, as the reader would have it."""
        most = max(0, self._column.total + 2 * self._head() - self.viewport().height())
        if self._follow or not len(self._column):
            return most
        index, inside = self._anchor
        index = min(index, len(self._column) - 1)
        return max(0, min(most, self._column.top(index) + inside))

    def _ready(self, index: int) -> MessageView:
        entry = self._entries[index]
        standing = self._standing(index)
        view = self._views.get(index)
        if view is None:
            view = self._views[index] = self._make(entry, standing)
        else:
            view.show_entry(entry, standing)
        return view

    def _standing(self, index: int) -> Standing:
        last = index == len(self._entries) - 1
        entry = self._entries[index]
        if entry.role == "user":
            return Standing(last_question=all(e.role != "user" for e in self._entries[index + 1 :]))
        return Standing(False, last, *(self._progress.said() if last and entry.waiting else ("", -1.0)))

    def _make(self, entry: Entry, standing: Standing) -> MessageView:
        view = MessageView(self._looks, entry, standing, self.viewport())
        view.ask_again.connect(self.ask_again)
        view.edit.connect(self.edit_last)
        view.go_on.connect(self.continue_requested)
        view.link.connect(self.link_requested)
        view.copied.connect(self._copy)
        view.resized.connect(self._place)
        view.reached.connect(self._show_control)
        return view

    def _move(self, shown: range) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        value = self._value()
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._column.total + 2 * self._head() - height))
        bar.setValue(value)
        left = (self.viewport().width() - self._width()) // 2
        focus = QApplication.focusWidget()
        for i, view in list(self._views.items()):
            if i in shown or (focus is not None and view.isAncestorOf(focus)):  # hidden, it would hand its focus on
                view.move(left, self._column.top(i) + self._head() - value)
                view.setVisible(True)
            elif min(abs(i - shown.start), abs(i - shown.stop)) > _KEPT:
                self._drop_views((i,))
            else:
                view.setVisible(False)
        if shown:
            self._anchor = (shown.start, value - self._column.top(shown.start))
        self._order(shown)
        self._show_jump()

    def _drop_views(self, indices: Sequence[int]) -> None:
        for i in indices:
            view = self._views.pop(i, None)
            if view is not None:
                view.hide()
                view.deleteLater()

    def _order(self, shown: range) -> None:
        """The keyboard goes through the messages from top to bottom."""
        controls = [self, *(control for i in shown for control in self._views[i].controls()), self._jump]
        if controls != self._controls:
            for before, after in pairwise(controls):
                QWidget.setTabOrder(before, after)
            self._controls = controls

    def _show_welcome(self) -> None:
        if self._welcome is not None:
            self._welcome.setGeometry(self.viewport().rect())
            self._welcome.setVisible(not self._entries)

    # -- the end

    def _make_jump(self) -> Button:
        hint = "Go to the end of the conversation (End)"
        button = Button(self, "jump", "arrow-down", "Jump to latest", hint, self.jump_to_end)
        button.draw(self._looks.theme.text)
        button.hide()
        return button

    def _show_jump(self) -> None:
        away = self.verticalScrollBar().maximum() - self.verticalScrollBar().value() > self.viewport().height() // 3
        wanted = away and not self._follow and bool(self._entries)
        if wanted:
            self._jump.adjustSize()
            place = self.viewport().geometry()
            self._jump.move(
                place.center().x() - self._jump.width() // 2, place.bottom() - self._jump.height() - self._looks.px(12)
            )
            self._jump.raise_()
        self._jump.setVisible(wanted)

    def _scrolled(self, value: int) -> None:
        """The reader moved the view."""
        if self._placing:
            return
        self._follow = value >= self.verticalScrollBar().maximum() - _NEAR_END
        self._anchor = self._fixed_point(value)
        self._place()

    def _fixed_point(self, value: int) -> tuple[int, int]:
        """The entry that stays where it is: the first one in view whose height is no guess."""
        first, last = (max(0, self._column.at(value - self._head() + y)) for y in (0, self.viewport().height()))
        index = next((i for i in range(first, last + 1) if i < len(self._column) and self._column.measured(i)), first)
        return index, value - self._column.top(index) if len(self._column) else 0

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    # -- Qt

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """`_move` puts the messages in place."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and not self._resized.isActive():
            self._resized.start()
        self._place_box()

    def _place_box(self) -> None:
        if self._resized.isActive() and self.isVisible():
            self._show_welcome()
            self._show_jump()
        else:
            self._place()

    def _reflow(self) -> None:
        self._column.forget()
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()
        self._warmer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(0)
            case Qt.Key.Key_End:
                self._follow = True
                self._place()
            case Qt.Key.Key_PageUp:
                bar.setValue(bar.value() - self.viewport().height() + self._looks.px(40))
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space:
                bar.setValue(bar.value() + self.viewport().height() - self._looks.px(40))
            case _:
                super().keyPressEvent(event)

    def _show_control(self, new: QWidget) -> None:
        """What the keyboard reaches is brought into view."""
        place = QRect(new.mapTo(self.viewport(), QPoint(0, 0)), new.size())
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        if place.height() > height:
            if place.top() > height // 2 or place.bottom() < height // 2:
                bar.setValue(bar.value() + place.top() - self._head())
        elif place.top() < 0:
            bar.setValue(bar.value() + place.top() - self._head())
        elif place.bottom() > height:
            bar.setValue(bar.value() + place.bottom() - height + self._head())
