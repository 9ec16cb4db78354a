"""The window in which a page becomes the values of a schema: the page, the form beside it, and where they go from
there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from fanlight.core.structured.page_subject import PageSubject
from fanlight.core.structured.schema_shelf import SchemaShelf
from fanlight.core.structured.structured_reading import ReadingState, StructuredReading
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.documents.value_places import joined_boxes
from fanlight.domain.amount_sums import SumFault
from fanlight.domain.errors import FanlightError
from fanlight.domain.schema_fields import Path as ValuePath
from fanlight.i18n import N_, _, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.plain_text import plain_caption, plain_title
from fanlight.ui.structured.page_pane import SubjectPane
from fanlight.ui.structured.schema_picker import SchemaPicker
from fanlight.ui.structured.sum_words import sum_text
from fanlight.ui.structured.value_files import COPIED, NAMES, SUFFIXES, ValueFormat, format_of, save_values, text_of
from fanlight.ui.structured.value_form import ValueForm
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.drops import DropArea
from fanlight.ui.widgets.form import scrolling
from fanlight.ui.widgets.side_window import SideWindow

GEOMETRY, FOLDER = "structured_geometry", "structured_folder"
_STATES: dict[ReadingState, str] = {
    "opening": N_("Opening the page…"),
    "reading": N_("Reading the text of the page…"),
    "asking": N_("The model is reading the values…"),
}


class StructuredWindow(SideWindow):
    """Closing it stops what is being read."""

    file_requested = Signal()
    dropped = Signal(QMimeData)

    def __init__(
        self,
        reading: StructuredReading,
        shelf: SchemaShelf,
        file_worker: FileWorker,
        appearance: Appearance,
        window_state: WindowState,
    ) -> None:
        super().__init__(window_state, GEOMETRY)
        self._reading, self._file_worker, self._appearance = reading, file_worker, appearance
        self._problem = ""
        self._build_view(shelf)
        self._connect_view()
        self.restore_place(1040, 760)
        self._show_page()
        self._show_values()
        self._show_state()

    def _build_view(self, shelf: SchemaShelf) -> None:
        self.errors, self.notices = Banner("error"), Banner("notice")
        self.open_button = push(_("Open…"))
        self.picker = SchemaPicker(shelf, self._file_worker, self._window_state)
        self.read_button, self.stop_button = push(_("Read"), kind="primary"), push(_("Stop"))
        self.status, self.server = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.page, self.form = SubjectPane(), ValueForm()
        self.start_hint = label(_("Choose what to read from the page, then press Read."), "muted", wrap=True)
        self.hint = label(
            _("Point at a value, and it is marked on the page. What is not found there may be made up."),
            "muted",
            wrap=True,
        )
        self.checked = label(kind="error_line", wrap=True)
        self.back_button = push(_("Undo Corrections"))
        self.copy_button, self.save_button = push(_("Copy")), push(_("Save As…"))
        menu = QMenu(self.copy_button)
        for form in COPIED:
            menu.addAction(plain_caption(_(NAMES[form]))).triggered.connect(lambda _on, one=form: self.copy(one))
        self.copy_button.setMenu(menu)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.start_hint)
        column.addWidget(self.hint)
        column.addWidget(scrolling(self.form), 1)
        column.addWidget(self.checked)
        column.addLayout(_row(self.back_button, None))
        column.addLayout(_row(None, self.copy_button, self.save_button))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.page)
        splitter.addWidget(right)
        splitter.setSizes([560, 480])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(10)
        outer.addWidget(self.errors)
        outer.addWidget(self.notices)
        outer.addLayout(_row(self.open_button, self.picker, self.read_button, self.stop_button, self.status))
        outer.addWidget(self.server)
        outer.addWidget(splitter, 1)
        self.setMinimumSize(600, 380)
        self._drop_area = DropArea(self, _describe_drop, self.dropped.emit)

    def _connect_view(self) -> None:
        reading = self._reading
        reading.page_changed.connect(self._show_page)
        reading.state_changed.connect(self._show_state)
        reading.values_changed.connect(self._show_values)
        reading.places_changed.connect(self._show_places)
        reading.checked.connect(self._show_check)
        reading.sum_checked.connect(self._show_sum)
        reading.problem.connect(self.errors.add_error)
        self._appearance.changed.connect(self._recolour)
        self.picker.problem.connect(self.errors.add_error)
        self.picker.changed.connect(self._show_state)
        self.open_button.clicked.connect(self.file_requested)
        self.read_button.clicked.connect(self.read)
        self.stop_button.clicked.connect(reading.stop_asking)
        self.page.previous.clicked.connect(lambda: self.turn(-1))
        self.page.next.clicked.connect(lambda: self.turn(1))
        self.form.corrected.connect(self._on_corrected)
        self.form.pointed.connect(self._point)
        self.back_button.clicked.connect(reading.undo_corrections)
        self.save_button.clicked.connect(self.save)
        for keys, slot in (("Ctrl+W", self.close), ("Ctrl+O", self.file_requested.emit), ("Ctrl+S", self.save),
                           ("Ctrl+Return", self.read), ("Ctrl+PgUp", lambda: self.turn(-1)),
                           ("Ctrl+PgDown", lambda: self.turn(1))):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # What is done.

    def read(self) -> None:
        schema = self.picker.chosen
        if schema is not None and self._reading.subject is not None and not self._reading.is_busy:
            self.errors.dismiss()
            self._reading.ask(schema)

    def turn(self, by: int) -> None:
        subject = self._reading.subject
        if subject is not None and 1 <= subject.number + by <= subject.page_count:
            self._reading.open(subject.at_page(subject.number + by))

    def copy(self, form: ValueFormat) -> None:
        schema = self._reading.schema
        if schema is not None:
            text = text_of(form, schema, self._reading.values)
            QGuiApplication.clipboard().setText(text.removeprefix("\ufeff"))
            announce(self, _("Copied"))
            self.status.setText(_("Copied"))

    def save(self) -> None:
        schema, subject = self._reading.schema, self._reading.subject
        if schema is None or subject is None:
            return
        filters: dict[str, ValueFormat] = {f"{_(NAMES[form])} (*{SUFFIXES[form]})": form for form in NAMES}
        folder = self._window_state.text(FOLDER) or str(Path.home())
        stem = Path(subject.name).stem or schema.name
        page = f"-{subject.number}" if subject.page_count > 1 else ""
        start = Path(folder) / f"{stem}{page}.json"
        name, kind = QFileDialog.getSaveFileName(self, _("Save Values"), str(start), ";;".join(filters))
        if not name:
            return
        chosen = filters.get(kind, "json")
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(SUFFIXES[chosen])
        self._window_state.keep(**{FOLDER: str(path.parent)})
        form, values = format_of(path, chosen), self._reading.values
        self._file_worker.call(lambda: save_values(path, form, schema, values), self._on_saved)

    def _on_saved(self, result: Path | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.errors.add_error(result)
        else:
            self.notices.offer(_("Saved as {name}").format(name=result.name), "", lambda: None)

    def _on_corrected(self, path: ValuePath, value: Any) -> None:
        self._reading.correct(path, value)
        self._show_state()

    # What is shown.

    def _show_page(self) -> None:
        subject = self._reading.subject
        self.page.show_place(subject.number if subject else 1, subject.page_count if subject else 0)
        if subject is None:
            self.page.clear()
        name = subject.name if subject is not None else ""
        words = [name, _("Read Values"), "Fanlight"] if name else [_("Read Values"), "Fanlight"]
        self.setWindowTitle(plain_title(" – ".join(words)))
        self.page.show_page(self._reading.page)

    def _show_values(self) -> None:
        reading = self._reading
        if reading.schema is None:
            self.form.clear()
        else:
            self.form.show_values(reading.schema.fields, reading.values)
        self._show_check("")
        self._show_state()

    def _show_places(self) -> None:
        self.form.show_places(self._reading.places)
        self._show_state()

    def _show_sum(self, fault: SumFault | None) -> None:
        self.form.show_remarks({(fault.total,): sum_text(fault)} if fault is not None else {})

    def _show_check(self, problem: str) -> None:
        self.checked.setText(problem)
        self.checked.setVisible(bool(problem))

    def _show_state(self) -> None:
        reading, has_values = self._reading, self._reading.schema is not None
        self.read_button.setVisible(not reading.is_busy)
        self.stop_button.setVisible(reading.is_busy)
        self.read_button.setEnabled(reading.subject is not None and self.picker.chosen is not None)
        for widget in (self.copy_button, self.save_button):
            widget.setEnabled(has_values)
        self.back_button.setVisible(has_values and reading.was_corrected)
        self.hint.setVisible(has_values)
        self.start_hint.setVisible(not has_values)
        self.server.setText(reading.server_notice)
        self.server.setVisible(bool(reading.server_notice))
        status = self._status()
        if status != self.status.text():
            announce(self, status)
        self.status.setText(status)

    def _status(self) -> str:
        reading = self._reading
        if reading.state in _STATES:
            return _(_STATES[reading.state])
        if reading.schema is None or not reading.places:
            return ""
        missing = sum(found == () for found in reading.places.values())
        if reading.is_from_places:
            return _("Found by where the text stands. “Read” asks the model for it instead.")
        if not missing:
            return _("All values were found on the page.")
        text = ngettext("{count} value was not found on the page", "{count} values were not found on the page", missing)
        return text.format(count=missing)

    def _point(self, path: ValuePath) -> None:
        """Mark where it stands; of a list, all of it."""
        places = self._reading.places
        below: Sequence[Any] = [places[one] for one in places if path and one[: len(path)] == path]
        self.page.mark([box for found in below for place in found or () for box in joined_boxes(place)])

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)

    def show_subject(self, subject: PageSubject) -> None:
        self.errors.dismiss()
        self._reading.open(subject)

    def hideEvent(self, event: object) -> None:  # noqa: ARG002
        self._reading.stop_asking()


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addStretch(1) if widget is None else row.addWidget(widget, int(widget.property("kind") == "muted"))
    return row


def _describe_drop(mime: QMimeData) -> str:
    from fanlight.desktop.mime import read_mime

    return _("Drop to read values from it") if read_mime(mime, peek=True).files else ""
