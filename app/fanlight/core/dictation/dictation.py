"""Microphone, speech model and push-to-talk, shared by the fields that take dictated words: the window's, and those of
panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.audio.chime import Chime
from fanlight.audio.microphone import Microphone
from fanlight.audio.portaudio import AudioSystem
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import LoadRecognizer, SpeechWorker
from fanlight.core.dictation.targets import SpeechTarget
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.throttle import Timeout
from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import SpeechError
from fanlight.settings import Settings

SHARE_MS, LOAD_LIBRARY_MS = 200, 2_500

DevicesListed = Callable[[Sequence[AudioDevice] | SpeechError], object]
ListDevices = Callable[[DevicesListed], object]


class Dictation(QObject):
    """Attributes: `microphone`, `speech_worker`, `push_to_talk`, and `window_target`, the field of the window. Global
    keys and commands dictate into the field of the panel that was added last, else into the window's."""

    began_by_command = Signal()
    """A command or a global key has begun an utterance; see `push_to_talk.target` for where."""

    def __init__(
        self,
        load: LoadRecognizer,
        sound: AudioSystem | None,
        settings_store: SettingsStore,
        is_generating: Callable[[], bool],
        chime: Chime | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`is_generating`: whether the vision model needs the processor. Without a `chime` no sound is played
        when the microphone opens."""
        super().__init__(parent)
        self._settings_store, self._is_generating, self._chime = settings_store, is_generating, chime
        self._dispatcher = MainThreadDispatcher(self)
        self.microphone = Microphone(sound)
        self.speech_worker = SpeechWorker(load, self)
        self.push_to_talk = PushToTalk(self.microphone, self.speech_worker, settings_store, self)
        self.window_target: SpeechTarget | None = None
        self._panel_targets: list[SpeechTarget] = []
        self._load_library = Timeout(self, self.microphone.load_library, LOAD_LIBRARY_MS)
        self._load_library.start()
        self._share = QTimer(self, interval=SHARE_MS)
        self._share.timeout.connect(self._share_processor)
        self.push_to_talk.recording_began.connect(self.play_chime)
        self.push_to_talk.changed.connect(self._watch_utterance)
        settings_store.changed.connect(self._on_microphone_chosen)
        self._keep_ready()

    @property
    def speaks_into_window(self) -> bool:
        return self.push_to_talk.target is not None and self.push_to_talk.target is self.window_target

    def add_panel_target(self, target: SpeechTarget) -> None:
        self._panel_targets.append(target)

    def remove_panel_target(self, target: SpeechTarget) -> None:
        if target in self._panel_targets:
            self._panel_targets.remove(target)
            self.push_to_talk.remove_target(target)

    def press_global_key(self) -> None:
        if target := self._frontmost_target():
            self.push_to_talk.key.press_talk_key(target)
            self.began_by_command.emit()

    def run_command(self, command: Literal["start", "stop", "toggle"]) -> None:
        """Of the command line."""
        target = self._frontmost_target()
        if command == "stop" or target is None:
            self.push_to_talk.stop_recording()
            return
        begins = not self.push_to_talk.recording
        if command == "start":
            self.push_to_talk.start_recording(target)
        else:
            self.push_to_talk.toggle_recording(target)
        if begins:
            self.began_by_command.emit()

    def submit_later(self) -> bool:
        """Enter in the window: the current utterance becomes part of the question, which is sent with its last words.
        False where there is no utterance, and the question can be sent now."""
        talk = self.push_to_talk
        if not talk.active or not self.speaks_into_window:
            return False
        if talk.hands_free and talk.recording and not talk.has_words:
            talk.discard_utterance()  # the question was typed
            return False
        talk.finish_and_send()
        return True

    def discard_in_panel(self) -> bool:
        """Esc in a panel. Whether there was something to discard; hands-free in the window is left alone."""
        talk = self.push_to_talk
        return talk.active and not (talk.hands_free and self.speaks_into_window) and talk.discard_utterance()

    def list_devices(self, then: DevicesListed) -> None:
        """`then` is called on the GUI thread, soon."""
        self.microphone.list_devices(lambda listed: self._dispatcher(lambda: then(listed)))

    def play_chime(self) -> None:
        """Play it unless the settings turn it off."""
        if self._chime is not None and self._settings_store.now.talk_sound:
            self._chime.play()

    def close(self) -> None:
        """Discard what is spoken. `microphone` and `speech_worker` are closed with all other threads."""
        self._load_library.cancel()
        self.push_to_talk.close()

    def _frontmost_target(self) -> SpeechTarget | None:
        """Of the last panel, else the window's."""
        return self._panel_targets[-1] if self._panel_targets else self.window_target

    def _watch_utterance(self) -> None:
        if self.push_to_talk.active and not self._share.isActive():
            self._share.start()
        elif not self.push_to_talk.active and self._share.isActive():
            self._share.stop()
            self.speech_worker.spare.clear()

    def _share_processor(self) -> None:
        """While the vision model generates, words are shown less often, so that neither starves the other."""
        if self._is_generating():
            self.speech_worker.spare.set()
        else:
            self.speech_worker.spare.clear()

    def _keep_ready(self) -> None:
        settings = self._settings_store.now
        self.microphone.keep_ready(settings.talk_device if settings.talk_ready else None)

    def _on_microphone_chosen(self, before: Settings, now: Settings) -> None:
        if (before.talk_ready, before.talk_device) != (now.talk_ready, now.talk_device):
            self._keep_ready()
