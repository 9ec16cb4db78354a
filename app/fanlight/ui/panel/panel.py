"""The quick panel: a small window beside the rectangle that was captured. The program below keeps its focus until the
user types here; what is said here is in memory alone, and Esc forgets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.panel_keys import ESCAPE, KeyHolder, PanelKeys
from fanlight.core.capture.questions import CaptureQuestions, TextReaderPort
from fanlight.core.capture.quick_actions import QuickActions
from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.actions import Action
from fanlight.domain.errors import error_text
from fanlight.domain.events import Event, Finished, ImageReady, PromptProgress, TextDelta, ThinkingDelta, TokensCounted
from fanlight.domain.slots import Slot
from fanlight.ui.panel.frame import PanelFrame
from fanlight.ui.transcript.progress import AnswerProgress
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.links import ask_to_open

FLASH_MS = 2_500
WAITS = {
    Slot.WINDOW: "Waiting for the answer in the window…",
    Slot.COMMAND: "Waiting for the answer to a command…",
}
"""Who else may be served, by seat: an answer is let finish."""


@dataclass
class PanelDeps:
    """What panels stand on. No `texts`: nothing reads text here; no `holder`: keys are heard with the focus only."""

    host: ModelHost
    settings_store: SettingsStore
    file_worker: FileWorker
    actions: QuickActions
    texts: TextReaderPort | None = None
    holder: KeyHolder | None = None


class QuickPanel(PanelFrame):
    closed = Signal(object, bool)
    """This, and whether the user had it forgotten: then its capture goes, too."""
    leaves_for_window = Signal(object)
    """This: its conversation goes on in the window."""
    asks_in_window = Signal(object, str)
    """This, and a question about its capture for the window."""
    region_again = Signal(object)
    window_wanted = Signal()
    ended_by_key = Signal()
    """It had the focus, which goes elsewhere now while that key is down."""

    def __init__(self, capture: Capture, means: PanelDeps) -> None:
        super().__init__(capture, means.settings_store)
        self._means, self._host = means, means.host
        self.conversation = Conversation(means.host, means.settings_store, Slot.PANEL, parent=self)
        self.asking = CaptureQuestions(
            capture.image, self.conversation, means.host, means.settings_store, means.file_worker, means.texts
        )
        self.keys = PanelKeys(means.holder, self)
        self._progress = AnswerProgress(pictures=1)
        self._seen = self.over = False
        self.before_forget: Callable[[], bool] = lambda: False
        """Whether Esc was for something else, which it ended."""
        self._flash = Timeout(self, self._tell, FLASH_MS)
        self._flashed = ""
        self.bar.show_actions(means.actions.shown)
        self._connect()
        self._dress()

    @property
    def pinned(self) -> bool:
        return self.head.pin_button.isChecked()

    @property
    def keys_live(self) -> bool:
        return self.keys.live or super().keys_live

    def _connect(self) -> None:
        conversation, transcript, head, asking = self.conversation, self.transcript, self.head, self.asking
        for signal, slot in self._connections():
            signal.connect(slot)
        asking.problem.connect(self._say_problem)
        asking.copied.connect(lambda _: self._say("Copied."))
        asking.for_window.connect(lambda text: self.asks_in_window.emit(self, text))
        transcript.copied.connect(lambda _: self._say("Copied."))
        transcript.ask_again.connect(asking.again)
        transcript.continue_requested.connect(conversation.continue_answer)
        transcript.link_requested.connect(self._link)
        self.bar.chosen.connect(self.act)
        self.line.entered.connect(asking.ask)
        self.line.reached.connect(self.take_keyboard)
        self.line.stop_button.clicked.connect(conversation.stop)
        self.model_button.clicked.connect(self.window_wanted)
        head.close_button.clicked.connect(self.forget)
        head.window_button.clicked.connect(lambda: self.leaves_for_window.emit(self))
        head.region_button.clicked.connect(lambda: self.region_again.emit(self))
        head.pin_button.toggled.connect(self._pinned)
        head.region_button.setVisible(self.capture.place is not None)
        self.keys.pressed.connect(self.press)
        self.keys.changed.connect(self._dress_keys)
        self._means.actions.changed.connect(self._show_actions)
        self._host.changed.connect(self._changed)
        self._host.serving_changed.connect(self._tell)

    def _connections(self) -> tuple[tuple[Any, Callable[..., object]], ...]:
        conversation, transcript = self.conversation, self.transcript
        return (
            (conversation.turn_appended, self._on_turn_appended),
            (conversation.turn_replaced, self._on_turn_replaced),
            (conversation.turns_truncated, transcript.truncate),
            (conversation.event_arrived, self._on_event),
            (conversation.answer_finished, self._on_answer_finished),
            (conversation.changed, self._changed),
            (conversation.prefetch_event, self._on_picture_event),
            (conversation.problem, self._say_problem),
        )

    # From the mouse's release to Esc.

    def open(self, action: Action | None) -> None:
        """Show it beside the rectangle; the model begins at once, with `action` or with the picture alone."""
        self.asking.start()
        self._changed()
        self._place()
        self.show()
        self.keys.hold(self._wanted_keys())
        if action is not None:
            self.act(action)
        self._fit()

    def act(self, action: Action) -> None:
        self.problem.hide()
        self.bar.mark(action)
        self.asking.act(action)

    def press(self, key: str) -> None:
        """One of the panel's keys, from wherever it comes."""
        shown = self._means.actions.shown
        here = [action for action in shown if action.key == key]
        if key.isdecimal() and 0 < int(key) <= len(shown):
            here = [shown[int(key) - 1]]
        match key:
            case _ if key == ESCAPE:
                if not self.before_forget():
                    self.forget()
            case _ if here:
                self.act(here[0])
            case "a":
                self.take_keyboard()
            case "c":
                self._copy()
            case "o":
                self.leaves_for_window.emit(self)
            case "p":
                self.head.pin_button.toggle()
            case "s" if self.capture.place is not None:
                self.region_again.emit(self)

    def forget(self) -> None:
        """Close; nothing is left of the capture and of what was said."""
        self._end(forgotten=True)

    def give_way(self) -> None:
        """Close, for another capture: this one stays among those of this run."""
        self._end(forgotten=False)

    def release_conversation(self) -> Conversation:
        """Close, and leave the conversation to somebody else: it goes on."""
        self._end(forgotten=False, keep_conversation=True)
        return self.conversation

    def _end(self, forgotten: bool, keep_conversation: bool = False) -> None:
        if self.over:
            return
        self.over = True
        self.keys.let_go()
        self.asking.close()
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self.transcript.continue_requested.disconnect(self.conversation.continue_answer)
        self.line.stop_button.clicked.disconnect(self.conversation.stop)
        if keep_conversation:
            self.conversation.setParent(None)
        else:
            self.conversation.forget()
        self.transcript.show_entries(())
        self._undress()
        self._means.actions.changed.disconnect(self._show_actions)
        self._host.changed.disconnect(self._changed)
        self._host.serving_changed.disconnect(self._tell)
        self.hide()
        self.closed.emit(self, forgotten)
        self.capture = replace(self.capture, image=CapturedImage(), place=None)  # a reference to the panel: no pixels
        self.head.picture.clear()
        self.deleteLater()

    # What is going on.

    def _on_turn_appended(self, entry: TranscriptEntry) -> None:
        self.transcript.append(without_pictures(entry))

    def _on_turn_replaced(self, entry: TranscriptEntry) -> None:
        self.transcript.replace_last(without_pictures(entry))

    def _on_event(self, event: Event) -> None:
        self.transcript.on_event(event)
        if isinstance(event, (TextDelta, ThinkingDelta)) and not self.transcript.isVisible():
            self._show_answers()
        self._on_picture_event(event)

    def _on_picture_event(self, event: Event | PrefetchEvent) -> None:
        match event:
            case ImageReady():
                self._seen = True
                self._progress = self._progress.after(event)
            case PromptProgress():
                self._progress = self._progress.after(event)
            case Finished() | TokensCounted():
                pass
            case _:
                return
        self._tell()

    def _on_answer_finished(self, end: AnswerFinished) -> None:
        self._show_answers()
        self.transcript.on_finished(end)
        self.bar.mark(None)
        self.keys.wait()
        self._fit()

    def _changed(self) -> None:
        busy = self.conversation.busy
        self.line.stop_button.setVisible(busy)
        if not busy:
            self.bar.mark(None)
        self.note.setVisible(self._host.spec is not None and self._host.spec.practice)
        self.model_button.setVisible(self._host.condition in ("none", "failed"))
        if busy:
            self.keys.wait()
        self._tell()
        self._fit()

    def _tell(self) -> None:
        """The line under the capture's size."""
        if not self._flash.pending:
            self._flashed = ""
        attachment, facts = self.conversation.first_attachment, self.capture.size
        if attachment is not None:
            facts = attachment.caption if not attachment.origin else f"{facts}, {attachment.tokens:,} tokens"
        words, done = self._doing()
        self.head.say(facts, self._flashed or words, done)
        self._fit_soon.request()

    def _doing(self) -> tuple[str, float | None]:
        """In words, and how much of 1 is done: -1 is not known, None is nothing to wait for."""
        condition = self.conversation.condition
        match self._host.condition:
            case "none":
                return "No model is open.", None
            case "failed":
                return "The model could not be loaded.", None
            case "loading":
                return "The model is being loaded…", -1.0
        if condition == "waiting":
            return "Reading the text…", -1.0
        unseen = condition == "idle" and not self._seen and self._host.supports_images
        if (unseen or condition == "answering") and (other := self._waits_for()):
            return other, -1.0
        if unseen or (condition == "answering" and not self.transcript.isVisible()):
            return self._progress.said()
        return "", None

    def _waits_for(self) -> str:
        """The sentence about another slot's answer that is generated first; empty if there is none."""
        slot = self._host.answering_slot
        return WAITS.get(slot, "") if slot is not None else ""

    def _say(self, words: str) -> None:
        """For a moment."""
        self._flashed = words
        self._flash.start()
        self._tell()
        announce(self, words)

    def _say_problem(self, error: object) -> None:
        words = error_text(error)
        self.problem.setText(words)
        self.problem.setAccessibleName(words)
        self.problem.show()
        announce(self, words)
        self._fit()

    def _show_answers(self) -> None:
        if not self.transcript.isVisible():
            self.transcript.setFixedHeight(60)
            self.transcript.show()
            self.transcript.paint_now()
            self._fit()
            self._tell()

    def _show_actions(self) -> None:
        self.bar.show_actions(self._means.actions.shown)
        self._fit()

    def take_keyboard(self) -> None:
        self.keys.let_go()
        super().take_keyboard()

    def _copy(self) -> None:
        if text := self.conversation.last_answer:
            QGuiApplication.clipboard().setText(text)
            self._say("Copied.")

    def _link(self, address: QUrl) -> None:
        self.take_keyboard()
        ask_to_open(address, self)

    def _pinned(self, pinned: bool) -> None:
        if pinned:
            self.keys.let_go()
        self._say("Pinned: it stays until you close it." if pinned else "Not pinned any more.")

    def _wanted_keys(self) -> list[str]:
        shown = self._means.actions.shown
        keys = [action.key for action in shown if action.key]
        keys += [str(place) for place in range(1, min(9, len(shown)) + 1)]
        return keys + ["a", "c", "m", "o", "p"] + (["s"] if self.capture.place is not None else [])

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With the focus, the same keys; in the line they are letters."""
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        letter = event.text().lower() if plain and event.text().isalnum() and event.text().isascii() else ""
        key = ESCAPE if event.key() == Qt.Key.Key_Escape else letter
        if not key:
            super().keyPressEvent(event)
            return
        self.press(key)
        if self.over or key == "o":
            self.ended_by_key.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.over:
            self._dress_keys()
            if not self.isActiveWindow() and (window := self.windowHandle()):
                window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.forget()


def without_pictures(entry: TranscriptEntry) -> TranscriptEntry:
    """The panel has the capture at its head."""
    return replace(entry, thumbnails=(), captions=())
