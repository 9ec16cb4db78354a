"""The conversation, read from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.chat.answer_wait import AnswerWait
from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.domain.picture_marks import PictureMarks
from fanlight.i18n import _
from fanlight.ui.theme import LIGHT, Theme
from fanlight.ui.transcript.entries import EntryColumn
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.marks import Marks
from fanlight.ui.transcript.message import MessageView
from fanlight.ui.transcript.message_status import MessageStatus
from fanlight.ui.transcript.preload import ParserPreloader
from fanlight.ui.transcript.versions import version_name

SPARES = 4
"""Pairs of messages: about a screen."""
_QUESTION, _ANSWER = TranscriptEntry("user", "1"), TranscriptEntry("assistant", "**1** `2`", footer="3")


class Transcript(EntryColumn):
    """With what can be done with them."""

    ask_again = Signal()
    edit_last = Signal()
    edit_wanted = Signal(int)
    ask_again_wanted = Signal(int)
    """Both with an entry: of a question, of an answer, that is not the last one."""
    continue_requested = Signal()
    waited_for_requested = Signal()
    """Show the other answer that the last question waits for."""
    stop_waited_for = Signal()
    """End that answer."""
    answer_now_requested = Signal()
    """End the thinking of the open answer."""
    copied = Signal(str)
    read_aloud = Signal(str)
    read_from = Signal(str, str, int)
    """See `MessageParts`."""
    link_requested = Signal(QUrl)
    picture_dragged = Signal(int, int)
    picture_clicked = Signal(int, int)
    """The number of an entry, and that of its picture, or of a document's first page."""
    """The number of an entry, and of a picture in it that the user drags out."""
    similar_wanted = Signal(int, int)
    """The same of a picture that others like it are looked for."""
    seen_wanted = Signal(int, int)
    """The same of a picture of which is to be shown what the model saw."""
    region_wanted = Signal(int, str, object, int)
    """The number of an answer, what is to be done with a place in its picture ("show", "copy", "ask"), all that it
    names there (PlacedRegions), and the number of that one; -1: with the picture."""
    version_wanted = Signal(int, int)
    """In the place of an entry, what stands so many places beside it in another branch."""
    wrap_requested = Signal(bool)
    """Break long lines of code, or scroll them."""

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT, text_size: int = 100) -> None:
        super().__init__(TextStyles(theme, text_size), parent)
        self.setObjectName("transcript")
        self.setAccessibleName(_("Conversation"))
        self._wait: AnswerWait | None = None
        self._shows_timings = True
        self._marks: Marks | None = None
        self._picture_marks: tuple[int, dict[int, PictureMarks]] = (-1, {})
        """Of an entry, by the numbers of its pictures."""
        self._spoken: tuple[int, tuple[str, ...]] = (-1, ())
        self.preloader = ParserPreloader(self, busy=self._busy, more=[self._make_spares] * SPARES)

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

    def show_branch(self, count: int, entries: Sequence[TranscriptEntry]) -> None:
        super().show_branch(count, entries)
        if self.isVisible():
            text = f"{version_name(entries[0])}. {entries[0].speaker}: {entries[0].text}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def step_version(self, by: int) -> None:
        """Of the message that has the keyboard, or else of the last one that has others beside it."""
        several = [i for i, entry in enumerate(self._entries) if entry.versions > 1]
        focus = QApplication.focusWidget() or self
        here = (i for i in several if (view := self.view(i)) is not None and view.isAncestorOf(focus))
        if several:
            self.version_wanted.emit(next(here, several[-1]), by)

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

    def show_spoken(self, text: str | None, sentences: tuple[str, ...]) -> None:
        """The last of these sentences of an answer is audible: mark it, and keep it in view where the one before was.
        `text` is the answer as Markdown, None the last one; no sentences: nothing is spoken."""
        last = len(self._entries) - 1
        same = (i for i in range(last, -1, -1) if text is None or self._entries[i].text == text)
        entry = next(same, -1) if sentences else -1
        if (entry, sentences) == self._spoken:
            return
        goes_on = entry >= 0 and self._spoken[0] == entry and self._sees_spoken()
        self._spoken = (entry, sentences if entry >= 0 else ())
        self._place()
        if goes_on and not self._follow and (view := self.view(entry)) is not None:
            view.show_spoken(sentences)

    def _sees_spoken(self) -> bool:
        """Whether the marked sentence is in the view: who has scrolled away stays there."""
        view = self.view(self._spoken[0])
        place = view.spoken_place(self._spoken[1]) if view is not None else None
        if view is None or place is None:
            return False
        place.translate(0, view.mapTo(self.viewport(), QPoint(0, 0)).y())
        return self.viewport().rect().intersects(place)

    def mark_picture(self, entry: int, number: int, marks: PictureMarks) -> None:
        """Where in a picture of that entry stands what was looked for; those of other entries are marked no longer."""
        before = self._picture_marks[1] if self._picture_marks[0] == entry else {}
        self._picture_marks = (entry, before | {number: marks})
        self._place()

    def unmark_pictures(self) -> None:
        self._picture_marks = (-1, {})

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
        self._spare.clear()
        self._column.guess(self._entries, self._width(), self._pixels())
        self._place()

    def show_wrapped(self, wrapped: bool) -> None:
        """Whether long lines of code are broken; otherwise they are scrolled."""
        if wrapped != self._looks.wrap_code:
            self._looks.wrap_code = wrapped
            for view in self._views.values():
                view.show_wrapped()
            self._place()

    # -- messages

    def _make(self, index: int) -> MessageView:
        entry, standing = self._entries[index], self._standing(index)
        if (spare := self._spare.take(entry.role)) is not None:
            spare.number = index
            spare.reuse_for(entry, standing)
            return spare
        return self._new_view(index, entry, standing)

    def _make_spares(self) -> None:
        """A question and an answer, unless there are some: a conversation takes those of the one before."""
        if not self._entries:
            for entry in (_QUESTION, _ANSWER):
                view = self._new_view(0, entry, MessageStatus(last_question=True, last_answer=True))
                view.arrange(self._width())
                self._spare.put(view)
            self._spare.hide()

    def _new_view(self, index: int, entry: TranscriptEntry, standing: MessageStatus) -> MessageView:
        view = MessageView(self._looks, entry, standing, self.viewport(), index)
        view.ask_again.connect(self.ask_again)
        view.edit.connect(self.edit_last)
        view.edit_earlier.connect(self.edit_wanted)
        view.ask_again_earlier.connect(self.ask_again_wanted)
        view.go_on.connect(self.continue_requested)
        view.show_other.connect(self.waited_for_requested)
        view.stop_other.connect(self.stop_waited_for)
        view.answer_now.connect(self.answer_now_requested)
        view.link.connect(self.link_requested)
        view.copied.connect(self._copy)
        view.wrap_chosen.connect(self.wrap_requested)
        view.read_aloud.connect(self.read_aloud)
        view.read_from.connect(self.read_from)
        view.picture_dragged.connect(self.picture_dragged)
        view.picture_clicked.connect(self.picture_clicked)
        view.similar_wanted.connect(self.similar_wanted)
        view.seen_wanted.connect(self.seen_wanted)
        view.region_used.connect(self.region_wanted)
        view.version_chosen.connect(self.version_wanted)
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
        spoken = self._spoken[1] if self._spoken[0] == index else ()
        view.mark(marks.query if marks is not None else None, current, spoken)
        view.mark_pictures(self._picture_marks[1] if self._picture_marks[0] == index else {})
        return view

    def _standing(self, index: int) -> MessageStatus:
        entry = self._entries[index]
        last = all(other.state == "queued" for other in self._entries[index + 1 :])
        quiet = not self._answering()
        if entry.role == "user":
            asked_last = all(e.role != "user" for e in self._entries[index + 1 :])
            return MessageStatus(last_question=asked_last, may_switch=quiet, may_edit=True)
        if not last or not entry.waiting:
            earlier = quiet and not last
            return MessageStatus(False, last, timings=self._shows_timings, may_switch=quiet, may_ask_again=earlier)
        if (wait := self._wait) is not None:
            return MessageStatus(False, last, wait.text, -1.0, wait.can_show, wait.can_stop)
        return MessageStatus(False, last, *self._progress.status())

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.preloader.start()
