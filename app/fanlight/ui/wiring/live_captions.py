"""Live captions, with their bar, the transcript of them, and questions about it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fanlight.audio import loopback
from fanlight.core.captions.captions import Captions
from fanlight.core.captions.transcript import CaptionTranscript
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.quote import quotation
from fanlight.core.window_state import WindowState
from fanlight.domain.errors import LoopbackMissing, error_text
from fanlight.domain.speech import CaptionWords
from fanlight.i18n import N_, _
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance

if TYPE_CHECKING:
    from fanlight.ui.captions.bar import CaptionBar

ASKED_SECONDS = 300.0
"""What a question is about."""

CaptionsCommand = Literal["start", "stop", "toggle"]


class LiveCaptionsFeature(QObject):
    """The bar is on the screen as long as captions are on."""

    problem = Signal(object)
    question_quoted = Signal(object)
    """A Quotation for the next question."""
    transcript_wanted = Signal(object)
    """A CaptionTranscript, to be shown in the window for transcripts."""

    def __init__(
        self,
        speech_worker: SpeechWorker,
        push_to_talk: PushToTalk,
        speech_output: SpeechOutput,
        queue: TranscriptionQueue,
        settings_store: SettingsStore,
        appearance: Appearance,
        window_state: WindowState,
        is_generating: Callable[[], bool],
        context_tokens: Callable[[], int | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._appearance, self._window_state = settings_store, appearance, window_state
        self._context_tokens = context_tokens
        self.captions = Captions(
            speech_worker, push_to_talk, speech_output, settings_store, is_generating,
            loopback.pick, lambda: _(loopback.wanted(sys.platform).needs), self,
        )  # fmt: skip
        self.captions.changed.connect(self._show)
        self.captions.words_arrived.connect(self._on_words)
        self.captions.begun.connect(queue.show)
        self.captions.begun.connect(self._on_begun)
        appearance.changed.connect(self._apply_looks)
        settings_store.changed.connect(self._on_settings)

    @cached_property
    def bar(self) -> CaptionBar:
        from fanlight.ui.captions.bar import CaptionBar

        bar = CaptionBar(self._window_state)
        bar.stop_requested.connect(self._dismiss)
        bar.ask_requested.connect(self.ask_about_last_minutes)
        bar.transcript_requested.connect(self._show_transcript)
        return bar

    def run_command(self, command: CaptionsCommand) -> None:
        """Of the window, the tray, and the command line."""
        try:
            if command == "toggle":
                self.captions.toggle()
            elif command == "start":
                self.captions.start()
            else:
                self.captions.stop()
        except LoopbackMissing as error:
            self.problem.emit(error)

    def toggle(self) -> None:
        self.run_command("toggle")

    def ask_about_last_minutes(self) -> None:
        """The window's next question quotes what was said."""
        transcript = self.captions.transcript
        segments = self.captions.last(ASKED_SECONDS)
        if transcript is not None and segments:
            self.question_quoted.emit(quotation(transcript.path.name, segments, self._context_tokens(), part=True))

    @property
    def has_words(self) -> bool:
        """Whether there is anything to ask about."""
        return bool(self.captions.last(ASKED_SECONDS))

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' part about it, by its group; imported when the settings are opened."""
        from fanlight.ui.settings.captions_section import CaptionsSection

        return {N_("Live captions"): lambda: CaptionsSection(self.captions.why_not())}

    def rebuild(self) -> None:
        """In the language in use now."""
        if "bar" in self.__dict__:
            old: CaptionBar = self.__dict__.pop("bar")
            old.stop_requested.disconnect(self._dismiss)
            old.put_away()
            old.deleteLater()
            if self.captions.state != "off":
                self._on_begun()
                self._show()

    def close(self) -> None:
        self.captions.close()
        if "bar" in self.__dict__:
            self.bar.put_away()
            self.bar.deleteLater()

    def _on_begun(self, _transcript: CaptionTranscript | None = None) -> None:
        self._apply_looks()
        self.bar.open()

    def _on_words(self, words: CaptionWords) -> None:
        if self.captions.on:
            self.bar.add_words(words)

    def _show(self) -> None:
        captions = self.captions
        if captions.state == "failed":
            self.bar.show_error(error_text(captions.error))
        elif captions.on:
            self.bar.show_status(captions.status)
        elif "bar" in self.__dict__:
            self.bar.put_away()

    def _dismiss(self) -> None:
        """Its button: they end, and so does what is said of an error."""
        self.captions.stop()

    def _show_transcript(self) -> None:
        if self.captions.transcript is not None:
            self.transcript_wanted.emit(self.captions.transcript)

    def _apply_looks(self) -> None:
        if self.captions.state != "off" or "bar" in self.__dict__:
            looks = self._appearance
            self.bar.set_looks(looks.theme, looks.text_size, self._settings_store.now.captions_size)

    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.captions_size != now.captions_size:
            self._apply_looks()
