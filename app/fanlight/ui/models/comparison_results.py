"""What came of a comparison, below each other: scores, what they say, answers; and how it is saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, assert_never, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.files import replace_file
from fanlight.i18n import N_, _
from fanlight.ui.controls import label
from fanlight.ui.models.comparison_tables import AnswerTable, ScoreTable

if TYPE_CHECKING:
    from fanlight.evaluation.documents import DocumentKind
    from fanlight.evaluation.questions import EvaluationResult, FairnessResult

_KINDS: dict[DocumentKind, str] = {
    "html": N_("Web page ({pattern})"),
    "json": N_("All figures and answers ({pattern})"),
    "tsv": N_("VLMEvalKit's table ({pattern})"),
}


class ComparisonResults(QWidget):
    """Of pairs there are no scores: it says what differs inside them."""

    def __init__(self) -> None:
        super().__init__()
        self.scores, self.answers, self.said = ScoreTable(), AnswerTable(), label("", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._shown: EvaluationResult | FairnessResult | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.scores)
        column.addWidget(self.said)
        column.addWidget(self.answers, 1)
        column.addStretch(0)

    def show_result(self, result: EvaluationResult | FairnessResult | None) -> None:
        """None hides them."""
        self.said.setVisible(result is not None)
        self.answers.setVisible(result is not None)
        if result is None:
            self.scores.hide()
        elif result is not self._shown:
            self._fill(result)
        self._shown = result

    def _fill(self, result: EvaluationResult | FairnessResult) -> None:
        from fanlight.evaluation.fairness_text import fairness_sentences, limits_sentences
        from fanlight.evaluation.questions import EvaluationResult, FairnessResult
        from fanlight.evaluation.report_text import report_sentences

        match result:
            case EvaluationResult(report=report):
                self.scores.show_report(report)
                self.answers.show_report(report)
                said = report_sentences(report)
            case FairnessResult(models=models):
                self.answers.show_pairs(models)
                said = [line for one in models for line in (one.name, *map(_listed, fairness_sentences(one)), "")]
                said += limits_sentences()
            case _:
                assert_never(result)
        self.scores.setVisible(isinstance(result, EvaluationResult))
        self.said.setText("\n".join(said))


def save_filters(result: EvaluationResult | FairnessResult) -> dict[str, DocumentKind]:
    """What it can be saved as, by how that is told."""
    from fanlight.evaluation.questions import FairnessResult

    kinds = [kind for kind in _KINDS if kind != "tsv" or not isinstance(result, FairnessResult)]
    return {_(_KINDS[kind]).format(pattern=f"*.{kind}"): kind for kind in kinds}


def save_place(name: str, chosen: str, filters: dict[str, DocumentKind]) -> Path:
    """The ending that is typed decides; without one, the kind that is chosen."""
    place = Path(name)
    if place.suffix.lower().removeprefix(".") in _KINDS:
        return place
    return place.with_name(f"{place.name}.{filters.get(chosen, 'html')}")


def writing(result: EvaluationResult | FairnessResult, place: Path) -> Callable[[], Path]:
    """For a thread for files. It raises FanlightError."""

    def write() -> Path:
        from fanlight.evaluation.documents import result_document

        text = result_document(cast("DocumentKind", place.suffix.lower().removeprefix(".")), result)
        try:
            replace_file(place, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise InputError(
                _("{path} cannot be written: {reason}.").format(path=place.name, reason=os_reason(error)),
                _("Choose another place."),
            ) from error
        return place

    return write


def _listed(sentence: str) -> str:
    return f"• {sentence}"
