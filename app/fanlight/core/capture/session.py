"""One capture and what is asked about it: its conversation and its quick actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.questions import CaptureQuestions, TextReaderPort
from fanlight.core.capture.quick_actions import QuickActions
from fanlight.core.capture.saving import pictures_folder, save_picture
from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.progress import AnswerProgress
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.actions import Action
from fanlight.domain.errors import FanlightError, error_text
from fanlight.domain.events import Event, Finished, ImageReady, PromptProgress, TextDelta, ThinkingDelta, TokensCounted
from fanlight.domain.slots import Slot
from fanlight.i18n import N_, _, format_number, ngettext

NOTE_MS, PATH_MS = 2_500, 8_000
ESCAPE = "Escape"
WAITS = {
    Slot.WINDOW: N_("Waiting for the answer in the window…"),
    Slot.COMMAND: N_("Waiting for the answer to a command…"),
}
"""What else the model may be answering: an answer is not interrupted."""


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """`facts` is the size of the capture. `progress` is the part of 1 that is done; -1 where that is not known, None
    where nothing is waited for."""

    facts: str
    text: str
    progress: float | None
    is_busy: bool
    needs_model: bool
    is_practice: bool
    server: str = ""
    """Where questions go; "" for a model on this computer."""


class CaptureSession(QObject):
    """Call `start` once the capture exists and `begin` once its panel is shown. It ends by `forget`,
    `end_for_another` or `release_conversation`; then it is of no further use, and holds no pixels.

    `pinned`: the next capture does not close it. `before_forget` is called at Esc and returns True when it has ended
    something else instead, such as an utterance.
    """

    status_changed = Signal(CaptureStatus)
    action_changed = Signal(object)
    """The Action that is being answered, or None."""
    pinned_changed = Signal(bool)
    noted = Signal(str)
    """A short note, shown in `status` for a moment."""
    copy_wanted = Signal(str)
    """Put this into the clipboard."""
    picture_copy_wanted = Signal()
    """The capture itself."""
    keyboard_wanted = Signal()
    """The user wants to type."""
    move_wanted = Signal(str)
    """The conversation goes on in the window, and this is asked there, or ""."""
    repeat_wanted = Signal()
    """The same rectangle again."""
    problem = Signal(str)
    closed = Signal(bool)
    """True when the user discarded it: its capture leaves the history, too."""

    def __init__(
        self,
        capture: Capture,
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        actions: QuickActions,
        texts: TextReaderPort | None = None,
    ) -> None:
        """Without `texts` no text is read."""
        super().__init__()
        self.capture, self.actions, self._host = capture, actions, host
        self._settings_store, self._file_worker = settings_store, file_worker
        self.conversation = Conversation(host, settings_store, Slot.PANEL, parent=self)
        self.questions = CaptureQuestions(capture.image, self.conversation, host, settings_store, file_worker, texts)
        self.pinned = self.is_over = False
        self.before_forget: Callable[[], bool] = lambda: False
        self._progress = AnswerProgress(pictures=1)
        self._is_encoded = self._has_answer = False
        self._note = ""
        self._note_timer = Timeout(self, self._end_note, NOTE_MS)
        self._connect()

    def _connect(self) -> None:
        questions = self.questions
        for signal, slot in self._connections():
            signal.connect(slot)
        questions.problem.connect(self._on_problem)
        questions.copy_wanted.connect(self._copy)
        questions.asks_in_window.connect(self.move_wanted)

    def _connections(self) -> tuple[tuple[Any, Callable[..., object]], ...]:
        """Those to objects that outlive this one."""
        conversation, host = self.conversation, self._host
        return (
            (conversation.event_arrived, self._on_event),
            (conversation.prefetch_event, self._on_event),
            (conversation.answer_finished, self._on_answer_finished),
            (conversation.changed, self._on_changed),
            (conversation.problem, self._on_problem),
            (host.changed, self._on_changed),
            (host.serving_changed, self._emit_status),
        )

    # From the selection to Esc.

    def start(self) -> None:
        """Prefill the picture."""
        self.questions.start()

    def begin(self, action: Action | None) -> None:
        """Its panel is on the screen: run `action`."""
        if action is not None:
            self.run(action)

    def run(self, action: Action) -> None:
        self.action_changed.emit(action)
        self.questions.run(action)

    def press(self, key: str) -> None:
        """One of the panel's keys: a letter, the digit of an action's place, or ESCAPE."""
        shown = self.actions.shown
        here = [action for action in shown if action.key == key]
        if key.isdecimal() and 0 < int(key) <= len(shown):
            here = [shown[int(key) - 1]]
        match key:
            case _ if key == ESCAPE:
                if not self.before_forget():
                    self.forget()
            case _ if here:
                self.run(here[0])
            case "a":
                self.keyboard_wanted.emit()
            case "c":
                self._copy(self.conversation.last_answer)
            case "o":
                self.move_wanted.emit("")
            case "p":
                self.pin(not self.pinned)
            case "s" if self.capture.place is not None:
                self.repeat_wanted.emit()

    def pin(self, pinned: bool) -> None:
        if pinned == self.pinned:
            return
        self.pinned = pinned
        self.pinned_changed.emit(pinned)
        self.note(_("Pinned. It stays until you close it.") if pinned else _("Unpinned."))

    def copy_picture(self) -> None:
        self.picture_copy_wanted.emit()
        self.note(_("The picture is copied."))

    def save_picture(self) -> None:
        """As a file, in the folder that the settings name."""
        image, taken = self.capture.image, self.capture.taken
        folder = pictures_folder(self._settings_store.now.capture_folder)
        self._file_worker.call(lambda: save_picture(image, taken, folder), self._on_saved)

    def _on_saved(self, path: Path | FanlightError) -> None:
        if self.is_over:
            return
        if isinstance(path, FanlightError):
            self._on_problem(path)
        else:
            self.note(_("Saved: {path}").format(path=path), PATH_MS)

    def note(self, text: str, milliseconds: int = NOTE_MS) -> None:
        """Show it for a moment."""
        self._note = text
        self._note_timer.start(milliseconds)
        self._emit_status()
        self.noted.emit(text)

    def forget(self) -> None:
        """Discard the capture and its conversation."""
        self._end(forgotten=True)

    def end_for_another(self) -> None:
        """End for another capture; this one stays in the history of this run."""
        self._end(forgotten=False)

    def release_conversation(self) -> Conversation:
        """End without the conversation, which goes on elsewhere."""
        self._end(forgotten=False, keep_conversation=True)
        return self.conversation

    def _end(self, *, forgotten: bool, keep_conversation: bool = False) -> None:
        if self.is_over:
            return
        self.is_over = True
        self.questions.close()
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self.closed.emit(forgotten)
        if keep_conversation:
            self.conversation.setParent(None)
        else:
            self.conversation.forget()
        self.capture = replace(self.capture, image=CapturedImage(), place=None)
        self.deleteLater()

    # Status.

    @property
    def status(self) -> CaptureStatus:
        facts, attachment = self.capture.size, self.conversation.first_attachment
        if attachment is not None and attachment.origin and attachment.tokens:
            text = ngettext("{size}, {count} token", "{size}, {count} tokens", attachment.tokens)
            facts = text.format(size=facts, count=format_number(attachment.tokens))
        elif attachment is not None:
            facts = attachment.caption
        text, progress = self._activity()
        is_practice = self._host.is_practice_in(Slot.PANEL)
        needs_model = self._host.condition in ("none", "failed")
        server = self._host.shown_server_in(Slot.PANEL)
        shown, busy = self._note or text, self.conversation.busy
        return CaptureStatus(facts, shown, progress, busy, needs_model, is_practice, server)

    def _activity(self) -> tuple[str, float | None]:
        condition = self.conversation.condition
        match self._host.condition:
            case "none":
                return _("No model is open."), None
            case "failed":
                return _("The model could not be loaded."), None
            case "loading":
                return _("Loading the model…"), -1.0
        if condition == "waiting":
            return _("Reading the text…"), -1.0
        unencoded = condition == "idle" and not self._is_encoded and self._host.supports_images_in(Slot.PANEL)
        if (unencoded or condition == "answering") and self._host.answering_slot in WAITS:
            return _(WAITS[self._host.answering_slot]), -1.0
        if unencoded or (condition == "answering" and not self._has_answer):
            return self._progress.status()
        return "", None

    def _emit_status(self) -> None:
        self.status_changed.emit(self.status)

    def _end_note(self) -> None:
        self._note = ""
        self._emit_status()

    def _on_event(self, event: Event | PrefetchEvent) -> None:
        match event:
            case ImageReady():
                self._is_encoded = True
                self._progress = self._progress.after(event)
            case PromptProgress():
                self._progress = self._progress.after(event)
            case TextDelta() | ThinkingDelta():
                if self._has_answer:
                    return
                self._has_answer = True
            case Finished() | TokensCounted():
                pass
            case _:
                return
        self._emit_status()

    def _on_answer_finished(self) -> None:
        self._has_answer = True
        self.action_changed.emit(None)
        self._emit_status()

    def _on_changed(self) -> None:
        if not self.conversation.busy:
            self.action_changed.emit(None)
        self._emit_status()

    def _on_problem(self, error: object) -> None:
        self.problem.emit(error_text(error))

    def _copy(self, text: str) -> None:
        if text:
            self.copy_wanted.emit(text)
            self.note(_("Copied."))
