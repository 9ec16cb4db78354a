"""One capture and what is asked about it: its conversation and its quick actions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal

from fanlight.core.capture.capture_text import TextReaderPort
from fanlight.core.capture.capture_translation import CaptureTranslation
from fanlight.core.capture.captures import Capture
from fanlight.core.capture.changes import CaptureChanges, changes_since
from fanlight.core.capture.questions import CaptureQuestions
from fanlight.core.capture.saving import pictures_folder, save_picture
from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.progress import AnswerProgress
from fanlight.core.panel.panel_session import PanelSession
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.actions import Action
from fanlight.domain.detail import Detail
from fanlight.domain.errors import FanlightError
from fanlight.domain.events import Event, ImageReady
from fanlight.domain.slots import Slot
from fanlight.i18n import _, format_number, ngettext

PATH_MS = 8_000


class CaptureSession(PanelSession):
    """Once it has ended it holds no pixels. Where the user discarded it, its capture leaves the history, too."""

    picture_copy_wanted = Signal()
    """The capture itself."""
    redaction_wanted = Signal()
    """The capture is to be drawn on."""
    repeat_wanted = Signal()
    """The same rectangle again."""
    changes_found = Signal(object)
    """A CaptureChanges: the rectangle is not as it was in an earlier capture."""

    about = "capture"

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
        self._is_encoded = False
        self._earlier: Capture | None = None
        super().__init__(host, settings_store, actions)
        self.capture, self.place, self._file_worker = capture, capture.place, file_worker
        self._progress = AnswerProgress(pictures=1)
        self.questions: CaptureQuestions = CaptureQuestions(
            capture.image, self.conversation, host, settings_store, file_worker, texts
        )
        self.questions.problem.connect(self._on_problem)
        self.questions.copy_wanted.connect(self.copy_text)
        self.questions.asks_in_window.connect(self.move_wanted)
        self.in_place = CaptureTranslation(self.questions.text, ScreenTranslation(host, settings_store))
        self.in_place.changed.connect(self._on_translation)

    def compare_with(self, earlier: Capture | None) -> None:
        """Before `start`: an earlier capture of the same rectangle."""
        self._earlier = earlier

    def start(self) -> None:
        """Prefill the picture, and compare it."""
        self.questions.start()
        if (earlier := self._earlier) is not None:
            now = self.capture
            self._file_worker.call(lambda: changes_since(earlier, now), self._on_compared)

    def ask_about(self, changes: CaptureChanges, marked: CapturedImage) -> None:
        """What has changed; `marked` is the capture with the marks."""
        self.questions.ask_about_changes(changes, marked, self.capture)

    def _on_compared(self, changes: CaptureChanges | FanlightError) -> None:
        if self.is_over:
            return
        if isinstance(changes, FanlightError):
            self._on_problem(changes)
        elif changes.areas:
            self.changes_found.emit(changes)
        else:
            self.note(_("Nothing has changed since {time}.").format(time=changes.earlier.time), PATH_MS)

    def run(self, action: Action) -> None:
        """An action that goes to the place of the text is switched off where it is on."""
        if action.goes_to != "place":
            super().run(action)
        elif self.in_place.is_on:
            self.in_place.stop()
        else:
            self.action_changed.emit(action)
            self.in_place.start()

    @property
    def can_show_seen(self) -> bool:
        """What the model sees: only the window's model tells that."""
        host = self._host
        return host.chosen and host.capture_spec is None and host.supports_images and bool(self.questions.pictures.now)

    @property
    def text_to_copy(self) -> str:
        return (self.in_place.written() if self.in_place.is_on else "") or super().text_to_copy

    def press(self, key: str) -> None:
        if key == "s" and self.capture.place is not None:
            self.repeat_wanted.emit()
        else:
            super().press(key)

    def choose_detail(self, detail: Detail) -> None:
        if detail != self.questions.pictures.detail:
            self.questions.choose_detail(detail)
            if self.conversation.turns:
                self.note(_("The capture goes with your next question in this detail."), PATH_MS)

    def attach(self, image: CapturedImage) -> None:
        """With the next question, which is typed now."""
        self.questions.attach(image)
        self.note(_("The part goes with your next question."), PATH_MS)
        self.keyboard_wanted.emit()

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

    def _end(self, *, forgotten: bool, keep_conversation: bool = False) -> None:
        if not self.is_over:
            self.in_place.changed.disconnect(self._on_translation)
            self.in_place.stop()
        super()._end(forgotten=forgotten, keep_conversation=keep_conversation)
        self.capture = replace(self.capture, image=CapturedImage(), place=None)
        self._earlier = None

    def _on_translation(self) -> None:
        if not self.in_place.is_busy:
            self.action_changed.emit(None)
        if (problem := self.in_place.problem) is not None:
            self._on_problem(problem)
        self._emit_status()

    # Status.

    def _activity(self) -> tuple[str, float | None]:
        if status := self.in_place.status:
            return status, -1.0 if self.in_place.is_busy else None
        return super()._activity()

    def _facts(self) -> str:
        attachment = self.conversation.first_attachment
        if attachment is None:
            return self.capture.size
        if attachment.origin and attachment.tokens:
            text = ngettext("{size}, {count} token", "{size}, {count} tokens", attachment.tokens)
            return text.format(size=self.capture.size, count=format_number(attachment.tokens))
        return attachment.caption

    @property
    def _waits_for_picture(self) -> bool:
        return not self._is_encoded and self._host.supports_images_in(Slot.PANEL)

    def _on_event(self, event: Event | PrefetchEvent) -> None:
        if isinstance(event, ImageReady):
            self._is_encoded = True
        super()._on_event(event)
