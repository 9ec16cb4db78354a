"""The window in which models are compared on cases of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.model_comparison import ComparisonState, ModelComparison
from fanlight.core.model_list import ModelList
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import host_of
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.domain.os_errors import os_reason
from fanlight.files import replace_file
from fanlight.i18n import N_, _, format_number
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.models.comparison_tables import AnswerTable, ScoreTable
from fanlight.ui.models.words import model_caption
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.form import scrolling
from fanlight.ui.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from fanlight.core.model_comparison import ComparisonResult
    from fanlight.evaluation.documents import DocumentKind

GEOMETRY, FOLDER = "comparison_geometry", "comparison_folder"
_MOST_LINES = 4
"""Of models, before they are scrolled."""
_HINT = N_(
    "Cases are questions with pictures and the right answers, as a list in JSON or as a table of VLMEvalKit. The page "
    "“Command line” of the manual (F1) shows how to write them."
)
_SPEC = Qt.ItemDataRole.UserRole
_STATES: dict[ComparisonState, str] = {
    "stopped": N_("Stopped. What was answered is kept: “Go On” asks the rest."),
    "interrupted": N_("Stopped, since the model was needed for a question. “Go On” asks the rest."),
    "done": N_("Done."),
}
_KINDS: dict[DocumentKind, str] = {
    "html": N_("Web page ({pattern})"),
    "json": N_("All figures and answers ({pattern})"),
    "tsv": N_("VLMEvalKit's table ({pattern})"),
}


class ComparisonWindow(SideWindow):
    """Closing it does not stop the comparison."""

    def __init__(
        self,
        comparison: ModelComparison,
        models: ModelList,
        file_worker: FileWorker,
        appearance: Appearance,
        window_state: WindowState,
    ) -> None:
        super().__init__(window_state, GEOMETRY)
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=_("Compare Models"))))
        self._comparison, self._models = comparison, models
        self._file_worker, self._appearance = file_worker, appearance
        self.source: Path | None = comparison.result.source if comparison.result is not None else None
        self._shown: ComparisonResult | None = None
        self._build_view()
        self._connect_view()
        self.restore_place(940, 720)
        self._show_models()
        self._show_state()

    def _build_view(self) -> None:
        self.errors, self.notices = Banner("error"), Banner("notice")
        self.choose_button, self.file = push(_("Choose Cases…")), label("", "muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Models to compare"))
        self.start_button, self.stop_button = push(_("Compare"), kind="primary"), push(_("Stop"))
        self.save_button = push(_("Save As…"))
        self.bar, self.status = QProgressBar(), label("", "muted", wrap=True)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.scores, self.answers, self.said = ScoreTable(), AnswerTable(), label("", wrap=True)
        self.hint = label(_(_HINT), "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.errors)
        column.addWidget(self.notices)
        column.addLayout(_row(self.choose_button, self.file))
        column.addWidget(self.list)
        column.addLayout(_row(self.start_button, self.stop_button, self.status, self.save_button))
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        column.addWidget(self._made_results(), 1)
        self.setMinimumSize(in_text_size(470), 360)

    def _made_results(self) -> QWidget:
        """Of large texts more than fits: they are scrolled then."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.scores)
        column.addWidget(self.said)
        column.addWidget(self.answers, 1)
        column.addStretch(0)
        self.results = scrolling(inside)
        return self.results

    def _connect_view(self) -> None:
        comparison = self._comparison
        comparison.changed.connect(self._show_state)
        comparison.problem.connect(self.errors.add_error)
        self._models.changed.connect(self._show_models)
        self._appearance.changed.connect(self._recolour)
        self.choose_button.clicked.connect(self.choose_file)
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(comparison.stop)
        self.save_button.clicked.connect(self.save)
        self.list.itemChanged.connect(self._show_state)
        for keys, slot in (("Ctrl+W", self.close), ("Esc", self.close), ("Ctrl+O", self.choose_file),
                           ("Ctrl+S", self.save)):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.choose_button.setFocus()

    # What is done.

    def choose_file(self) -> None:
        kinds = ";;".join((_("Cases (*.json *.jsonl *.tsv)"), _("All files (*)")))
        folder = self._window_state.text(FOLDER) or str(Path.home())
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose Cases"), folder, kinds)
        if name:
            self.source = Path(name)
            self._window_state.keep(**{FOLDER: str(self.source.parent)})
            self._show_state()

    def start(self) -> None:
        if self.source is not None:
            self.errors.dismiss()
            self._comparison.start(self.source, self.chosen_models())

    def chosen_models(self) -> list[ModelSpec]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(_SPEC) for item in items if item.checkState() == Qt.CheckState.Checked]

    def save(self) -> None:
        """The ending that is typed decides; without one, the kind that is chosen."""
        result = self._comparison.result
        if result is None:
            return
        filters = {_(text).format(pattern=f"*.{kind}"): kind for kind, text in _KINDS.items()}
        start = result.source.with_name(f"{result.source.stem}-report.html")
        name, chosen = QFileDialog.getSaveFileName(self, _("Save Comparison"), str(start), ";;".join(filters))
        if not name:
            return
        place = Path(name)
        if place.suffix.lower().removeprefix(".") not in _KINDS:
            place = place.with_name(f"{place.name}.{filters.get(chosen, 'html')}")
        self._file_worker.call(lambda: _write(result, place), self._on_saved)

    def _on_saved(self, result: Path | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.errors.add_error(result)
        else:
            self.notices.offer(_("Saved as {name}").format(name=result.name), "", lambda: None)

    # What is shown.

    def _show_models(self) -> None:
        """Those that can be used; what is checked stays so, at first the model that is open."""
        rows = [row for row in (*self._models.own, *self._models.others) if row.usable]
        checked = [spec.source for spec in self.chosen_models()]
        if not self.list.count():
            checked = [row.spec.source for row in rows if self._models.is_open(row.spec)]
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(_caption(row.spec))
            item.setData(_SPEC, row.spec)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            is_checked = row.spec.source in checked
            item.setCheckState(Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        lines = max(1, min(_MOST_LINES, self.list.count()))
        self.list.setFixedHeight(lines * max(1, self.list.sizeHintForRow(0)) + 2 * self.list.frameWidth() + 4)
        self._show_state()

    def _show_state(self) -> None:
        comparison, running = self._comparison, self._comparison.state == "running"
        self.file.setText(str(self.source) if self.source else _("A file with your questions and the right answers."))
        self.start_button.setText(_("Go On") if comparison.state in ("stopped", "interrupted") else _("Compare"))
        self.start_button.setEnabled(not running and self.source is not None and bool(self.chosen_models()))
        for widget in (self.choose_button, self.list):
            widget.setEnabled(not running)
        self.stop_button.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setRange(0, comparison.progress.total)
        self.bar.setValue(comparison.progress.done)
        status = self._status()
        if status != self.status.text() and not running:
            announce(self, status)
        self.status.setText(status)
        self._show_result()

    def _status(self) -> str:
        progress = self._comparison.progress
        if self._comparison.state != "running":
            return _(_STATES[self._comparison.state]) if self._comparison.state in _STATES else ""
        if not progress.total:
            return _("Loading the model…")
        return _("{model}: {done} of {total} answers").format(
            model=progress.model, done=format_number(progress.done), total=format_number(progress.total)
        )

    def _show_result(self) -> None:
        result = self._comparison.result
        for widget in (self.scores, self.said, self.answers, self.save_button):
            widget.setVisible(result is not None)
        self.hint.setVisible(result is None and self._comparison.state != "running")
        if result is None or result is self._shown:
            return
        from fanlight.evaluation.report_text import report_sentences

        self._shown = result
        self.scores.show_report(result.report)
        self.answers.show_report(result.report)
        self.said.setText("\n".join(report_sentences(result.report)))

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)


def _caption(spec: ModelSpec) -> str:
    """With the computer that is asked, where that is not this one."""
    if not isinstance(spec.source, ModelAddress):
        return model_caption(spec)
    text = _("{name} – the questions, with their pictures, are sent to {host}")
    return text.format(name=spec.name, host=host_of(spec.source.url))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, int(widget.property("kind") == "muted"))
    return row


def _write(result: ComparisonResult, place: Path) -> Path:
    """On a thread for files. Raises FanlightError."""
    from fanlight.evaluation.documents import evaluation_document

    kind = cast("DocumentKind", place.suffix.lower().removeprefix("."))
    text = evaluation_document(kind, result.cases, result.report, result.source.stem)
    try:
        replace_file(place, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InputError(
            _("{path} cannot be written: {reason}.").format(path=place.name, reason=os_reason(error)),
            _("Choose another place."),
        ) from error
    return place
