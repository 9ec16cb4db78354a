"""The entries of a conversation, and what arrives of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from PySide6.QtWidgets import QWidget

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.progress import AnswerProgress
from fanlight.core.work.throttle import Throttle
from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
)
from fanlight.ui.transcript.column_view import MessageColumn
from fanlight.ui.transcript.looks import TextStyles

FRAME_MILLISECONDS = 33
REST = 4
"""The pause after a frame, in multiples of the time that it took: the window stays responsive."""
_MANY_PICTURES = 6
"""In a message, as the frames of a clip are."""


class EntryColumn(MessageColumn):
    """Shows entries; the last one may be open, and `on_event` adds to it, painted at most once a frame."""

    def __init__(self, looks: TextStyles, parent: QWidget | None) -> None:
        super().__init__(looks, parent)
        self._pieces: dict[type[TextDelta] | type[ThinkingDelta], list[str]] = {TextDelta: [], ThinkingDelta: []}
        self._progress = AnswerProgress()
        self._frame = Throttle(self, self.paint_now, FRAME_MILLISECONDS)
        self._waits_for_frame = False
        """Nothing is laid out before the frame that is to come."""

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

    def fill(self, entries: Sequence[TranscriptEntry]) -> None:
        """The same, of which those that were NOT_READ are read. What is on the screen stays where it is, unless they
        are others: the conversation was deleted for good meanwhile."""
        if len(entries) != len(self._entries):
            self.show_entries(entries)
            return
        before, self._entries = self._entries, list(entries)
        for i in self._views:
            if self._entries[i] == before[i]:
                self._entries[i] = before[i]  # nothing of it is shown anew
        self._column.guess_rest(self._entries, self._width(), self._pixels())
        self._place()

    def append(self, entries: Sequence[TranscriptEntry]) -> None:
        """Laid out once for all of them; with many pictures in the next frame, since they take as long as one."""
        self._join_pieces()
        self._entries.extend(entries)
        for entry in entries:
            self._column.add(entry, self._width(), self._pixels())
        self._progress = AnswerProgress.of(self._entries)
        if any(entry.role == "user" for entry in entries):
            self._follow = True
        if any(len(entry.thumbnails) > _MANY_PICTURES for entry in entries):
            self._waits_for_frame = True
            self._frame.request()
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

    def show_branch(self, count: int, entries: Sequence[TranscriptEntry]) -> None:
        """Keep the first `count` entries; these follow them now. The first of them stays where it was on the screen,
        and the keyboard on its arrows."""
        before = self.view(count)
        arrow = before.focused_arrow if before is not None else 0
        self._drop_pieces()
        self._drop_views(range(count + 1, len(self._entries)))
        self._entries[count:] = entries
        self._column.cut(count)
        for entry in entries:
            self._column.add(entry, self._width(), self._pixels())
        self._progress = AnswerProgress.of(self._entries)
        self._follow = False
        if self._anchor[0] > count:
            self._anchor = (count, 0)
        self._place()
        if arrow and (after := self.view(count)) is not None:
            after.focus_arrow(arrow)

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
            case PromptProgress() | ImageReady() | SoundReady():
                self._progress = self._progress.after(event)
            case Finished():
                pass
            case _:
                assert_never(event)
        self._frame.request()

    def _place(self) -> None:
        if not (self._waits_for_frame and self._frame.pending):
            self._waits_for_frame = False
            super()._place()

    def paint_now(self) -> None:
        """Show all that has arrived."""
        began = time.perf_counter()
        self._join_pieces()
        self._frame.cancel()
        self._place()
        spent = 1_000 * (time.perf_counter() - began)
        self._frame.milliseconds = max(FRAME_MILLISECONDS, round(REST * spent))

    def _busy(self) -> bool:
        """Whether an answer is streaming."""
        return any(entry.state == "open" and not entry.waiting for entry in self._entries[-2:])

    def _answering(self) -> bool:
        """Whether an answer is under way."""
        return any(entry.state == "open" for entry in self._entries[-2:])

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
