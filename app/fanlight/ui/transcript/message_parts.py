"""What a message consists of: text, thinking, pictures, states, actions; made and dropped as its entry changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import Qt, QUrl, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.formula_objects import without_places
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.message_status import MessageStatus
from fanlight.ui.transcript.reading_order import READING_ORDER, put_in_reading_order
from fanlight.ui.transcript.region_picture import AnswerRegions, RegionPicture, RegionSwitch
from fanlight.ui.transcript.region_places import mark_region, region_at_position, region_spans
from fanlight.ui.transcript.thumbs import Thumbnails
from fanlight.ui.transcript.versions import ArrowSwitch

Part = TypeVar("Part", bound=QWidget)


class MessageParts(QWidget):
    """Child widgets, each there only while its entry asks for it."""

    ask_again = Signal()
    edit = Signal()
    go_on = Signal()
    show_other = Signal()
    stop_other = Signal()
    answer_now = Signal()
    copied = Signal(str)
    read_aloud = Signal(str)
    read_from = Signal(str, str, int)
    """An answer as Markdown, as it is shown, and the character of that from whose sentence on it is read aloud."""
    link = Signal(QUrl)
    wrap_chosen = Signal(bool)
    resized = Signal()
    reached = Signal(object)
    sought = Signal(object, object)
    region_wanted = Signal(str, object, int)
    """What is to be done with a place in the picture ("show", "copy", "ask"), its PlacedRegions, and its number; -1:
    with the picture."""

    def __init__(self, looks: TextStyles, entry: TranscriptEntry, standing: MessageStatus, parent: QWidget) -> None:
        super().__init__(parent)
        self._looks = looks
        self._entry = entry
        self._standing = standing
        self._parts: dict[str, QWidget] = {}
        self._thinking_open = False
        self._regions = AnswerRegions()
        self._dirty = True
        self._sync()
        self._name()

    @property
    def entry(self) -> TranscriptEntry:
        return self._entry

    def show_entry(self, entry: TranscriptEntry, standing: MessageStatus) -> None:
        """Show the message's new state. Text that only grew is appended."""
        old, self._entry = self._entry, entry
        if entry is old and standing == self._standing:
            return
        self._standing = standing
        if entry.pictured != old.pictured:
            self._drop("regions")
            self._drop("region_switch")
        if entry.role != old.role or entry.thumbnails != old.thumbnails or entry.captions != old.captions:
            self._drop_all()
        for name, now, before in (("body", entry.text, old.text), ("thinking", entry.thinking, old.thinking)):
            part = self._parts.get(name)
            if isinstance(part, MessageBody) and now != before:
                if not part.over and now.startswith(before):
                    part.grow(now[len(before) :])
                else:
                    self._drop(name)
        self._sync()
        if entry.state != old.state or entry.text[:80] != old.text[:80]:
            self._name()

    def forget(self) -> None:
        """It shows nothing, until `reuse_for` is called: what is deleted, or private, is in no widget."""
        body = self._parts.get("body")
        if isinstance(body, MessageBody):
            body.document().clear()
            body.setAccessibleName("")
        self.setAccessibleName("")
        self._entry = TranscriptEntry(self._entry.role, "")

    def reuse_for(self, entry: TranscriptEntry, standing: MessageStatus) -> None:
        """Another message of the same role, as if this was new."""
        body = self._parts.get("body")
        if isinstance(body, MessageBody):
            if entry.text and entry.state != "open" and body.over:
                body.show_text(entry.text)
            else:
                self._drop("body")
        for part in self._parts.values():
            if isinstance(part, TranscriptButton):
                part.settle()
        self._entry, self._standing = entry, standing
        self._sync()
        self._name()
        self.update()

    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        out: list[QWidget] = []
        for name in READING_ORDER:
            part = self._parts.get(name)
            if isinstance(part, ArrowSwitch):
                out += part.arrows
            elif isinstance(part, (MessageBody, TranscriptButton, RegionPicture)):
                out.append(part)
            if isinstance(part, MessageBody):
                out += part.controls()
        return out

    # -- parts

    def _sync(self) -> None:
        """Exactly the parts the entry asks for."""
        entry, standing = self._entry, self._standing
        mine, over = entry.role == "user", entry.state != "open"
        self._part(
            "pictures", bool(entry.thumbnails), lambda: Thumbnails(entry.thumbnails, entry.captions, self._looks, self)
        )
        self._part("thoughts", bool(entry.thinking), self._make_thoughts)
        thinking = self._part("thinking", bool(entry.thinking) and self._thinking_open, self._make_thinking)
        body = self._part("body", bool(entry.text), self._make_body)
        if over and not mine:
            for text in (body, thinking):
                if text is not None:
                    text.finish()
            if body is not None and entry.cites_pages:
                body.link_pages()
            if body is not None and entry.cites_times:
                body.link_times()
        regions = self._regions.of(entry)
        picture = self._part("regions", bool(regions), self._make_regions)
        if picture is not None:
            picture.show_regions(regions)
        self._part("region_switch", len(regions) > 1, self._make_region_switch)
        self._show_switch()
        self._show_text("status", self._standing.words(self._entry), "status")
        bar = self._part("progress", entry.waiting and standing.done >= 0, self._make_progress)
        if bar is not None:
            bar.setValue(round(1000 * standing.done))
        self._show_text("notice", entry.notice, "notice")
        failed = _("The answer could not be completed.") if entry.state == "failed" else ""
        self._show_text("error", entry.error or failed, "error")
        self._sync_actions(mine=mine, over=over)
        self._show_text("footer", entry.footer_line if standing.timings else "", "footer")
        self._name_thoughts(over)
        put_in_reading_order([self._parts[name] for name in READING_ORDER if name in self._parts])
        self._dirty = True

    def _sync_actions(self, *, mine: bool, over: bool) -> None:
        """The buttons below the message. `mine`: it is a question; `over`: nothing more is coming."""
        entry, standing = self._entry, self._standing
        said = not mine and over and bool(entry.text)
        self._action("copy", "copy", _("Copy"), _("Copy this answer, or drag it out"), said, self._copy)
        aloud = _("Read this answer aloud, or stop reading")
        self._action("speak", "speaker", _("Read aloud"), aloud, said, self._speak)
        again = _("Ask again") if entry.text else _("Try again")
        last = standing.last_answer and over
        self._action("again", "retry", again, _("Answer the question again"), last, self.ask_again)
        unfinished = last and entry.state in ("stopped", "failed") and bool(entry.text)
        self._action(
            "continue", "continue", _("Continue"), _("Continue where the answer stopped"), unfinished, self.go_on
        )
        hint = _("Change the question and ask again")
        self._action("edit", "edit", _("Edit"), hint, mine and standing.last_question, self.edit)
        waits = entry.waiting
        hint = _("Show the conversation whose answer this one waits for")
        self._action("show_other", "window", _("Show it"), hint, waits and standing.can_show, self.show_other)
        hint = _("Stop the other answer, and answer this question")
        self._action("stop_other", "stop", _("Stop it"), hint, waits and standing.can_stop, self.stop_other)
        thinks = not mine and not over and bool(entry.thinking) and not entry.text
        hint = _("End the reasoning and give the answer")
        self._action("answer_now", "continue", _("Answer now"), hint, thinks, self.answer_now)

    def _part(self, name: str, wanted: bool, make: Callable[[], Part]) -> Part | None:
        part = self._parts.get(name)
        if not wanted:
            self._drop(name)
            return None
        if part is None:
            part = self._parts[name] = make()
            part.show()
        return cast(Part, part)

    def _drop(self, name: str) -> None:
        part = self._parts.pop(name, None)
        if part is not None:
            part.hide()
            part.deleteLater()

    def _drop_all(self) -> None:
        for name in list(self._parts):
            self._drop(name)

    def _show_text(self, name: str, text: str, kind: str) -> None:
        part = self._part(name, bool(text), lambda: self._make_label(kind))
        if part is not None and part.text() != text:
            part.setText(text)

    def _make_label(self, kind: str) -> QLabel:
        made = label("", kind, wrap=True, parent=self)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setObjectName(kind)
        return made

    def _make_body(self) -> MessageBody:
        return self._make_text(
            self._entry.text, self._looks, _("Message from {speaker}").format(speaker=self._entry.speaker)
        )

    def _make_regions(self) -> RegionPicture:
        pictured = self._entry.pictured
        assert pictured is not None
        made = RegionPicture(pictured.thumbnails, self._looks, self)
        made.pointed.connect(self._mark_region)
        made.turned.connect(self._show_switch)
        made.wanted.connect(lambda what, number: self.region_wanted.emit(what, made.shown, number))
        made.reached.connect(self.reached)
        return made

    def _make_region_switch(self) -> RegionSwitch:
        made = RegionSwitch(self._looks, self)
        made.chosen.connect(self._turn_picture)
        made.reached.connect(self.reached)
        return made

    def _turn_picture(self, by: int) -> None:
        picture = self._parts.get("regions")
        if isinstance(picture, RegionPicture):
            picture.turn(by)

    def _show_switch(self) -> None:
        picture, switch, pictured = self._parts.get("regions"), self._parts.get("region_switch"), self._entry.pictured
        if isinstance(picture, RegionPicture) and isinstance(switch, RegionSwitch) and pictured is not None:
            switch.show_place(picture, len(pictured.frames))

    def _mark_region(self, number: int) -> None:
        """The numbers of that place in the text."""
        body, picture = self._parts.get("body"), self._parts.get("regions")
        if isinstance(body, MessageBody) and isinstance(picture, RegionPicture):
            spans = region_spans(body, self._entry.text, picture.found, picture.place) if number >= 0 else []
            mark_region(body, spans[number] if 0 <= number < len(spans) else None, self._looks.theme)

    def _point_to_region(self, position: int) -> None:
        """The place whose numbers are there in the text."""
        body, picture = self._parts.get("body"), self._parts.get("regions")
        if isinstance(body, MessageBody) and isinstance(picture, RegionPicture):
            others = (place for place in range(len(picture.found)) if place != picture.place)
            for place in (picture.place, *others) if position >= 0 else ():
                spans = region_spans(body, self._entry.text, picture.found, place)
                if (number := region_at_position(body, spans, position)) >= 0:
                    picture.point(number, place)
                    return
            picture.point(-1)

    def _make_thinking(self) -> MessageBody:
        return self._make_text(self._entry.thinking, self._looks.quiet, _("The model's reasoning"))

    def _make_text(self, text: str, looks: TextStyles, name: str) -> MessageBody:
        body = MessageBody(
            looks, self, text, markdown=self._entry.role == "assistant", over=self._entry.state != "open"
        )
        body.setAccessibleName(name)
        body.anchorClicked.connect(self.link)
        body.code_copied.connect(self.copied)
        body.wrap_chosen.connect(self.wrap_chosen)
        body.redrawn.connect(self._on_redrawn)
        body.reached.connect(self.reached)
        body.sought.connect(self.sought)
        body.reached.connect(self.update)
        body.left.connect(self.update)
        body.pointed_at.connect(self._point_to_region)
        return body

    def _make_thoughts(self) -> TranscriptButton:
        hint = _("Show or hide the reasoning behind the answer")
        button = TranscriptButton(
            self, "thoughts", "chevron-right", "", hint, self._toggle_thinking, self._looks.px(14)
        )
        button.reached.connect(self.reached)
        return button

    def _name_thoughts(self, over: bool) -> None:
        button = self._parts.get("thoughts")
        if isinstance(button, TranscriptButton):
            shown = self._thinking_open
            button.draw(self._looks.theme.muted, "chevron-down" if shown else "chevron-right")
            button.setText(_("Thinking…") if not self._entry.text and not over else _("Reasoning"))
            state = _("{name} (shown)") if shown else _("{name} (hidden)")
            button.setAccessibleName(state.format(name=button.text()))

    def show_wrapped(self) -> None:
        """The looks have changed in whether long lines of code are broken: follow them."""
        for name in ("body", "thinking"):
            part = self._parts.get(name)
            if isinstance(part, MessageBody):
                part.show_wrapped()
        self._dirty = True

    def _on_redrawn(self) -> None:
        self._dirty = True
        self.resized.emit()

    def _toggle_thinking(self) -> None:
        self._thinking_open = not self._thinking_open
        self._sync()
        self.resized.emit()

    def _make_progress(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setRange(0, 1000)
        bar.setTextVisible(False)
        bar.setAccessibleName(_("Progress of reading the question"))
        return bar

    def _action(
        self, name: str, picture: str, text: str, hint: str, wanted: bool, slot: Callable[[], object] | SignalInstance
    ) -> None:
        def make() -> TranscriptButton:
            button = TranscriptButton(self, "action", picture, text, hint, slot, self._looks.px(16))
            button.draw(self._looks.theme.muted)
            button.reached.connect(self.reached)
            return button

        button = self._part(name, wanted, make)
        if button is not None and button.text() != text:
            button.setText(text)
            button.setAccessibleName(f"{text}: {hint}")

    def _copy(self) -> None:
        self.copied.emit(self._entry.text)
        button = self._parts.get("copy")
        if isinstance(button, TranscriptButton):
            button.confirm(self._looks.theme.accent)

    def _speak(self) -> None:
        self.read_aloud.emit(self._entry.text)

    def spoken(self) -> str:
        """The message's text without Markdown."""
        body = self._parts.get("body")
        return without_places(body.toPlainText()) if isinstance(body, MessageBody) else self._entry.text

    def _name(self) -> None:
        words = " ".join(self.spoken()[:160].split())
        content = words or self._standing.words(self._entry) or _("Picture")
        self.setAccessibleName(f"{self._entry.speaker}: {content}")
        body = self._parts.get("body")
        if body is not None:
            body.setAccessibleName(self.accessibleName())
