"""Values read from pages: from a chip, a viewer, or a file to the window, which is made when it is first wanted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog

from fanlight.core.app import Application
from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.structured.page_subject import PageSubject
from fanlight.core.structured.schema_shelf import SchemaShelf
from fanlight.core.structured.structured_reading import StructuredReading
from fanlight.domain.document_errors import PasswordNeeded
from fanlight.domain.errors import FanlightError
from fanlight.domain.path_kinds import as_on_disk
from fanlight.i18n import _
from fanlight.ui.appearance import Appearance
from fanlight.ui.composer.attaching import DOCUMENTS, PICTURES
from fanlight.ui.composer.document_password import DocumentPasswordDialog
from fanlight.ui.structured.window import FOLDER, StructuredWindow
from fanlight.ui.widgets.front import bring_to_front


class StructuredFeature(QObject):
    """Owns the window. `reading` is what it shows."""

    def __init__(self, core: Application, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self.reading = StructuredReading(core.host, core.texts, core.file_worker, core.settings_store, self)
        self.reading.ended.connect(lambda: core.session_manager.current.prefetch())
        self.window = StructuredWindow(
            self.reading, SchemaShelf(core.home), core.file_worker, appearance, core.window_state
        )
        self.window.end_with(self)
        self.window.file_requested.connect(self.pick)
        self.window.dropped.connect(self._open_dropped)

    def open(self, subject: PageSubject | None = None) -> None:
        """With that page, or with what was open last."""
        if subject is not None:
            self.window.show_subject(subject)
        bring_to_front(self.window, ActivationRequest())

    def pick(self) -> None:
        state = self._core.window_state
        folder = state.text(FOLDER) or str(Path.home())
        offered = ((_("Pictures and documents"), f"{PICTURES} {DOCUMENTS}"), (_("All files"), "*"))
        kinds = ";;".join(f"{name} ({patterns})" for name, patterns in offered)
        name, _kind = QFileDialog.getOpenFileName(self.window, _("Read Values from a File"), folder, kinds)
        if name:
            state.keep(**{FOLDER: str(Path(name).parent)})
            self.open_file(as_on_disk(Path(name)))

    def open_file(self, path: Path, password: str = "") -> None:
        side = self._core.settings_store.now.picture_side
        self._core.file_worker.call(
            lambda: subject_of_file(path, side, password), lambda found: self._on_opened(path, found)
        )

    def close(self) -> None:
        self.reading.stop()
        self.window.close()

    def discard(self) -> None:
        """Delete this one; another one replaces it."""
        self.reading.stop()
        self.window.discard()
        self.deleteLater()

    def _open_dropped(self, mime: QMimeData) -> None:
        from fanlight.desktop.mime import read_mime

        if files := read_mime(mime).files:
            self.open_file(files[0])

    def _on_opened(self, path: Path, found: PageSubject | FanlightError) -> None:
        if isinstance(found, PasswordNeeded):
            dialog = DocumentPasswordDialog(found.message, self.window)
            if dialog.exec() == DocumentPasswordDialog.DialogCode.Accepted:
                self.open_file(path, dialog.field.text())
            dialog.deleteLater()
        elif isinstance(found, FanlightError):
            self.window.errors.add_error(found)
        else:
            self.window.show_subject(found)


def subject_of_file(path: Path, picture_side: int, password: str = "") -> PageSubject:
    """Slow; any thread. Raises FanlightError."""
    from fanlight.documents.files import is_document, read_document

    if is_document(path, path.name):
        return PageSubject(path.name, document=read_document(path, password))
    from fanlight.pictures.files import read_file

    return PageSubject(path.name, picture=read_file(path, picture_side))
