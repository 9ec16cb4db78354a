"""The part of the settings about dictation: the microphone, its test, and the global shortcut."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from fanlight.audio.checkup import Checkup
from fanlight.core.dictation.dictation import ListDevices
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Timeout
from fanlight.domain.audio import AudioDevice, RecordingEvent, SoundLevel
from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import LiveTranscript
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.dictation.status import LevelMeter
from fanlight.ui.settings.hotkeys import HotkeySection
from fanlight.ui.theme import Theme, in_text_size, on_desktop
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import EDITOR_WIDTH, FieldLabel

TEST_MS = 6_000


class MicrophoneSection(QWidget):
    def __init__(
        self,
        settings_store: SettingsStore,
        list_devices: ListDevices,
        talk: PushToTalk,
        bindings: HotkeyBindings | None,
        theme: Callable[[], Theme],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._talk = settings_store, talk
        self._checkup: Checkup | None = None
        self._target = _TestTarget(self._show_text)
        self._end_of_test = Timeout(self, talk.stop_recording, TEST_MS)
        self._build_widgets(theme(), bindings)
        talk.changed.connect(self._on_talk_changed)
        talk.recording_event.connect(self._show_test_level)
        settings_store.changed.connect(self._choose_device)
        self._show_devices([])
        list_devices(lambda listed: self._show_devices(listed) if isValid(self) else None)

    def _build_widgets(self, theme: Theme, bindings: HotkeyBindings | None) -> None:
        self.device = QComboBox()
        self.device.setAccessibleName(_("Microphone"))
        self.device.setMinimumWidth(in_text_size(EDITOR_WIDTH))
        self.device.activated.connect(
            lambda _index: self._settings_store.choose(talk_device=self.device.currentData() or "")
        )
        self.test = push(_("Test Microphone"))
        self.test.clicked.connect(self._start_test)
        self.meter = LevelMeter()
        self.meter.set_theme(theme, on_desktop(self._settings_store.now.text_size))
        self.meter.hide()
        self.result = label("", "muted", wrap=True)
        self.result.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        grid.addWidget(FieldLabel(_("Microphone")), 0, 0)
        grid.addWidget(self.device, 0, 1)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.meter)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addLayout(row)
        column.addWidget(self.result)
        if bindings is not None:
            column.addWidget(HotkeySection(self._settings_store, bindings))

    def hideEvent(self, event: QHideEvent) -> None:
        self._end_of_test.cancel()
        self._talk.remove_target(self._target)
        super().hideEvent(event)

    def _show_devices(self, listed: Sequence[AudioDevice] | SpeechError) -> None:
        chosen = self._settings_store.now.talk_device
        known = [] if isinstance(listed, SpeechError) else list(listed)
        self.device.clear()
        self.device.addItem(_("System default"), "")
        for device in known:
            self.device.addItem(device.name, device.name)
        if chosen and chosen not in [device.name for device in known]:
            self.device.addItem(_("{name} (not connected)").format(name=chosen), chosen)
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))
        if isinstance(listed, SpeechError):
            self._show_text(listed.text)

    def _choose_device(self) -> None:
        """As the settings say: they may have been put back."""
        self.device.setCurrentIndex(max(0, self.device.findData(self._settings_store.now.talk_device)))

    # The test: an utterance whose words are shown here.

    def _start_test(self) -> None:
        self._checkup = Checkup()
        self._talk.start_recording(self._target)

    def _show_test_level(self, event: RecordingEvent) -> None:
        if self._checkup is not None and self._talk.target is self._target:
            self._checkup.add_event(event)
            if isinstance(event, SoundLevel):
                self.meter.show_level(event)

    def _on_talk_changed(self) -> None:
        talk = self._talk
        if talk.target is not self._target or self._checkup is None:
            return
        busy = talk.state in ("opening", "listening", "finishing")
        self.test.setEnabled(not busy)
        self.meter.setVisible(busy)
        self.meter.set_state(talk.state == "listening", False)
        if talk.state == "listening" and not self._end_of_test.pending:
            self._end_of_test.start()
            self._show_text(_("Say a sentence now."))
        elif talk.state == "error" and not self._checkup.works:
            self._show_text(talk.status_text)
        elif talk.state in ("done", "nothing", "error"):
            self._show_text("\n".join(self._checkup.findings(self._target.text)))

    def _show_text(self, text: str) -> None:
        self.result.setText(text)
        self.result.setAccessibleName(text)
        self.result.show()
        announce(self, text)


class _TestTarget:
    """A `SpeechTarget` and its `TextTarget`: words are shown, and go nowhere."""

    def __init__(self, show_text: Callable[[str], object]) -> None:
        self._show_text = show_text
        self.text = ""

    def begin_utterance(self) -> _TestTarget:
        self.text = ""
        self._show_text(_("Opening the microphone…"))
        return self

    def nearby_text(self) -> str:
        return ""

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        self._show_text(_("Heard: {text}").format(text=transcript.text))

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        self.text = transcript.text

    def discard_transcript(self) -> None:
        self.text = ""

    def send_question(self) -> None:
        """A test is sent nowhere."""
