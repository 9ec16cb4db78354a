"""The window in which sound and video files become text: the files, how far each is, its words as they come, and where
they go from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QSplitter, QVBoxLayout, QWidget

from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.quote import quotation
from fanlight.core.transcription.transcription import Transcription
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Throttle
from fanlight.domain.errors import FanlightError
from fanlight.domain.speech import Segment
from fanlight.i18n import N_, _, format_percent, ngettext
from fanlight.speech.transcript_file import save_transcript
from fanlight.speech.transcript_formats import SUFFIXES, Format, render_transcript
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import recolour
from fanlight.ui.plain_text import plain_title
from fanlight.ui.transcription.file_list import RecordingList
from fanlight.ui.transcription.parts import TranscriptActions, TranscriptionOptionsBar, TranscriptionProgress
from fanlight.ui.transcription.text import TranscriptText
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.drops import DropArea
from fanlight.ui.widgets.side_window import SideWindow

FRAME_MS = 40
GEOMETRY = "transcribing_geometry"
KINDS: dict[Format, str] = {
    "text": N_("Text"),
    "srt": N_("SubRip subtitles"),
    "vtt": N_("WebVTT subtitles"),
    "json": N_("JSON with timestamps"),
}


class TranscriptionWindow(SideWindow):
    """Closing it stops the transcription in progress, which can be resumed where it stopped."""

    question_quoted = Signal(object)
    """A Quotation for the next question."""
    recording_attached = Signal(object)
    """The Path of a recording for the next question."""
    dropped = Signal(QMimeData)
    file_requested = Signal()

    def __init__(
        self, queue: TranscriptionQueue, file_worker: FileWorker, appearance: Appearance, window_state: WindowState,
        context_tokens: Callable[[], int | None],
    ) -> None:  # fmt: skip
        super().__init__(window_state, GEOMETRY)
        self._queue, self._file_worker = queue, file_worker
        self._context_tokens = context_tokens
        self.current: Transcription | None = None
        self._build_view()
        self._frame = Throttle(self, self._paint_now, FRAME_MS)
        self._connect_view()
        self._appearance = appearance
        appearance.changed.connect(self._recolour)
        self.restore_place(860, 620)
        for one in queue.all:
            self._on_added(one)
        self._show_state()

    def _build_view(self) -> None:
        self.options = TranscriptionOptionsBar(self._queue)
        self.files = RecordingList()
        self.progress = TranscriptionProgress()
        self.text = TranscriptText()
        self.uses = TranscriptActions(KINDS)
        self.errors = Banner("error")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        for widget in (self.errors, self.progress):
            column.addWidget(widget)
        column.addWidget(self.text, 1)
        column.addWidget(self.uses)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.files)
        splitter.addWidget(page)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([230, 630])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.options)
        outer.addWidget(splitter, 1)
        self.setMinimumSize(420, 320)
        self.text.setFocus()
        self._drop_area = DropArea(self, _describe_drop, self.dropped.emit)

    def _connect_view(self) -> None:
        queue, progress, uses = self._queue, self.progress, self.uses
        queue.added.connect(self._on_added)
        queue.removed.connect(self._on_removed)
        queue.progressed.connect(self._announce_end)
        queue.progressed.connect(self.files.refresh)
        self.options.file_requested.connect(self.file_requested)
        self.options.chosen.connect(self._show_state)
        self.files.chosen.connect(self.show_transcription)
        self.files.removal_requested.connect(queue.remove)
        progress.stop_requested.connect(lambda: self.current.stop() if self.current else None)
        progress.resume_requested.connect(lambda: self.current.resume() if self.current else None)
        progress.restart_requested.connect(lambda: self.current.restart() if self.current else None)
        uses.copy.connect(self.copy)
        uses.save.connect(self.save)
        uses.ask.connect(self.ask)
        uses.attach.connect(self.attach)
        for keys, slot in (("Ctrl+W", self.close), ("Ctrl+O", self.file_requested.emit), ("Ctrl+S", self.save)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # The transcription that is shown.

    def show_transcription(self, one: Transcription | None) -> None:
        if one is self.current:
            return
        if self.current is not None:
            for signal, slot in self._connections(self.current):
                signal.disconnect(slot)
        self.current = one
        if one is not None:
            for signal, slot in self._connections(one):
                signal.connect(slot)
        self.files.select(one)
        self.text.show_transcription(one)
        self._show_state()

    def discard(self) -> None:
        self.show_transcription(None)
        super().discard()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._queue.stop()
        super().closeEvent(event)

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)

    def _connections(self, one: Transcription) -> tuple[tuple[SignalInstance, Callable[[], object]], ...]:
        return (one.changed, self._changed), (one.grew, self._changed), (one.cleared, self._cleared)

    def _on_added(self, one: Transcription) -> None:
        self.files.add(one)
        if self.current is None or self.current.state in ("done", "failed", "stopped"):
            self.show_transcription(one)

    def _on_removed(self, one: Transcription) -> None:
        self.files.drop(one)
        if one is self.current:
            self.show_transcription(self._queue.all[-1] if self._queue.all else None)

    def _announce_end(self, one: Transcription) -> None:
        """To a screen reader, once."""
        if one.state in ("done", "failed") and one.property("announced") != one.state:
            announce(self, f"{one.path.name}: {one.status()}")
        one.setProperty("announced", one.state)

    def _changed(self) -> None:
        self._frame.request()

    def _cleared(self) -> None:
        self.text.show_transcription(self.current)
        self._changed()

    def _paint_now(self) -> None:
        self.text.catch_up()
        self._show_state()

    def _show_state(self) -> None:
        one, queue = self.current, self._queue
        self.progress.show_transcription(one, queue)
        self.uses.show_transcription(one)
        words = [format_percent(one.share or 0), one.path.name] if one is not None and one.state == "working" else []
        self.setWindowTitle(plain_title(" – ".join([*words, _("Transcripts"), "Fanlight"])))

    # Copy, save, ask.

    def copy(self) -> None:
        """Copy all of it; a selection is copied with the usual key."""
        if self.current is None or not self.current.segments:
            return
        QGuiApplication.clipboard().setText("".join(render_transcript(self.current.segments, "text")))
        self._mark_kept(self.current)
        self.uses.show_message(_("Copied"))

    def save(self, form: Format = "text") -> None:
        one = self.current
        if one is None or not one.segments:
            return
        suffix = SUFFIXES[form]
        kinds = ";;".join((f"{_(KINDS[form])} (*{suffix})", _("All files (*)")))
        start = str(one.path.with_suffix(suffix))
        name, _kind = QFileDialog.getSaveFileName(self, _("Save Transcript"), start, kinds)
        if not name:
            return
        target, segments, about, whole = Path(name), tuple(one.segments), one.about, one.state == "done"

        def saved(result: FanlightError | None) -> None:
            if isinstance(result, FanlightError):
                self.errors.add_error(result)
            else:
                self.uses.show_message(_("Saved as {name}").format(name=target.name))
                if whole:
                    self._mark_kept(one)

        self._file_worker.call(lambda: save_transcript(render_transcript(segments, form, about), target), saved)

    def ask(self) -> None:
        """Ask about the selection, or all of it."""
        one = self.current
        if one is None or not one.segments:
            return
        chosen = self.text.chosen()
        segments: Sequence[Segment] = one.segments[slice(*chosen)] if chosen else one.segments
        if segments:
            part = len(segments) < len(one.segments)
            self.question_quoted.emit(quotation(one.path.name, segments, self._context_tokens(), part=part))

    def attach(self) -> None:
        """The recording itself, with what is said in it, to the question in the window."""
        if self.current is not None:
            self.recording_attached.emit(self.current.path)

    def _mark_kept(self, one: Transcription) -> None:
        one.kept = one.kept or one.state == "done"


def _describe_drop(mime: QMimeData) -> str:
    """Every file counts as a recording, and nothing else."""
    from fanlight.desktop.mime import read_mime

    count = len(read_mime(mime, peek=True).files)
    return ngettext("Drop to transcribe the file", "Drop to transcribe the files", count) if count else ""
