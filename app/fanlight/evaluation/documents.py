"""A report as a document: a page, JSON, or VLMEvalKit's table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, assert_never

from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import shortened
from fanlight.evaluation.case_json import cases_json
from fanlight.evaluation.cases import Case, EvaluationCase
from fanlight.evaluation.fairness_documents import fairness_document
from fanlight.evaluation.pictures import file_content, small_picture
from fanlight.evaluation.questions import EvaluationResult, FairnessResult
from fanlight.evaluation.report import EvaluationReport
from fanlight.evaluation.report_json import document_text, report_json
from fanlight.evaluation.report_page import report_page
from fanlight.evaluation.tsv_file import tsv_text
from fanlight.i18n import _

DocumentKind = Literal["html", "json", "tsv"]
_ENDINGS: dict[str, DocumentKind] = {".html": "html", ".htm": "html", ".json": "json", ".tsv": "tsv"}


def document_kind(path: Path) -> DocumentKind:
    """By the ending. Raises InputError."""
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise InputError(
            _("{path} has an ending that is not known here.").format(path=shortened(str(path))),
            _("Name a file that ends in .html, .json or .tsv."),
        )
    return kind


def evaluation_document(kind: DocumentKind, cases: Sequence[Case], report: EvaluationReport | None, title: str) -> str:
    """Without a report the cases alone, which no page is made of. Raises FanlightError."""
    usable = [case for case in cases if isinstance(case, EvaluationCase)]
    match kind:
        case "html":
            if report is None:
                raise InputError(_("A page needs answers."), _("Name a file that ends in .json or .tsv."))
            return report_page(report, title, small_picture)
        case "json":
            return document_text(report_json(report) if report else cases_json(usable))
        case "tsv":
            return tsv_text(usable, file_content, _columns(report) if report else {})
        case _:
            assert_never(kind)


def result_document(kind: DocumentKind, result: EvaluationResult | FairnessResult) -> str:
    """Raises FanlightError."""
    if isinstance(result, FairnessResult):
        return fairness_document(kind, result.models, result.source.stem)
    return evaluation_document(kind, result.cases, result.report, result.source.stem)


def _columns(report: EvaluationReport) -> dict[str, dict[str | int, str]]:
    """The answers, as VLMEvalKit keeps them: in `prediction`; those of several models, and scores, by their names."""
    scored = [model for model in report.models if model.answers]
    columns: dict[str, dict[str | int, str]] = {}
    for model in scored:
        behind = "" if len(scored) == 1 else f" {model.name}"
        columns[f"prediction{behind}"] = {id_: answer.text for id_, answer in model.answers.items()}
        columns[f"hit{behind}"] = {id_: f"{answer.score:g}" for id_, answer in model.answers.items()}
    return columns
