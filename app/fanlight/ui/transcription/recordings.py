"""Sound and video files, from a drop, a dialog or a key to their window, and from there into the question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.quote import Quotation
from fanlight.pictures.recordings import SUFFIXES
from fanlight.ui.transcription.window import TranscriptionWindow
from fanlight.ui.widgets.front import bring_to_front

if TYPE_CHECKING:
    from fanlight.ui.window.window import Window
    from fanlight.ui.wiring.dictation import Dictation

FILTER = f"Sound and video ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
FOLDER = "recordings_folder"


class TranscriptionFeature(QObject):
    def __init__(self, window: Window, voice: Dictation) -> None:
        super().__init__(window)
        self._main = window
        self.transcribing = TranscriptionQueue(voice.hearing, voice.talk, window.settings_store, window.place, self)
        self.window = TranscriptionWindow(
            self.transcribing, window.reader, window.appearance, window.place, self._context_tokens
        )
        self.window.asked_about.connect(self._ask)
        self.window.dropped.connect(self._dropped)
        self.window.pick_wanted.connect(lambda: self.pick(self.window))

    def take(self, files: Sequence[Path]) -> None:
        taken = self.transcribing.take(files)
        if taken:
            self.window.show_transcription(taken[0])
        bring_to_front(self.window, ActivationRequest())

    def open(self) -> None:
        """By its key: the transcripts that are there, or else a file to begin with."""
        if self.transcribing.all and not self.window.isVisible():
            bring_to_front(self.window, ActivationRequest())
        else:
            self.pick()

    def pick(self, parent: QWidget | None = None) -> None:
        folder = self._main.place.text(FOLDER) or str(Path.home())
        names, _ = QFileDialog.getOpenFileNames(parent or self._main, "Transcribe files", folder, FILTER)
        if names:
            self._main.place.keep(**{FOLDER: str(Path(names[0]).parent)})
            self.take([Path(name) for name in names])

    def close(self) -> None:
        self.window.close()
        self.transcribing.close()

    def _dropped(self, mime: QMimeData) -> None:
        """On their own window everything is a recording."""
        from fanlight.desktop import mime as sorter

        if files := sorter.pictures(mime).files:
            self.take(files)

    def _context_tokens(self) -> int | None:
        info = self._main.host.info
        return info.context_tokens if info else None

    def _ask(self, quotation: Quotation) -> None:
        """Above what is typed already; the question goes below."""
        composer = self._main.composer
        composer.set_text(f"{quotation.text}\n\n{composer.text}")
        self._main.come_forward()
        composer.input.setFocus()
        if quotation.problem is not None:
            self._main.say(quotation.problem)
