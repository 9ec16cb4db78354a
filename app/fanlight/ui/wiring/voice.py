"""Dictation, spoken answers and hands-free, with the window's widgets and the panels': connects parts of core and their
widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fanlight.audio.chime import Chime
from fanlight.audio.loudspeaker import PortAudioLoudspeaker
from fanlight.core.app import Application
from fanlight.core.dictation.corrections import Corrections
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.hands_free import HandsFree, TalkCommand
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.core.dictation.yield_lock import YieldWhileSpeaking
from fanlight.core.work.shutdown import Close
from fanlight.core.work.worker import Worker
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.i18n import N_
from fanlight.synthesis.speaker import Speaker
from fanlight.ui.appearance import Appearance
from fanlight.ui.dictation.correction_offer import CorrectionOffer
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.dictation import DictationControls
from fanlight.ui.wiring.hands_free import HandsFreeControls
from fanlight.ui.wiring.program_dictation import ProgramDictationFeature
from fanlight.ui.wiring.speech_output import SpeechOutputControls


class VoiceFeature(QObject):
    """`dictation`, `program_dictation`, `speech_output` and `hands_free`. Stays when the window is replaced:
    `detach_window` comes before that, `attach_window` after it."""

    problem = Signal(object)
    recovered = Signal(object)
    """A problem is over."""
    window_wanted = Signal()

    def __init__(
        self,
        core: Application,
        appearance: Appearance,
        window: Window,
        is_answering: Callable[[], bool],
        parent: QObject,
    ) -> None:
        """With this computer's audio devices and voices unless `core.deps` replaces them. `is_answering`: the model
        answers, in the window or in a panel."""
        super().__init__(parent)
        self._core, self._appearance, self._window = core, appearance, window
        self.dictation = self._build_dictation(is_answering)
        self.dictation_controls = self._build_dictation_controls()
        self._corrections = Corrections(core.settings_store, self)
        self._offer_corrections()
        speaker = (core.deps.speaker or Speaker)()
        self.speech_output = SpeechOutput(
            core.settings_store, core.session_manager, self.dictation.push_to_talk, speaker, self
        )
        self.speech_output.problem.connect(self.problem)
        self._speech_output_controls = SpeechOutputControls(
            self.speech_output, core.settings_store, window, window.composer, window.transcript, self
        )
        self.hands_free = self._build_hands_free()
        self._connect_hands_free()
        self.program_dictation = ProgramDictationFeature(
            self.dictation, core.dictations, core.settings_store, appearance, self
        )
        self.program_dictation.problem.connect(self.problem)
        self.program_dictation.recovered.connect(self.recovered)

    def _build_dictation(self, is_answering: Callable[[], bool]) -> Dictation:
        core, deps = self._core, self._core.deps
        chime = Chime(PortAudioLoudspeaker()) if deps.sound is None else None
        dictation = Dictation(deps.load_recognizer, deps.sound, core.settings_store, is_answering, chime, self)
        YieldWhileSpeaking(dictation.push_to_talk, core.home)
        return dictation

    def _build_dictation_controls(self) -> DictationControls:
        core, window = self._core, self._window
        controls = DictationControls(
            self.dictation, core.settings_store, core.session_manager, window, window.composer, self
        )
        controls.problem.connect(self.problem)
        controls.recovered.connect(self.recovered)
        controls.window_wanted.connect(self.window_wanted)
        self._appearance.changed.connect(controls.apply_theme)
        return controls

    def _offer_corrections(self) -> None:
        """In the window that is there now."""
        target, window = self.dictation_controls.composer_target, self._window
        CorrectionOffer(self._corrections, self._core.session_manager, target, window.composer.send, window.offers)

    def _build_hands_free(self) -> HandsFree:
        core = self._core
        hands_free = HandsFree(
            core.settings_store,
            self.dictation,
            self.speech_output,
            core.session_manager,
            waits_for_pictures=lambda: self._window.composer.waits_to_send,
            parent=self,
        )
        core.host.changed.connect(hands_free.reconsider)
        hands_free.problem.connect(self.problem)
        hands_free.window_wanted.connect(self.window_wanted)
        return hands_free

    def _connect_hands_free(self) -> None:
        """With the window's widgets."""
        window, hands_free = self._window, self.hands_free
        window.composer.chips.changed.connect(hands_free.reconsider)
        controls = HandsFreeControls(
            hands_free,
            self.dictation.push_to_talk,
            self._core.settings_store,
            window,
            window.composer,
            window.offers,
        )
        self._appearance.changed.connect(controls.apply_theme)

    def use_hotkeys(self, hotkeys: Hotkeys | None) -> None:
        """Use global keys for dictation from now on; None where there are none."""
        self.dictation_controls.use_hotkeys(hotkeys)
        self.program_dictation.use_hotkeys(hotkeys)

    def add_panel(self, panel: SessionPanel) -> None:
        """A panel opens: its line accepts dictation, and its answers are spoken."""
        self.dictation_controls.add_panel(panel)
        self._speech_output_controls.add_panel(panel)

    def run_talk_command(self, command: TalkCommand) -> None:
        """Of the command line."""
        if not self.hands_free.run_command(command) and command != "hands-free":
            self.dictation.run_command(command)

    def detach_window(self) -> None:
        """The window is about to be replaced."""
        self.dictation_controls.detach_window()
        self._speech_output_controls.detach_window()

    def attach_window(self, window: Window) -> None:
        """The window that took its place."""
        self._window = window
        self.dictation_controls.attach_window(window, window.composer)
        self._offer_corrections()
        self._speech_output_controls.attach_window(window, window.composer, window.transcript)
        self._connect_hands_free()

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' parts about it, by their group; imported when the settings are opened."""
        from fanlight.ui.settings.speech_output_section import SpeechOutputSection

        return {
            "Speech": self.dictation_controls.microphone_section,
            **self.program_dictation.sections(),
            N_("Spoken answers"): lambda: SpeechOutputSection(self._core.settings_store, self.speech_output),
        }

    def close(self) -> None:
        """Discard what is spoken. `workers` and `closers` are closed with all other threads."""
        self.program_dictation.close()
        self.dictation.close()

    @property
    def workers(self) -> Sequence[Worker[Any]]:
        return (self.dictation.speech_worker,)

    @property
    def closers(self) -> Sequence[Close]:
        return (self.dictation.microphone.close, self.speech_output.close)
