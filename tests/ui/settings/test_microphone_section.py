"""The microphone's part of the settings dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.audio import AudioDevice
from fanlight.settings import Settings
from fanlight.ui.settings.microphone_section import MicrophoneSection
from fanlight.ui.theme import LIGHT


class SilentTalk(QObject):
    changed = Signal()
    recording_event = Signal(object)
    state = "closed"

    def stop_recording(self) -> None: ...

    def remove_target(self, target: object) -> None: ...


def test_microphones_that_are_listed_after_the_dialog_was_closed_are_ignored(qtbot: Any, tmp_path: Path) -> None:
    answers: list[Callable[[list[AudioDevice]], object]] = []
    store, talk = SettingsStore(Settings(), tmp_path / "settings.json"), SilentTalk()
    section = MicrophoneSection(store, answers.append, talk, None, lambda: LIGHT)  # type: ignore[arg-type]
    with qtbot.waitSignal(section.destroyed):
        section.deleteLater()
    (answer,) = answers
    answer([])
