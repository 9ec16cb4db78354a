"""Which schema a page is read by: shipped ones, the user's own, and any file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QMenu, QToolButton, QWidget

from fanlight.core.structured.schema_shelf import ReadingSchema, SchemasFound, SchemaShelf
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.controls import tool
from fanlight.ui.plain_text import plain_caption
from fanlight.ui.structured.schema_dialog import SchemaDialog

CHOSEN, FOLDER = "structured_schema", "schema_folder"


class SchemaPicker(QWidget):
    """The one that was chosen last is chosen again."""

    changed = Signal()
    problem = Signal(object)
    """A FanlightError."""

    def __init__(self, shelf: SchemaShelf, file_worker: FileWorker, window_state: WindowState) -> None:
        super().__init__()
        self._shelf, self._file_worker, self._window_state = shelf, file_worker, window_state
        self._schemas: tuple[ReadingSchema, ...] = ()
        self._opened: dict[str, ReadingSchema] = {}
        self._wanted = window_state.text(CHOSEN)
        self.box = QComboBox()
        self.box.setAccessibleName(_("What to read"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(self._on_activated)
        self.more = tool("more", _("Edit the schema, make a new one, or open a file"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        menu.addAction(plain_caption(_("Edit…"))).triggered.connect(lambda: self.edit(self.chosen))
        menu.addAction(plain_caption(_("New Schema…"))).triggered.connect(lambda: self.edit(None))
        menu.addAction(plain_caption(_("Open a Schema File…"))).triggered.connect(self.pick_file)
        self.more.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addWidget(self.more)
        self.load()

    @property
    def chosen(self) -> ReadingSchema | None:
        return next((schema for schema in self.schemas if schema.name == self.box.currentData()), None)

    @property
    def schemas(self) -> list[ReadingSchema]:
        return [*self._schemas, *self._opened.values()]

    def load(self) -> None:
        """The user's files may have changed."""
        self._file_worker.call(self._shelf.load, self._on_loaded)

    def choose(self, name: str) -> None:
        """As soon as it is there."""
        self._wanted = name
        self._show()

    def edit(self, schema: ReadingSchema | None) -> None:
        dialog = SchemaDialog(self._shelf, schema, self._file_worker, self.window())
        if dialog.exec() == SchemaDialog.DialogCode.Accepted:
            self._opened.pop(dialog.saved, None)
            self._keep(dialog.saved or self._wanted)
            self.load()
        dialog.deleteLater()

    def pick_file(self) -> None:
        folder = self._window_state.text(FOLDER) or str(Path.home())
        kinds = ";;".join((_("JSON schemas (*.json)"), _("All files (*)")))
        name, _kind = QFileDialog.getOpenFileName(self.window(), _("Open a Schema File"), folder, kinds)
        if name:
            path = Path(name)
            self._window_state.keep(**{FOLDER: str(path.parent)})
            self._file_worker.call(lambda: self._shelf.read(path), self._on_read)

    def _on_loaded(self, found: SchemasFound | FanlightError) -> None:
        if isinstance(found, FanlightError):
            self.problem.emit(found)
            return
        self._schemas = found.schemas
        for problem in found.problems:
            self.problem.emit(problem)
        self._show()

    def _on_read(self, found: ReadingSchema | FanlightError) -> None:
        """It is offered until Fanlight ends."""
        if isinstance(found, FanlightError):
            self.problem.emit(found)
            return
        self._opened[found.name] = found
        self._schemas = tuple(one for one in self._schemas if one.name != found.name)
        self.choose(found.name)

    def _show(self) -> None:
        self.box.clear()
        for schema in self.schemas:
            self.box.addItem(schema.title, schema.name)
        self.box.setCurrentIndex(max(0, self.box.findData(self._wanted)))
        self.changed.emit()

    def _on_activated(self, _place: int) -> None:
        self._keep(self.box.currentData() or "")
        self.changed.emit()

    def _keep(self, name: str) -> None:
        self._wanted = name
        self._window_state.keep(**{CHOSEN: name})
