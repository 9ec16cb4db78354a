"""Sound and video files, from a drop, a dialog or a key to their window, and from there into a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.transcription import Transcription
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.path_kinds import as_on_disk
from fanlight.i18n import _
from fanlight.pictures.recordings import SUFFIXES
from fanlight.ui.appearance import Appearance
from fanlight.ui.transcription.window import TranscriptionWindow
from fanlight.ui.widgets.front import bring_to_front

FOLDER = "recordings_folder"


class TranscriptionFeature(QObject):
    """Owns the window for `queue`."""

    question_quoted = Signal(object)
    """A Quotation for the next question."""
    recording_attached = Signal(object)
    """The Path of a recording for the next question."""

    def __init__(
        self,
        queue: TranscriptionQueue,
        file_worker: FileWorker,
        appearance: Appearance,
        window_state: WindowState,
        context_tokens: Callable[[], int | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue, self._window_state = queue, window_state
        self.window = TranscriptionWindow(queue, file_worker, appearance, window_state, context_tokens)
        self.window.end_with(self)
        self.window.question_quoted.connect(self.question_quoted)
        self.window.recording_attached.connect(self.recording_attached)
        self.window.dropped.connect(self._transcribe_dropped)
        self.window.file_requested.connect(lambda: self.pick(self.window))

    def transcribe(self, files: Sequence[Path]) -> None:
        if added := self.queue.add(files):
            self.window.show_transcription(added[0])
        bring_to_front(self.window, ActivationRequest())

    def show_transcript(self, one: Transcription) -> None:
        """One that is in the list."""
        self.window.show_transcription(one)
        bring_to_front(self.window, ActivationRequest())

    def open(self, parent: QWidget) -> None:
        """The transcripts that are there, or else a dialog for a first file."""
        if self.queue.all and not self.window.isVisible():
            bring_to_front(self.window, ActivationRequest())
        else:
            self.pick(parent)

    def pick(self, parent: QWidget) -> None:
        folder = self._window_state.text(FOLDER) or str(Path.home())
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        kinds = ";;".join((_("Sound and video ({patterns})").format(patterns=patterns), _("All files (*)")))
        names, _kind = QFileDialog.getOpenFileNames(parent, _("Transcribe Files"), folder, kinds)
        if names:
            self._window_state.keep(**{FOLDER: str(Path(names[0]).parent)})
            self.transcribe([as_on_disk(Path(name)) for name in names])

    def close(self) -> None:
        self.window.close()

    def discard(self) -> None:
        """Delete this one; another one replaces it for the same queue, which goes on."""
        self.window.discard()
        self.deleteLater()

    def _transcribe_dropped(self, mime: QMimeData) -> None:
        """On this window every file counts as a recording."""
        from fanlight.desktop.mime import read_mime

        if files := read_mime(mime).files:
            self.transcribe(files)
