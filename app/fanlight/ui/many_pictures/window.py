"""The window in which many pictures are asked about: a folder, a question, a table to correct, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.many_pictures.picture_run import PictureRun, RunState
from fanlight.core.many_pictures.row_files import (
    SideCarPlan,
    SideCarsWritten,
    plan_side_cars,
    save_rows,
    write_side_cars,
)
from fanlight.core.many_pictures.run_templates import TEMPLATES, RunTemplate, fills_side_cars, template_of
from fanlight.core.structured.schema_shelf import SchemaShelf
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError, OutputError
from fanlight.i18n import N_, _, format_number, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, message_box, push, recolour
from fanlight.ui.many_pictures.preview import PicturePreview
from fanlight.ui.many_pictures.table import PictureTable
from fanlight.ui.many_pictures.words import left_words
from fanlight.ui.plain_text import plain_title
from fanlight.ui.structured.schema_picker import SchemaPicker
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.widgets.side_window import SideWindow

GEOMETRY, FOLDER, TEMPLATE, QUESTION = "pictures_geometry", "pictures_folder", "pictures_template", "pictures_question"
_STATES: dict[RunState, str] = {
    "empty": N_("Choose a folder of pictures."),
    "looking": N_("Looking for pictures…"),
    "stopped": N_("Stopped. What was answered is kept: “Go On” asks about the rest."),
}
_HINT = N_(
    "Each picture of a folder gets an answer of its own: a caption, an alternative text, keywords, the answer to your "
    "own question, or values by a schema. Correct them in the table, then save it, or write them into side-cars (.xmp) "
    "beside the pictures, which photo programs read. The pictures themselves are never changed. You can go on working "
    "meanwhile: your questions come first, and what was answered is there again after a crash."
)
_SAVED = ((N_("Table (*.csv)"), ".csv"), (N_("JSON (*.json)"), ".json"), (N_("Spreadsheet (*.xlsx)"), ".xlsx"))


class ManyPicturesWindow(SideWindow):
    """Closing it does not stop the run."""

    def __init__(
        self,
        run: PictureRun,
        shelf: SchemaShelf,
        file_worker: FileWorker,
        appearance: Appearance,
        window_state: WindowState,
        language: Callable[[], str],
    ) -> None:
        super().__init__(window_state, GEOMETRY)
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=_("Many Pictures"))))
        self._run, self._file_worker, self._appearance, self._language = run, file_worker, appearance, language
        self._build_view(shelf)
        self._connect_view()
        self.restore_place(1040, 760)
        self._show_template()
        self._show_state()

    def _build_view(self, shelf: SchemaShelf) -> None:
        run, state = self._run, self._window_state
        self.errors, self.notices = Banner("error"), Banner("notice")
        self.folder_button, self.folder = push(_("Choose Folder…")), label("", "muted", wrap=True)
        self.inside = QCheckBox(_("Folders inside it, too"))
        self.templates = QComboBox()
        self.templates.setAccessibleName(_("What to ask"))
        for template in TEMPLATES:
            self.templates.addItem(_(template.label), template.name)
        self.templates.setCurrentIndex(max(0, self.templates.findData(state.text(TEMPLATE))))
        self.question = QLineEdit(state.text(QUESTION))
        self.question.setPlaceholderText(_("A question about each picture"))
        self.question.setAccessibleName(_("A question about each picture"))
        self.picker = SchemaPicker(shelf, self._file_worker, state)
        self.start_button, self.stop_button = push(_("Start"), kind="primary"), push(_("Stop"))
        self.status, self.server = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.table, self.preview = PictureTable(run, self._file_worker), PicturePreview(self._file_worker)
        self.again_button, self.back_button = push(_("Ask Again")), push(_("Undo Correction"))
        self.anew_button = push(_("Begin Anew…"))
        self.save_button, self.side_cars_button = push(_("Save Table…")), push(_("Write Side-Cars…"))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([740, 300])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        for row in (
            self.errors, self.notices, _row(self.folder_button, self.folder, self.inside),
            _row(self.templates, self.question, self.picker, None, self.start_button, self.stop_button),
            self.server, self.bar, self.status,
        ):  # fmt: skip
            column.addLayout(row) if isinstance(row, QHBoxLayout) else column.addWidget(row)
        self.splitter = splitter
        self.hint = label(_(_HINT), "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.hint, 1)
        column.addWidget(splitter, 1)
        column.addLayout(_row(self.again_button, self.back_button, self.anew_button, None))
        column.addLayout(_row(None, self.save_button, self.side_cars_button))
        self.setMinimumSize(in_text_size(600), 420)

    def _connect_view(self) -> None:
        run = self._run
        run.state_changed.connect(self._show_state)
        run.rows_reset.connect(self._show_state)
        run.problem.connect(self.errors.add_error)
        self._appearance.changed.connect(self._recolour)
        self.picker.problem.connect(self.errors.add_error)
        self.picker.changed.connect(self._show_state)
        self.folder_button.clicked.connect(self.choose_folder)
        self.inside.toggled.connect(lambda _on: self._reopen())
        self.templates.activated.connect(lambda _place: self._show_template())
        self.question.textChanged.connect(lambda _text: self._show_state())
        self.question.returnPressed.connect(self.start)
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(run.stop)
        self.again_button.clicked.connect(lambda: run.ask_again(self.table.chosen_rows()))
        self.back_button.clicked.connect(self._undo)
        self.anew_button.clicked.connect(self._begin_anew)
        self.save_button.clicked.connect(self.save)
        self.side_cars_button.clicked.connect(self.write_side_cars)
        self.table.rows.refused.connect(lambda why: self.notices.offer(why, "", lambda: None))
        self.table.selectionModel().currentChanged.connect(lambda index, _before: self._show_row(index.row()))
        self.table.selectionModel().selectionChanged.connect(lambda *_both: self._show_choice())
        self.table.rows.dataChanged.connect(lambda *_all: self._show_choice())
        for keys, slot in (("Ctrl+W", self.close), ("Ctrl+O", self.choose_folder), ("Ctrl+S", self.save),
                           ("Ctrl+R", lambda: run.ask_again(self.table.chosen_rows()))):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # What is done.

    @property
    def wanted(self) -> RunTemplate | None:
        """What is to be asked; None while a question or a schema is missing."""
        return template_of(self.templates.currentData(), self.question.text(), self.picker.chosen)

    def choose_folder(self) -> None:
        start = self._window_state.text(FOLDER) or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, _("Choose a Folder of Pictures"), start)
        if name:
            self.open_folder(Path(name))

    def open_folder(self, folder: Path) -> None:
        self.errors.dismiss()
        self._window_state.keep(**{FOLDER: str(folder)})
        self._run.open(folder, self.inside.isChecked())

    def start(self) -> None:
        if (wanted := self.wanted) is not None and self.start_button.isEnabled() and self._run.state != "running":
            self.errors.dismiss()
            self._window_state.keep(**{TEMPLATE: wanted.name, QUESTION: self.question.text()})
            self._run.start(wanted, self._language())

    def save(self) -> None:
        template, folder = self._run.template, self._run.folder
        if template is None or folder is None:
            return
        kinds = {_(words): ending for words, ending in _SAVED}
        start = str(Path(self._window_state.text(FOLDER) or folder) / f"{folder.name or 'pictures'}.csv")
        name, kind = QFileDialog.getSaveFileName(self, _("Save Table"), start, ";;".join(kinds))
        if name:
            path = Path(name) if Path(name).suffix else Path(name).with_suffix(kinds.get(kind, ".csv"))
            rows = [replace(row) for row in self._run.rows]
            self._file_worker.call(lambda: save_rows(path, rows, template), self._on_saved)

    def write_side_cars(self) -> None:
        """What is to be written where is found out on a file thread; then it is asked about those that are there."""
        if (template := self._run.template) is not None:
            rows = [replace(row) for row in self._run.rows]
            self._file_worker.call(lambda: plan_side_cars(rows, template), self._on_planned)

    def _on_planned(self, plan: SideCarPlan | FanlightError) -> None:
        if isinstance(plan, FanlightError):
            self.errors.add_error(plan)
        elif not plan.words:
            self.notices.offer(_("There is nothing to write yet."), "", lambda: None)
        elif (adds := self._asked_to_add(len(plan.known)) if plan.known else True) is not None:
            self._file_worker.call(lambda: write_side_cars(plan, adds_to_known=adds), self._on_side_cars)

    def _asked_to_add(self, count: int) -> bool | None:
        """None: nothing is to be written."""
        text = ngettext(
            "{count} picture has a side-car already.", "{count} pictures have a side-car already.", count
        ).format(count=format_number(count))
        details = _("Adding to it replaces the description or the alternative text, adds keywords, and keeps the rest.")
        box = message_box(self, _("Write Side-Cars"), text, details)
        add = box.addButton(_("Add to Them"), box.ButtonRole.AcceptRole)
        leave = box.addButton(_("Leave Them Out"), box.ButtonRole.ActionRole)
        box.addButton(_("Cancel"), box.ButtonRole.RejectRole)
        box.exec()
        return {add: True, leave: False}.get(box.clickedButton())  # type: ignore[call-overload, no-any-return]

    def _on_side_cars(self, found: SideCarsWritten | FanlightError) -> None:
        if isinstance(found, FanlightError):
            self.errors.add_error(found)
            return
        text = ngettext("{count} side-car was written.", "{count} side-cars were written.", found.written)
        said = text.format(count=format_number(found.written))
        if found.left_out:
            more = ngettext("{count} was left as it is.", "{count} were left as they are.", found.left_out)
            said += " " + more.format(count=format_number(found.left_out))
        self.notices.offer(said, "", lambda: None)
        if found.problem:
            self.errors.add_error(OutputError(found.problem))

    def _on_saved(self, result: Path | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.errors.add_error(result)
        else:
            self.notices.offer(_("Saved as {name}").format(name=result.name), "", lambda: None)

    def _undo(self) -> None:
        for place in self.table.chosen_rows():
            if self._run.rows[place].edited is not None:
                self._run.edit(place, self._run.rows[place].answer)

    def _begin_anew(self) -> None:
        question = _("Forget all answers to this question, and your corrections of them?")
        if confirmed(self, question, _("The pictures and their side-cars stay."), _("Begin Anew")):
            self._run.begin_anew()

    def _reopen(self) -> None:
        if self._run.folder is not None and self._run.state != "running":
            self._run.open(self._run.folder, self.inside.isChecked())

    # What is shown.

    def _show_template(self) -> None:
        name = self.templates.currentData()
        self.question.setVisible(name == "value")
        self.picker.setVisible(name == "schema")
        self._show_state()

    def _show_state(self) -> None:
        run, is_running = self._run, self._run.state == "running"
        self.folder.setText(str(run.folder) if run.folder is not None else "")
        goes_on = run.template is not None and run.template == self.wanted and 0 < run.done < run.total
        self.start_button.setText(_("Go On") if goes_on else _("Start"))
        self.start_button.setEnabled(bool(run.rows) and self.wanted is not None and not is_running)
        self.start_button.setVisible(not is_running)
        self.stop_button.setVisible(is_running)
        for widget in (self.folder_button, self.inside, self.templates, self.question, self.picker):
            widget.setEnabled(not is_running)
        self.bar.setVisible(is_running)
        self.bar.setRange(0, max(1, run.total))
        self.bar.setValue(run.done)
        server = run.server_notice
        self.server.setText(server)
        self.server.setVisible(bool(server))
        status = self._status()
        if status != self.status.text() and not is_running:
            announce(self, status)
        self.status.setText(status)
        self.hint.setVisible(not run.rows)
        self.splitter.setVisible(bool(run.rows))
        self._show_choice()

    def _status(self) -> str:
        run = self._run
        if run.state in _STATES:
            return _(_STATES[run.state])
        if not run.rows:
            return _("There are no pictures in this folder.")
        if run.state == "ready":
            text = ngettext("{count} picture", "{count} pictures", run.total)
            return text.format(count=format_number(run.total))
        words = _("{done} of {total} pictures")
        said = words.format(done=format_number(run.done), total=format_number(run.total))
        if run.failed:
            text = ngettext("{count} could not be answered", "{count} could not be answered", run.failed)
            said += "; " + text.format(count=format_number(run.failed))
        return f"{said}; {left_words(run.seconds_left)}" if run.seconds_left is not None else said

    def _show_choice(self) -> None:
        run, is_idle = self._run, self._run.state not in ("running", "looking")
        chosen = [place for place in self.table.chosen_rows() if place < len(run.rows)]
        has_answers = run.template is not None and any(row.has_value or row.error for row in run.rows)
        self.again_button.setEnabled(is_idle and bool(chosen) and run.template is not None)
        self.back_button.setEnabled(any(run.rows[place].edited is not None for place in chosen))
        self.anew_button.setEnabled(is_idle and has_answers)
        self.save_button.setEnabled(has_answers)
        self.side_cars_button.setEnabled(
            has_answers and is_idle and run.template is not None and fills_side_cars(run.template)
        )

    def _show_row(self, place: int) -> None:
        self.preview.show_picture(self._run.rows[place].path if 0 <= place < len(self._run.rows) else None)

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.table.stop()
        super().closeEvent(event)


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        is_wide = widget is not None and (widget.property("kind") == "muted" or isinstance(widget, QLineEdit))
        row.addStretch(1) if widget is None else row.addWidget(widget, 2 * int(is_wide))
    return row
