"""The conversation, read from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QStackedLayout, QTextBrowser, QWidget

from fanlight.domain.events import Event, Finished, ImageReady, Notice, PromptProgress, TextDelta, ThinkingDelta
from fanlight.ui.entry import Entry, State
from fanlight.ui.theme import LIGHT, Theme

FRAME_MILLISECONDS = 33


class Transcript(QAbstractScrollArea):
    """Shows entries; the last one may be open, and `hear` adds to it, painted at most once a frame."""

    ask_again = Signal()
    edit_last = Signal()
    continue_requested = Signal()
    copied = Signal(str)
    link_requested = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT, text_size: int = 100) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self._theme, self._text_size = theme, text_size
        self._entries: list[Entry] = []
        self._welcome: QWidget | None = None
        self._page = QTextBrowser()
        self._page.setOpenLinks(False)
        self._page.anchorClicked.connect(self.link_requested)
        self._stack = QStackedLayout(self.viewport())
        self._stack.addWidget(self._page)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MILLISECONDS)
        self._frame.timeout.connect(self.paint_now)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    @property
    def follow(self) -> bool:
        """Whether the view stays at the end."""
        bar = self._page.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self.paint_now()

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)
        self.paint_now()

    def replace_last(self, entry: Entry) -> None:
        self._entries[-1] = entry
        self.paint_now()

    def truncate(self, count: int) -> None:
        """Keep the first `count` entries."""
        del self._entries[count:]
        self.paint_now()

    def hear(self, event: Event) -> None:
        """What the engine says goes into the last entry."""
        last = self._entries[-1]
        match event:
            case TextDelta(text):
                self._entries[-1] = replace(last, text=last.text + text)
            case ThinkingDelta(text):
                self._entries[-1] = replace(last, thinking=last.thinking + text)
            case Notice(text):
                self._entries[-1] = replace(last, notice=text)
            case PromptProgress() | ImageReady() | Finished():
                pass
            case _:
                assert_never(event)
        if not self._frame.isActive():
            self._frame.start()

    def finish(self, footer: str, state: State, error: str = "") -> None:
        """The last entry is final: "complete", "stopped" or "failed"; `error`: a sentence and, below it, its hint."""
        self._entries[-1] = replace(self._entries[-1], footer=footer, state=state, error=error)
        self.paint_now()

    def set_theme(self, theme: Theme, text_size: int | None = None) -> None:
        self._theme = theme
        self._text_size = text_size or self._text_size
        self.paint_now()

    def set_welcome(self, widget: QWidget) -> None:
        """Shown while there are no entries."""
        self._welcome = widget
        self._stack.addWidget(widget)
        self.paint_now()

    def paint_now(self) -> None:
        self._page.setMarkdown("\n\n".join(f"**{e.speaker}**\n\n{e.text}\n\n{e.footer}" for e in self._entries))
        self._stack.setCurrentWidget(self._page if self._entries or self._welcome is None else self._welcome)
