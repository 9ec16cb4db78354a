"""What came of a comparison: the models with their scores, and the answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import in_text_size

if TYPE_CHECKING:
    from fanlight.evaluation.fairness import ModelFairness
    from fanlight.evaluation.report import EvaluationReport

_CELL_CHARACTERS = 400
_FIRST_COLUMNS = 3
LEAST_HEIGHT = 240
MOST_FITTED, _LINES = 500, 5
"""Rows that are as high as their texts; where there are more, that would take seconds, and each has so many lines."""


class _TextTable(QTableWidget):
    """Plain texts that can be read and copied, and are as high as they need."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def show_rows(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.clear()
        self.setColumnCount(len(names))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(names))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(shortened(text, _CELL_CHARACTERS))
                item.setToolTip(plain_tip(text))
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                self.setItem(row, column, item)


class ScoreTable(_TextTable):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Scores"), parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_report(self, report: EvaluationReport) -> None:
        from fanlight.evaluation.report_text import score_cells, score_names

        self.show_rows(score_names(), [score_cells(model) for model in report.models])
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.resizeRowsToContents()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resizeRowsToContents()
        self._fit()

    def _fit(self) -> None:
        """As high as all of its rows."""
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth() + 2)


class AnswerTable(_TextTable):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Answers side by side"), parent)
        self.setMinimumHeight(in_text_size(LEAST_HEIGHT))

    def show_pairs(self, models: Sequence[ModelFairness]) -> None:
        """The two sides of a pair, and their answers, are below each other."""
        from fanlight.evaluation.fairness_text import answers_to

        answered = {one.pair.id: one.pair for model in models for one in model.answered}
        shown = [model for model in models if model.answered]
        rows = [
            [f"{pair.id}\n{pair.attribute}"]
            + [f"{value}\n{case.question}" for value, case in zip(pair.values, (pair.first, pair.second), strict=True)]
            + [
                "\n".join(said for one in answers_to(pair.id, model) for said in (one.first, one.second))
                for model in shown
            ]
            for pair in answered.values()
        ]
        self._show([_("Pair"), _("First"), _("Second"), *(model.name for model in shown)], rows)

    def show_report(self, report: EvaluationReport) -> None:
        from fanlight.evaluation.report_text import expected_text, mark_text

        models = [model for model in report.models if model.answers]
        names = [_("Case"), _("Question"), _("Right answer"), *(model.name for model in models)]
        rows = [
            [str(case.id), case.question, expected_text(case)]
            + [
                f"{mark_text(model.answers[case.id])}\n{model.answers[case.id].text or model.answers[case.id].error}"
                for model in models
            ]
            for case in report.cases
        ]
        self._show(names, rows)

    def _show(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.show_rows(names, rows)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        for column in range(len(names)):
            self.setColumnWidth(column, in_text_size(70 if column == 0 else 200 if column < _FIRST_COLUMNS else 240))
        if len(rows) <= MOST_FITTED:
            self.resizeRowsToContents()
        else:
            lines = self.fontMetrics().lineSpacing() * _LINES
            for row in range(len(rows)):
                self.setRowHeight(row, lines)
