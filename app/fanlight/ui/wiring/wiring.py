"""What serves the user beside the conversation: the key that explains the screen, the microphone, the voice that reads
answers, files that become text, and the tray. None of it is imported before the window is painted, or it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from fanlight.ui.app_deps import AppDeps

if TYPE_CHECKING:
    from fanlight.core.dictation.hands_free import HandsFree
    from fanlight.core.dictation.speech_output import SpeechOutput
    from fanlight.ui.transcription.recordings import TranscriptionFeature
    from fanlight.ui.window.tray_controller import TrayController
    from fanlight.ui.window.window import Window
    from fanlight.ui.wiring.capture import CaptureFeature
    from fanlight.ui.wiring.dictation import Dictation


class Wiring(QObject):
    """Lives as long as the window does. `resident`, `speaking` and `hands_free` are None before `start`."""

    def __init__(self, window: Window, parts: AppDeps) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self.resident: TrayController | None = None
        self.speaking: SpeechOutput | None = None
        self.hands_free: HandsFree | None = None
        window.remote.shot_wanted.connect(lambda request: self.quick.shot(request))
        window.remote.check_shot = lambda request: self.quick.actions.check(request.action)
        window.remote.talk_wanted.connect(self.talk)

    @cached_property
    def quick(self) -> CaptureFeature:
        """The gesture and its panels."""
        from fanlight.ui.wiring.capture import CaptureFeature

        window, home = self._window, self._parts.settings_file.parent
        quick = CaptureFeature(home, window.host, window.settings_store, window.reader, window.session_manager, window)
        quick.use(texts=window.texts)
        quick.problem.connect(window.say)
        quick.window_wanted.connect(window.come_forward)
        return quick

    @cached_property
    def voice(self) -> Dictation:
        """Speaking instead of typing."""
        from fanlight.core.dictation.yield_lock import YieldWhileSpeaking
        from fanlight.ui.wiring.dictation import build

        window = self._window
        voice = build(
            self._parts, window.settings_store, window, window.composer, window.session_manager, self._answers
        )
        voice.problem.connect(window.say)
        window.appearance.changed.connect(voice.dress)
        voice.window_wanted.connect(window.come_forward)
        YieldWhileSpeaking(voice.talk, self._parts.settings_file.parent)
        return voice

    @cached_property
    def recordings(self) -> TranscriptionFeature:
        """Sound and video files that become text, in a window of their own."""
        from fanlight.ui.transcription.recordings import TranscriptionFeature

        return TranscriptionFeature(self._window, self.voice)

    def start(self) -> None:
        """All of them, once."""
        if self.resident is not None:
            return
        from fanlight.core.dictation.hands_free import HandsFree
        from fanlight.core.dictation.speech_output import SpeechOutput
        from fanlight.ui.window.tray_controller import TrayController

        self.quick.start()
        self.resident = TrayController(self._window)
        self.quick.gesture.opened.connect(self.voice.join)
        self.voice.use(self.quick.hotkeys)
        self.speaking = SpeechOutput(self._window, self._parts.speaker)
        self.hands_free = HandsFree(self._window, self.voice, self.speaking)

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' parts about them, by their group."""
        from fanlight.ui.settings.login import LoginSection

        spoken = self.speaking.sections() if self.speaking else {}
        return {"General": LoginSection} | self.quick.sections() | self.voice.sections() | spoken

    def keep(self, event: QCloseEvent) -> bool:
        """Whether the window does not close now, because the tray keeps it, or the user thought better of it."""
        return self.resident is not None and self.resident.keeps(event)

    def leave(self) -> None:
        """The next close is meant to end it all."""
        if self.resident is not None:
            self.resident.leaves = True

    def close(self, deadline_seconds: float) -> None:
        """Those that are there; none is made for it."""
        if self.resident is not None:
            self.resident.close()
        if "quick" in self.__dict__:
            self.quick.close()
        if "recordings" in self.__dict__:
            self.recordings.close()
        if "voice" in self.__dict__:
            self.voice.close(deadline_seconds)

    def talk(self, what: Literal["start", "stop", "toggle", "hands-free"]) -> None:
        """By command."""
        self.start()
        assert self.hands_free is not None
        if not self.hands_free.obey(what) and what != "hands-free":
            self.voice.obey(what)

    def _answers(self) -> bool:
        """Whether the model answers, in the window or in a panel."""
        panels = self.quick.gesture.panels if "quick" in self.__dict__ else []
        return self._window.session_manager.busy or any(panel.talk.condition == "answering" for panel in panels)
