"""The window in which models are compared on cases of one's own."""

from __future__ import annotations

from pathlib import Path

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
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.evaluation import DRAWN
from fanlight.i18n import N_, _, format_number
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.models.comparison_results import ComparisonResults, save_filters, save_place, writing
from fanlight.ui.models.words import model_caption
from fanlight.ui.plain_text import plain_tip, plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.form import scrolling
from fanlight.ui.widgets.side_window import SideWindow

GEOMETRY, FOLDER = "comparison_geometry", "comparison_folder"
_MOST_LINES = 4
"""Of models, before they are scrolled."""
_HINT = N_(
    "Cases are questions with pictures and the right answers, as a list in JSON or as a table of VLMEvalKit. Pairs are "
    "questions or pictures that differ in one attribute: they show whether a model treats both alike. The pages “The "
    "command line” and “Evaluation” of the manual (F1) show how to write them."
)
_SPEC = Qt.ItemDataRole.UserRole
_STATES: dict[ComparisonState, str] = {
    "stopped": N_("Stopped. What was answered is kept: “Go On” asks the rest."),
    "interrupted": N_("Stopped, since the model was needed for a question. “Go On” asks the rest."),
    "done": N_("Done."),
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
        self._build_view()
        self._connect_view()
        self.restore_place(940, 720)
        self._show_models()
        self._show_state()

    def _build_view(self) -> None:
        self.errors, self.notices = Banner("error"), Banner("notice")
        self.choose_button, self.file = push(_("Choose Cases…")), label("", "muted", wrap=True)
        self.drawn_button = push(_("Drawn Pairs"))
        self.drawn_button.setToolTip(plain_tip(_("See on drawn shapes how a fairness check works")))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Models to compare"))
        self.start_button, self.stop_button = push(_("Compare"), kind="primary"), push(_("Stop"))
        self.save_button = push(_("Save As…"))
        self.bar, self.status = QProgressBar(), label("", "muted", wrap=True)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.results = ComparisonResults()
        self.hint = label(_(_HINT), "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.errors)
        column.addWidget(self.notices)
        column.addLayout(_row(self.choose_button, self.drawn_button, self.file))
        column.addWidget(self.list)
        column.addLayout(_row(self.start_button, self.stop_button, self.status, self.save_button))
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        column.addWidget(scrolling(self.results), 1)  # of large texts more than fits
        self.setMinimumSize(in_text_size(470), 360)

    def _connect_view(self) -> None:
        comparison = self._comparison
        comparison.changed.connect(self._show_state)
        comparison.problem.connect(self.errors.add_error)
        self._models.changed.connect(self._show_models)
        self._appearance.changed.connect(self._recolour)
        self.choose_button.clicked.connect(self.choose_file)
        self.drawn_button.clicked.connect(self.choose_drawn)
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
        kinds = ";;".join((_("Cases and pairs (*.json *.jsonl *.tsv)"), _("All files (*)")))
        folder = self._window_state.text(FOLDER) or str(Path.home())
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose Cases"), folder, kinds)
        if name:
            self.source = Path(name)
            self._window_state.keep(**{FOLDER: str(self.source.parent)})
            self._show_state()

    def choose_drawn(self) -> None:
        self.source = Path(DRAWN)
        self._show_state()

    def start(self) -> None:
        if self.source is not None:
            self.errors.dismiss()
            self._comparison.start(self.source, self.chosen_models())

    def chosen_models(self) -> list[ModelSpec]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(_SPEC) for item in items if item.checkState() == Qt.CheckState.Checked]

    def save(self) -> None:
        result = self._comparison.result
        if result is None:
            return
        filters = save_filters(result)
        folder = self._window_state.text(FOLDER) or str(Path.home())
        start = result.source if result.source.is_absolute() else Path(folder) / result.source
        start = start.with_name(f"{start.stem}-report.html")
        name, chosen = QFileDialog.getSaveFileName(self, _("Save Comparison"), str(start), ";;".join(filters))
        if name:
            self._file_worker.call(writing(result, save_place(name, chosen, filters)), self._on_saved)

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
        self.file.setText(self._source_text())
        self.start_button.setText(_("Go On") if comparison.state in ("stopped", "interrupted") else _("Compare"))
        self.start_button.setEnabled(not running and self.source is not None and bool(self.chosen_models()))
        for widget in (self.choose_button, self.drawn_button, self.list):
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

    def _source_text(self) -> str:
        if self.source is None:
            return _("A file with your questions and the right answers, or with pairs.")
        if str(self.source) == DRAWN:
            return _("Drawn shapes in pairs, alike but for their color, size or place.")
        return str(self.source)

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
        self.results.show_result(result)
        self.save_button.setVisible(result is not None)
        self.hint.setVisible(result is None and self._comparison.state != "running")

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
