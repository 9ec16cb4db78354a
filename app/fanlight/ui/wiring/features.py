"""What there is beside the window: captures, voice, transcription, models. Nothing of a feature is imported or made
before it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.core.work.shutdown import Close
from fanlight.core.work.worker import Worker
from fanlight.ui.appearance import Appearance
from fanlight.ui.window.window import Window

if TYPE_CHECKING:
    from fanlight.core.many_pictures.picture_run import PictureRun
    from fanlight.core.transcription.clip_hearing import ClipHearing
    from fanlight.core.transcription.queue import TranscriptionQueue
    from fanlight.ui.many_pictures.feature import ManyPicturesFeature
    from fanlight.ui.models.feature import ModelsFeature
    from fanlight.ui.structured.feature import StructuredFeature
    from fanlight.ui.transcription.recordings import TranscriptionFeature
    from fanlight.ui.wiring.capture import CaptureFeature
    from fanlight.ui.wiring.desktop_session import DesktopSession
    from fanlight.ui.wiring.live_captions import LiveCaptionsFeature
    from fanlight.ui.wiring.voice import VoiceFeature


class Features(QObject):
    """Each is an attribute, and made when that is first read."""

    problem = Signal(object)
    """A FanlightError."""
    recovered = Signal(object)
    """That problem is over."""
    window_wanted = Signal(object)
    """The ActivationRequest, or None."""
    question_quoted = Signal(object)
    """A Quotation for the next question."""
    recording_attached = Signal(object)
    """The Path of a recording for the next question."""

    def __init__(
        self, core: Application, appearance: Appearance, window_now: Callable[[], Window], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._core, self._appearance, self._window_now = core, appearance, window_now

        core.attachment_loader.clips.hear = lambda *wanted: self.clip_hearing.hear(*wanted)

    def start(self) -> None:
        """Make what waits for keys from every program and for the desktop."""
        self.captures.start()
        self.voice.use_hotkeys(self.captures.hotkeys)
        self.captures.view.panel_opened.connect(self.voice.add_panel)
        self.desktop_session.window_wanted.connect(self.window_wanted)

    def close(self) -> tuple[list[Worker[Any]], list[Close]]:
        """Close the features that were made; the others are not made for it. Returns the threads that end now, and what
        else has to be waited for."""
        names = ("live_captions", "captures", "transcription", "structured", "many_pictures", "models")
        for name in (*names, "picture_run", "transcription_queue", "desktop_session"):
            if self.is_made(name):
                getattr(self, name).close()
        workers, closers = list[Worker[Any]](), list[Close]()
        if self.is_made("voice"):
            self.voice.close()
            workers += self.voice.workers
            closers += self.voice.closers
        return workers, closers

    def is_made(self, feature: str) -> bool:
        return feature in self.__dict__

    @property
    def is_answering(self) -> bool:
        """Whether the model answers, in the window or in a panel."""
        return self._core.session_manager.busy or (self.is_made("captures") and self.captures.is_answering)

    @cached_property
    def captures(self) -> CaptureFeature:
        """Captures of the screen: the hotkey, the overlay and the panels."""
        from fanlight.ui.wiring.capture import CaptureFeature

        core = self._core
        captures = CaptureFeature(
            core.home, core.host, core.settings_store, core.file_worker, core.session_manager, core.texts, self
        )
        captures.problem.connect(self.problem)
        captures.recovered.connect(self.recovered)
        captures.window_wanted.connect(lambda: self.window_wanted.emit(None))
        for controller in (captures.controller, captures.selections):
            controller.session_opened.connect(lambda session: core.noted.use_in_capture(session.conversation))
        captures.view.panel_opened.connect(lambda panel: panel.transcript.set_typesetter(core.formulas))
        return captures

    @cached_property
    def voice(self) -> VoiceFeature:
        """Dictation, spoken answers and hands-free."""
        from fanlight.ui.wiring.voice import VoiceFeature

        voice = VoiceFeature(self._core, self._appearance, self._window_now(), lambda: self.is_answering, self)
        voice.problem.connect(self.problem)
        voice.recovered.connect(self.recovered)
        voice.window_wanted.connect(lambda: self.window_wanted.emit(None))
        return voice

    @cached_property
    def desktop_session(self) -> DesktopSession:
        """The session bus: commands of the desktop's menu, and notifications."""
        from fanlight.ui.wiring.desktop_session import DesktopSession

        core = self._core
        session = DesktopSession(core.remote, core.session_manager, core.settings_store, self)
        session.looks_changed.connect(lambda looks: self._appearance.follow(looks, core.window_state))
        return session

    @cached_property
    def clip_hearing(self) -> ClipHearing:
        """What is said in videos that are attached to questions."""
        from fanlight.core.transcription.clip_hearing import ClipHearing

        core, dictation = self._core, self.voice.dictation
        return ClipHearing(dictation.speech_worker, dictation.push_to_talk, core.settings_store, core)

    @cached_property
    def transcription_queue(self) -> TranscriptionQueue:
        from fanlight.core.transcription.queue import TranscriptionQueue

        core, dictation = self._core, self.voice.dictation
        return TranscriptionQueue(
            dictation.speech_worker, dictation.push_to_talk, core.settings_store, core.window_state, core
        )

    @cached_property
    def transcription(self) -> TranscriptionFeature:
        """Sound and video files that become text, in a window of their own."""
        from fanlight.ui.transcription.recordings import TranscriptionFeature

        core = self._core
        feature = TranscriptionFeature(
            self.transcription_queue,
            core.file_worker,
            self._appearance,
            core.window_state,
            lambda: core.context_tokens,
            self,
        )
        feature.question_quoted.connect(self.question_quoted)
        feature.recording_attached.connect(self.recording_attached)
        return feature

    @cached_property
    def live_captions(self) -> LiveCaptionsFeature:
        """What this computer plays, as text in a bar."""
        from fanlight.ui.wiring.live_captions import LiveCaptionsFeature

        core, voice = self._core, self.voice
        feature = LiveCaptionsFeature(
            voice.dictation.speech_worker,
            voice.dictation.push_to_talk,
            voice.speech_output,
            self.transcription_queue,
            core.settings_store,
            self._appearance,
            core.window_state,
            lambda: self.is_answering,
            lambda: core.context_tokens,
            self,
        )
        feature.problem.connect(self.problem)
        feature.question_quoted.connect(self.question_quoted)
        feature.transcript_wanted.connect(lambda transcript: self.transcription.show_transcript(transcript))
        return feature

    @cached_property
    def models(self) -> ModelsFeature:
        """Which models there are, in a window of their own."""
        from fanlight.ui.models.feature import ModelsFeature

        return ModelsFeature(self._core, self._appearance, self)

    @cached_property
    def structured(self) -> StructuredFeature:
        """Values that are read from a page by a schema, in a window of their own."""
        from fanlight.ui.structured.feature import StructuredFeature

        return StructuredFeature(self._core, self._appearance, self)

    @cached_property
    def picture_run(self) -> PictureRun:
        from fanlight.core.many_pictures.picture_run import PictureRun

        core = self._core
        run = PictureRun(core.host, core.file_worker, core.settings_store, self)
        run.ended.connect(lambda: core.session_manager.current.prefetch())
        return run

    @cached_property
    def many_pictures(self) -> ManyPicturesFeature:
        """A question about each picture of a folder, in a window of its own."""
        from fanlight.ui.many_pictures.feature import ManyPicturesFeature

        return ManyPicturesFeature(self.picture_run, self._core, self._appearance, self)

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """Their parts of the settings dialog, by their group."""
        from fanlight.ui.settings.login import LoginSection
        from fanlight.ui.settings.pictures_section import PicturesSection

        core = self._core
        return {
            "General": LoginSection,
            **self.captures.sections(),
            **self.voice.sections(),
            **self.live_captions.sections(),
            "Pictures": lambda: PicturesSection(core.settings_store, core.picture_search, core.picture_indexer),
        }

    # When the window is replaced, because the language has changed.

    def detach_window(self) -> None:
        if self.is_made("voice"):
            self.voice.detach_window()

    def attach_window(self, window: Window) -> None:
        if self.is_made("voice"):
            self.voice.attach_window(window)
        self.rebuild_windows()

    def rebuild_windows(self) -> None:
        """Those beside the window, alone: what they show goes on."""
        if self.is_made("live_captions"):
            self.live_captions.rebuild()
        for name in ("transcription", "models", "structured", "many_pictures"):
            if self.is_made(name):
                old: TranscriptionFeature | ModelsFeature | StructuredFeature | ManyPicturesFeature = self.__dict__.pop(
                    name
                )
                visible = old.window.isVisible()
                old.discard()
                if visible:
                    getattr(self, name).window.show()
