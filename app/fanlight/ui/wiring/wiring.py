"""Connects the application with the window that shows it and with the features beside it: captures, dictation, spoken
answers, transcription, the tray. None of those is imported before the window is painted or the feature is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.app import Application
from fanlight.core.remote_commands import ActivationRequest, ShotRequest
from fanlight.core.transcription.quote import Quotation
from fanlight.core.work.shutdown import Close
from fanlight.core.work.worker import Worker
from fanlight.i18n import N_
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance
from fanlight.ui.language import apply_language
from fanlight.ui.window.window import Window

if TYPE_CHECKING:
    from fanlight.core.dictation.dictation import Dictation
    from fanlight.core.dictation.hands_free import HandsFree
    from fanlight.core.dictation.speech_output import SpeechOutput
    from fanlight.core.transcription.queue import TranscriptionQueue
    from fanlight.ui.transcription.recordings import TranscriptionFeature
    from fanlight.ui.window.tray import TrayState
    from fanlight.ui.window.tray_controller import TrayController
    from fanlight.ui.wiring.capture import CaptureFeature
    from fanlight.ui.wiring.dictation import DictationControls

CLOSE_SECONDS = 5.0


class Wiring(QObject):
    """Owns the window and the features. `tray`, `speech_output` and `hands_free` are None before `start`."""

    closed = Signal()
    """The window was closed for good, and all threads with it."""

    def __init__(self, core: Application, appearance: Appearance, make_window: Callable[[], Window]) -> None:
        super().__init__(core)
        self._core, self._appearance, self._make_window = core, appearance, make_window
        self.tray: TrayController | None = None
        self.speech_output: SpeechOutput | None = None
        self.hands_free: HandsFree | None = None
        self._needs_rebuild = False
        remote = core.remote
        remote.show_requested.connect(self.bring_forward)
        remote.hide_requested.connect(self._hide_window)
        remote.quit_requested.connect(self.quit)
        remote.capture_requested.connect(self._start_capture)
        remote.check_capture = self._check_capture
        remote.talk_requested.connect(self.run_talk_command)
        core.settings_store.changed.connect(self._on_settings_changed)
        self.window = make_window()
        self._connect_window()

    def _connect_window(self) -> None:
        window = self.window
        window.may_close = self._may_close
        window.painted.connect(self.start)
        window.closed.connect(self._on_closed)
        window.settings_requested.connect(self._open_settings)
        window.transcription_requested.connect(self._open_transcription)
        window.recordings_dropped.connect(self._transcribe)

    def start(self) -> None:
        """Start what waits for the first paint; later calls do nothing."""
        if self.tray is not None:
            return
        self._core.start()
        self.captures.start()
        self.tray = self._build_tray()
        self.captures.view.panel_opened.connect(self.dictation_controls.add_panel)
        self.dictation_controls.use_hotkeys(self.captures.hotkeys)
        self.speech_output = self._build_speech_output()
        self.hands_free = self._build_hands_free(self.speech_output)

    # The features, each made when it is first wanted.

    @cached_property
    def captures(self) -> CaptureFeature:
        """Captures of the screen: the hotkey, the overlay and the panels."""
        from fanlight.ui.wiring.capture import CaptureFeature

        core = self._core
        captures = CaptureFeature(
            core.home, core.host, core.settings_store, core.file_worker, core.session_manager, core.texts, self
        )
        captures.problem.connect(self.show_problem)
        captures.window_wanted.connect(self.bring_forward)
        return captures

    @cached_property
    def dictation(self) -> Dictation:
        """Dictation, with this computer's audio devices unless `deps.sound` replaces them."""
        from fanlight.audio.chime import Chime
        from fanlight.audio.loudspeaker import PortAudioLoudspeaker
        from fanlight.core.dictation.dictation import Dictation
        from fanlight.core.dictation.yield_lock import YieldWhileSpeaking

        core, deps = self._core, self._core.deps
        chime = Chime(PortAudioLoudspeaker()) if deps.sound is None else None
        dictation = Dictation(deps.load_recognizer, deps.sound, core.settings_store, self._is_answering, chime, self)
        YieldWhileSpeaking(dictation.push_to_talk, core.home)
        return dictation

    @cached_property
    def dictation_controls(self) -> DictationControls:
        from fanlight.ui.wiring.dictation import DictationControls

        core, window = self._core, self.window
        controls = DictationControls(
            self.dictation, core.settings_store, core.session_manager, window, window.composer, self
        )
        controls.problem.connect(self.show_problem)
        controls.window_wanted.connect(self.bring_forward)
        self._appearance.changed.connect(controls.apply_theme)
        return controls

    def _build_speech_output(self) -> SpeechOutput:
        from fanlight.core.dictation.speech_output import SpeechOutput
        from fanlight.synthesis.speaker import Speaker
        from fanlight.ui.wiring.speech_output import SpeechOutputControls

        core, window, talk = self._core, self.window, self.dictation.push_to_talk
        speaker = (core.deps.speaker or Speaker)()
        speech_output = SpeechOutput(core.settings_store, core.session_manager, talk, speaker, self)
        speech_output.problem.connect(self.show_problem)
        self._speech_output_controls = SpeechOutputControls(
            speech_output, core.settings_store, window, window.composer, window.transcript, self
        )
        self.captures.view.panel_opened.connect(self._speech_output_controls.add_panel)
        return speech_output

    def _build_hands_free(self, speech_output: SpeechOutput) -> HandsFree:
        from fanlight.core.dictation.hands_free import HandsFree

        core = self._core
        hands_free = HandsFree(
            core.settings_store,
            self.dictation,
            speech_output,
            core.session_manager,
            waits_for_pictures=lambda: self.window.composer.waits_to_send,
            parent=self,
        )
        core.host.changed.connect(hands_free.reconsider)
        hands_free.problem.connect(self.show_problem)
        hands_free.window_wanted.connect(self.bring_forward)
        self._connect_hands_free(hands_free)
        return hands_free

    def _connect_hands_free(self, hands_free: HandsFree) -> None:
        """With the window's widgets."""
        from fanlight.ui.wiring.hands_free import HandsFreeControls

        window, composer, talk = self.window, self.window.composer, self.dictation.push_to_talk
        composer.chips.changed.connect(hands_free.reconsider)
        controls = HandsFreeControls(hands_free, talk, self._core.settings_store, window, composer, window.offers)
        self._appearance.changed.connect(controls.apply_theme)

    @cached_property
    def transcription_queue(self) -> TranscriptionQueue:
        from fanlight.core.transcription.queue import TranscriptionQueue

        core, dictation = self._core, self.dictation
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
        feature.question_quoted.connect(self._quote)
        return feature

    def _build_tray(self) -> TrayController:
        from fanlight.ui.window.tray import Tray
        from fanlight.ui.window.tray_controller import TrayController

        tray = Tray(self._tray_state)
        tray.capture_requested.connect(self.captures.controller.press_key)
        tray.recent_capture_chosen.connect(self.captures.controller.reopen)
        tray.show_requested.connect(self.bring_forward)
        tray.hide_requested.connect(self._hide_window)
        tray.hands_free_toggled.connect(lambda: self.run_talk_command("hands-free"))
        tray.memory_release_requested.connect(self._core.host.free)
        tray.quit_requested.connect(self.quit)
        controller = TrayController(tray, self._core.settings_store, self)
        controller.problem.connect(self.show_problem)
        return controller

    def _tray_state(self) -> TrayState:
        from fanlight.core.hotkey_bindings import SHOT
        from fanlight.ui.window.tray import TrayState

        hotkeys, host = self.captures.hotkeys, self._core.host
        return TrayState(
            trigger=hotkeys.trigger(SHOT) if hotkeys else "",
            window_visible=self.window.isVisible(),
            captures=self.captures.captures(),
            model=host.spec.name if host.spec else "",
            condition=host.condition,
            microphone_recording=self.dictation.push_to_talk.recording,
            microphone_ready=self._core.settings_store.now.talk_ready,
            hands_free=self.hands_free is not None and self.hands_free.on,
        )

    def rebuild_window(self) -> None:
        """A new window where the old one stood, around the same application: its texts are in the language in use now.
        While a dialog is open it waits: the dialog belongs to the old window."""
        self._needs_rebuild = QApplication.activeModalWidget() is not None
        if self._needs_rebuild:
            return
        old, visible, started = self.window, self.window.isVisible(), self.tray is not None
        if started:
            self.dictation_controls.detach_window()
            self._speech_output_controls.detach_window()
        old.discard()
        self.window = window = self._make_window()
        self._connect_window()
        if started:
            self.dictation_controls.attach_window(window, window.composer)
            self._speech_output_controls.attach_window(window, window.composer, window.transcript)
        if self.hands_free is not None:
            self._connect_hands_free(self.hands_free)
        self._rebuild_transcription()
        if visible:
            window.show()

    def _rebuild_transcription(self) -> None:
        """Its window alone: the queue goes on."""
        if "transcription" in self.__dict__:
            old: TranscriptionFeature = self.__dict__.pop("transcription")
            visible = old.window.isVisible()
            old.discard()
            if visible:
                self.transcription.window.show()

    # Requests of the window, the tray and the command line.

    def bring_forward(self, request: ActivationRequest | None = None) -> None:
        self.window.bring_forward(request)

    def quit(self) -> None:
        """End the program, even where the tray could keep it running."""
        self.window.quit()

    def close_unasked(self) -> None:
        """End the program after a signal, without a question that might stay unanswered."""
        self.window.close_unasked()

    def show_problem(self, error: Exception) -> None:
        self.window.show_problem(error)

    def run_talk_command(self, what: Literal["start", "stop", "toggle", "hands-free"]) -> None:
        self.start()
        assert self.hands_free is not None
        if not self.hands_free.run_command(what) and what != "hands-free":
            self.dictation.run_command(what)

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The features' parts of the settings dialog, by their group."""
        from fanlight.ui.settings.login import LoginSection
        from fanlight.ui.settings.speech_output_section import SpeechOutputSection

        store, speech_output = self._core.settings_store, self.speech_output
        sections: dict[str, Callable[[], QWidget]] = {"General": LoginSection, **self.captures.sections()}
        sections["Voice"] = self.dictation_controls.microphone_section
        if speech_output is not None:
            sections[N_("Spoken answers")] = lambda: SpeechOutputSection(store, speech_output)
        return sections

    def _open_settings(self) -> None:
        from fanlight.ui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self._core.settings_store, self.window, self.sections())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exec()
        if self._needs_rebuild:
            self.rebuild_window()

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.language != now.language:
            apply_language(now.language)
            self.rebuild_window()

    def _start_capture(self, request: ShotRequest) -> None:
        self.captures.start_capture(request)

    def _check_capture(self, request: ShotRequest) -> None:
        """Raises FanlightError."""
        self.captures.actions.check(request.action)

    def _quote(self, quotation: Quotation) -> None:
        self.window.quote(quotation)

    def _open_transcription(self) -> None:
        self.transcription.open(self.window)

    def _transcribe(self, files: Sequence[Path]) -> None:
        self.transcription.transcribe(files)

    def _hide_window(self) -> None:
        self.window.hide()

    def _may_close(self) -> bool:
        return self.tray is None or self.tray.may_close(self.window)

    def _is_answering(self) -> bool:
        """Whether the model answers, in the window or in a panel."""
        sessions = self.captures.controller.sessions if "captures" in self.__dict__ else []
        return self._core.session_manager.busy or any(one.conversation.condition == "answering" for one in sessions)

    def _on_closed(self) -> None:
        """Close the features that were made; the others are not made for it."""
        if self.tray is not None:
            self.tray.close()
        if "captures" in self.__dict__:
            self.captures.close()
        if "transcription" in self.__dict__:
            self.transcription.close()
        if "transcription_queue" in self.__dict__:
            self.transcription_queue.close()
        workers, closers = list[Worker[Any]](), list[Close]()
        if "dictation" in self.__dict__:
            self.dictation.close()
            workers.append(self.dictation.speech_worker)
            closers.append(self.dictation.microphone.close)
        if self.speech_output is not None:
            closers.append(self.speech_output.close)
        self._core.close(CLOSE_SECONDS, workers, closers)
        self.closed.emit()
