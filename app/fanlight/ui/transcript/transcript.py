"""The conversation, read from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from fanlight.core.chat.answer_wait import AnswerWait
from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.core.chat.progress import AnswerProgress
from fanlight.core.work.throttle import Throttle
from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, PromptProgress, TextDelta, ThinkingDelta
from fanlight.i18n import _
from fanlight.ui.theme import LIGHT, Theme
from fanlight.ui.transcript.column_view import MessageColumn
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.marks import Marks
from fanlight.ui.transcript.message import MessageView
from fanlight.ui.transcript.message_parts import MessageStatus
from fanlight.ui.transcript.preload import ParserPreloader

FRAME_MILLISECONDS = 33
REST = 4
"""The pause after a frame, in multiples of the time that it took: the window stays responsive."""


class Transcript(MessageColumn):
    """Shows entries; the last one may be open, and `on_event` adds to it, painted at most once a frame."""

    ask_again = Signal()
    edit_last = Signal()
    continue_requested = Signal()
    waited_for_requested = Signal()
    """Show the other answer that the last question waits for."""
    stop_waited_for = Signal()
    """End that answer."""
    answer_now_requested = Signal()
    """End the thinking of the open answer."""
    copied = Signal(str)
    read_aloud = Signal(str)
    link_requested = Signal(QUrl)
    picture_dragged = Signal(int, int)
    """The number of an entry, and of a picture in it that the user drags out."""
    similar_wanted = Signal(int, int)
    """The same of a picture that others like it are looked for."""
    wrap_requested = Signal(bool)
    """Break long lines of code, or scroll them."""

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT, text_size: int = 100) -> None:
        super().__init__(TextStyles(theme, text_size), parent)
        self.setObjectName("transcript")
        self.setAccessibleName(_("Conversation"))
        self._pieces: dict[type[TextDelta] | type[ThinkingDelta], list[str]] = {TextDelta: [], ThinkingDelta: []}
        self._progress = AnswerProgress()
        self._wait: AnswerWait | None = None
        self._shows_timings = True
        self._marks: Marks | None = None
        self._frame = Throttle(self, self.paint_now, FRAME_MILLISECONDS)
        self._preloader = ParserPreloader(self, busy=self._busy)

    # -- entries

    def entries(self) -> tuple[TranscriptEntry, ...]:
        self._join_pieces()
        return tuple(self._entries)

    def show_entries(self, entries: Sequence[TranscriptEntry]) -> None:
        """Another conversation, from its end."""
        self._drop_pieces()
        self._drop_views(range(len(self._entries)))
        self._entries = list(entries)
        self._column.guess(self._entries, self._width(), self._pixels())
        self._progress = AnswerProgress.of(self._entries)
        self._follow = True
        self._place()

    def append(self, entry: TranscriptEntry) -> None:
        self._join_pieces()
        self._entries.append(entry)
        self._column.add(entry, self._width(), self._pixels())
        self._progress = AnswerProgress.of(self._entries)
        if entry.role == "user":
            self._follow = True
        self._place()

    def replace_last(self, entry: TranscriptEntry) -> None:
        self._drop_pieces()
        self._entries[-1] = entry
        self._progress = AnswerProgress.of(self._entries)
        self._place()

    def truncate(self, count: int) -> None:
        """Keep the first `count` entries."""
        self._drop_pieces()
        self._drop_views(range(count, len(self._entries)))
        del self._entries[count:]
        self._column.cut(count)
        self._place()

    def on_event(self, event: Event) -> None:
        """Apply an event to the open entry; shown with the next frame."""
        if not self._entries:
            return
        match event:
            case TextDelta(text) | ThinkingDelta(text):
                self._pieces[type(event)].append(text)
            case EngineNotice(text):
                i = self._open()
                last = self._entries[i]
                self._entries[i] = replace(last, notice=f"{last.notice}\n{text}".strip())
            case PromptProgress() | ImageReady():
                self._progress = self._progress.after(event)
            case Finished():
                pass
            case _:
                assert_never(event)
        self._frame.request()

    def on_finished(self, end: AnswerFinished) -> None:
        """The open entry is final."""
        self._join_pieces()
        i = self._open()
        last = self._entries[i]
        self._entries[i] = last = replace(last, footer=end.footer, state=end.state, error=end.error or last.error)
        self.paint_now()
        view = self.view(i)
        said = "\n".join(part for part in (view.spoken() if view is not None else last.text, last.error) if part)
        if said and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{last.speaker}: {said}"))

    def paint_now(self) -> None:
        """Show all that has arrived."""
        began = time.perf_counter()
        self._join_pieces()
        self._frame.cancel()
        self._place()
        spent = 1_000 * (time.perf_counter() - began)
        self._frame.milliseconds = max(FRAME_MILLISECONDS, round(REST * spent))

    def show_wait(self, wait: AnswerWait | None) -> None:
        """What the open answer waits for; None where it is its turn."""
        if wait != self._wait:
            self._wait = wait
            self._frame.request()

    def show_marks(self, marks: Marks | None) -> None:
        """Mark what is looked for, and scroll to the current match."""
        self._marks = marks
        entry, number = marks.current if marks is not None else (-1, -1)
        if marks is None or not 0 <= entry < len(self._entries):
            self._place()
            return
        self._follow, self._anchor = False, (entry, 0)
        self._place()
        if (view := self.view(entry)) is not None:
            view.show_match(marks.query, number)

    def show_entry(self, number: int) -> None:
        """Scroll it to the top of the view."""
        if 0 <= number < len(self._entries):
            self._follow, self._anchor = False, (number, 0)
            self._place()

    @property
    def first_visible(self) -> int:
        """The entry at the top of the view."""
        return self._anchor[0]

    def show_timings(self, shown: bool) -> None:
        """Whether the line below an answer is shown that says where the time went."""
        if shown != self._shows_timings:
            self._shows_timings = shown
            self._frame.request()

    def set_theme(self, theme: Theme, text_size: int | None = None) -> None:
        size = self._looks.text_size if text_size is None else text_size
        if (theme, size) == (self._looks.theme, self._looks.text_size):
            return
        self._dress(TextStyles(theme, size, self._looks.typesetter))
        self._jump.draw(theme.text, size=self._looks.px(16))

    def set_typesetter(self, typesetter: FormulaTypesetter) -> None:
        """Formulas are drawn from now on."""
        self._dress(TextStyles(self._looks.theme, self._looks.text_size, typesetter))

    def _dress(self, looks: TextStyles) -> None:
        looks.wrap_code = self._looks.wrap_code
        self._looks = looks
        self._drop_views(range(len(self._entries)))
        self._column.guess(self._entries, self._width(), self._pixels())
        self._place()

    def show_wrapped(self, wrapped: bool) -> None:
        """Whether long lines of code are broken; otherwise they are scrolled."""
        if wrapped != self._looks.wrap_code:
            self._looks.wrap_code = wrapped
            for view in self._views.values():
                view.show_wrapped()
            self._place()

    def _busy(self) -> bool:
        """Whether an answer is streaming."""
        return any(entry.state == "open" and not entry.waiting for entry in self._entries[-2:])

    def _open(self) -> int:
        """The entry that events belong to: the last open one, else the last."""
        last = len(self._entries) - 1
        return next((i for i in range(last, -1, -1) if self._entries[i].state == "open"), last)

    def _join_pieces(self) -> None:
        text, thinking = ("".join(self._pieces[kind]) for kind in (TextDelta, ThinkingDelta))
        if text or thinking:
            i = self._open()
            last = self._entries[i]
            self._entries[i] = replace(last, text=last.text + text, thinking=last.thinking + thinking)
            self._drop_pieces()

    def _drop_pieces(self) -> None:
        for pieces in self._pieces.values():
            pieces.clear()

    # -- messages

    def _make(self, index: int) -> MessageView:
        view = MessageView(self._looks, self._entries[index], self._standing(index), self.viewport())
        view.ask_again.connect(self.ask_again)
        view.edit.connect(self.edit_last)
        view.go_on.connect(self.continue_requested)
        view.show_other.connect(self.waited_for_requested)
        view.stop_other.connect(self.stop_waited_for)
        view.answer_now.connect(self.answer_now_requested)
        view.link.connect(self.link_requested)
        view.copied.connect(self._copy)
        view.wrap_chosen.connect(self.wrap_requested)
        view.read_aloud.connect(self.read_aloud)
        view.picture_dragged.connect(lambda number: self.picture_dragged.emit(index, number))
        view.similar_wanted.connect(lambda number: self.similar_wanted.emit(index, number))
        view.resized.connect(self._place)
        view.reached.connect(self._show_control)
        view.sought.connect(self._show_place)
        return view

    def _update(self, index: int, view: MessageView) -> None:
        view.show_entry(self._entries[index], self._standing(index))

    def _ready(self, index: int) -> MessageView:
        view = super()._ready(index)
        marks = self._marks
        current = marks.current[1] if marks is not None and marks.current[0] == index else -1
        view.mark(marks.query if marks is not None else None, current)
        return view

    def _standing(self, index: int) -> MessageStatus:
        entry = self._entries[index]
        last = all(other.state == "queued" for other in self._entries[index + 1 :])
        if entry.role == "user":
            return MessageStatus(last_question=all(e.role != "user" for e in self._entries[index + 1 :]))
        if not last or not entry.waiting:
            return MessageStatus(False, last, timings=self._shows_timings)
        if (wait := self._wait) is not None:
            return MessageStatus(False, last, wait.text, -1.0, wait.can_show, wait.can_stop)
        return MessageStatus(False, last, *self._progress.status())

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._preloader.start()
