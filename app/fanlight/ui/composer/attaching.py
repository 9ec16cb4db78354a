"""From a file, a drop or the clipboard to a chip, and on to its conversation. Recordings go elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.attachment_reader import Source, read_attachment
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session import ChatSession
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError, ImagesUnsupported, PictureError, RemotePicture
from fanlight.domain.events import Finished, ImageReady, PromptProgress, TokensCounted
from fanlight.pictures import recordings
from fanlight.ui.composer.chips import Chip
from fanlight.ui.composer.composer import Composer

MOST_PICTURES = 24
PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic"
SOUNDS = " ".join(f"*{suffix}" for suffix in recordings.SUFFIXES)
FILTER = f"Pictures and recordings ({PICTURES} {SOUNDS});;Pictures ({PICTURES});;Recordings ({SOUNDS});;All files (*)"


class AttachmentLoader(QObject):
    problem = Signal(object)
    recorded = Signal(object)
    """Sound and video files, as a list of paths."""

    def __init__(
        self,
        composer: Composer,
        session_manager: SessionManager,
        host: ModelHost,
        file_worker: FileWorker,
        side: Callable[[], int],
    ) -> None:
        super().__init__(composer)
        self._composer, self._session_manager, self._host, self._file_worker = (
            composer,
            session_manager,
            host,
            file_worker,
        )
        self._side = side
        self._folder = str(Path.home())
        composer.chips.changed.connect(self._changed)

    def pick(self, parent: QWidget) -> None:
        names, _ = QFileDialog.getOpenFileNames(parent, "Attach pictures or recordings", self._folder, FILTER)
        if names:
            self._folder = str(Path(names[0]).parent)
            self.files([Path(name) for name in names])

    def take(self, mime: QMimeData) -> bool:
        """Whether there was a picture in it, or a reason to say why not."""
        from fanlight.desktop import mime as sorter

        found = sorter.pictures(mime)
        if found.remote:
            self.problem.emit(RemotePicture(found.remote))
        self.files(found.files)
        for name, data in found.blobs:
            self._read(data, name or "Pasted picture")
        for image in found.images:
            self._read(partial(sorter.from_qimage, image), "Pasted picture")
        return bool(found)

    def files(self, files: Sequence[Path]) -> None:
        """Pictures at once; what has the name of a recording is looked into first."""
        named = [path for path in files if recordings.by_name(path)]
        for path in files:
            if path not in named:
                self._read(path, path.name)
        if named:
            self._file_worker.call(lambda: recordings.sorted_out(named), self._sorted)

    def hear(self, event: object) -> None:
        """What the model says about the pictures on the chips."""
        chips = self._composer.chips
        match event:
            case TokensCounted(image_id, tokens):
                for chip in chips.of(image_id):
                    chip.set_tokens(tokens)
            case ImageReady(image_id, tokens):
                for chip in chips.of(image_id):
                    chip.set_tokens(tokens)
                    chip.set_ready()
            case PromptProgress(done, total):
                for chip in chips.chips:
                    chip.set_progress(done, total)
            case Finished():
                for chip in chips.chips:
                    chip.set_ready()

    def refresh(self) -> None:
        """The chips of the conversation on the screen, and what the model can do with them."""
        if self._composer.chips.attachments != self._session_manager.current.attached:
            self._composer.show_attachments(self._session_manager.current.attached)
        self._mark()

    def _read(self, source: Source, name: str) -> None:
        session = self._session_manager.current
        if len(self._composer.chips.chips) >= MOST_PICTURES:
            self.problem.emit(PictureError(f"A question takes at most {MOST_PICTURES} pictures.", "Ask in two steps."))
            return
        chip = self._composer.chips.expect(name)
        self._composer.refresh()
        side = self._side()
        self._file_worker.call(lambda: _picture(source, name, side), lambda result: self._came(session, chip, result))

    def _sorted(self, result: tuple[list[Path], list[Path]] | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        pictures, sounds = result
        for path in pictures:
            self._read(path, path.name)
        if sounds:
            self.recorded.emit(sounds)

    def _came(self, session: ChatSession, chip: Chip, result: Attachment | Path | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            self._composer.chips.drop(chip)
        elif isinstance(result, Path):
            self._composer.chips.drop(chip)
            self.recorded.emit([result])
        elif chip in self._composer.chips.chips:
            chip.set_attachment(result)
            self._changed()
        elif session is not self._session_manager.current:
            session.attach((*session.attached, result))
        self._composer.pictures_read()

    def _changed(self) -> None:
        session, attachments = self._session_manager.current, self._composer.chips.attachments
        if attachments and not self._host.supports_images and len(attachments) > len(session.attached):
            self.problem.emit(ImagesUnsupported("This model cannot see pictures."))
        session.attach(attachments)
        self._composer.refresh()
        self._mark()

    def _mark(self) -> None:
        """Chips whose picture no one will encode do not say that it is being encoded."""
        for chip in self._composer.chips.chips:
            if not self._host.supports_images:
                chip.set_unseen()
            elif self._host.condition == "failed":
                chip.set_ready()


def _picture(source: Source, name: str, side: int) -> Attachment | Path:
    """The file itself where it is a recording, whatever it is called. Slow; any thread. Raises PictureError."""
    try:
        return read_attachment(source, name, side)
    except PictureError:
        if isinstance(source, Path) and recordings.is_recording(source):
            return source
        raise
