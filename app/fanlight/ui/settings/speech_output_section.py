"""The part of the settings about spoken answers: the voice, the output device, and a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import SpeakerError
from fanlight.i18n import _, pgettext
from fanlight.ui.controls import label, push, repolish
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.form import FieldLabel

if TYPE_CHECKING:
    from fanlight.core.dictation.speech_output import SpeechOutput
    from fanlight.domain.audio import AudioDevice
    from fanlight.synthesis.backends import Voice

NAMES_WIDTH = 260
"""The names of voices and devices are long. At a text size of 100 percent."""


class SpeechOutputSection(QWidget):
    def __init__(
        self, settings_store: SettingsStore, speech_output: SpeechOutput, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._speech_output = settings_store, speech_output
        self.voice, self.device = self._combo(pgettext("one that speaks", "Voice")), self._combo(_("Output device"))
        self.note = label("", "muted", wrap=True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.test = push(_("Play Sample"))
        self.test.setAccessibleName(_("Play a sample of the voice"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for row, combo in enumerate((self.voice, self.device)):
            grid.addWidget(FieldLabel(combo.accessibleName()), row, 0)
            grid.addWidget(combo, row, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.note)
        column.addWidget(self.test, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill((), ())
        self.voice.activated.connect(lambda _index: settings_store.choose(spoken_voice=self.voice.currentData()))
        self.device.activated.connect(lambda _index: settings_store.choose(spoken_device=self.device.currentData()))
        self.test.clicked.connect(
            lambda: self._speech_output.read_sample(
                _("This is how answers sound. There are seven shapes in the picture.")
            )
        )
        settings_store.changed.connect(self._choose)
        speech_output.voices_listed.connect(self._fill)
        speech_output.changed.connect(self._show_test)
        speech_output.list_voices()

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setMinimumWidth(in_text_size(NAMES_WIDTH))
        return combo

    def _fill(self, voices: Sequence[Voice], devices: Sequence[AudioDevice] | SpeakerError) -> None:
        """A voice or device that was chosen and is not available any more stays in the list."""
        known = () if isinstance(devices, SpeakerError) else devices
        self._offer(self.voice, _("Best available"), [(voice.shown, voice.name) for voice in voices])
        self._offer(self.device, _("System default"), [(device.shown, device.name) for device in known])
        self._choose()
        why = self._speech_output.unavailable_reason() or (devices if isinstance(devices, SpeakerError) else None)
        self.note.setText(why.text if why else "")
        self.note.setVisible(why is not None)
        kind = "error" if why else "muted"
        if self.note.property("kind") != kind:
            self.note.setProperty("kind", kind)
            repolish(self.note)
        self.test.setEnabled(why is None)

    def _offer(self, combo: QComboBox, first: str, found: Sequence[tuple[str, str]]) -> None:
        combo.clear()
        for shown, name in ((first, ""), *found):
            combo.addItem(shown, name)

    def _choose(self) -> None:
        now = self._settings_store.now
        for combo, wanted in ((self.voice, now.spoken_voice), (self.device, now.spoken_device)):
            if combo.findData(wanted) < 0:
                combo.addItem(_("{name} (not available)").format(name=wanted.partition(":")[2] or wanted), wanted)
            combo.setCurrentIndex(combo.findData(wanted))

    def _show_test(self) -> None:
        self.test.setText(_("Stop") if self._speech_output.active else _("Play Sample"))
