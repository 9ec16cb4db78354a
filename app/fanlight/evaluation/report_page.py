"""A report as one web page that needs nothing else: no scripts, small pictures inside, nothing is ever requested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from fanlight.evaluation.cases import EvaluationCase
from fanlight.evaluation.report import EvaluationReport, ModelReport, ScoredAnswer
from fanlight.evaluation.report_text import (
    expected_text,
    interval_text,
    mark_text,
    report_sentences,
    score_cells,
    score_names,
)
from fanlight.exchange.web_page import PAGE_TAIL, page_head
from fanlight.i18n import _

SmallPicture = Callable[[str, Path], Sequence[str]]
"""`data:` addresses of a picture by its name."""
PAGE_STYLE = """
main { max-width: 72rem; }
.scroll { overflow-x: auto; }
.answers { width: 100%; }
td, th { text-align: start; vertical-align: top; }
.answers td { min-width: 9rem; white-space: pre-wrap; }
.answers img { max-width: 10rem; max-height: 10rem; }
.mark { display: block; font-size: 0.85rem; font-weight: 600; }
.right { color: #1a6e3c; } .wrong { color: #a02c2c; } .part { color: #7a5b00; }
@media (prefers-color-scheme: dark) { .right { color: #7fd6a0; } .wrong { color: #f2a3a3; } .part { color: #e6c36a; } }
@media print { .scroll { overflow: visible; } tr { break-inside: avoid; } }
"""


def report_page(report: EvaluationReport, title: str, small_picture: SmallPicture) -> str:
    parts = [page_head(title, PAGE_STYLE), f'<h1 dir="auto">{escape(title)}</h1>\n']
    parts.append(html_table(score_names(), [score_cells(model) for model in report.models]))
    parts += [f'<p dir="auto">{escape(sentence)}</p>\n' for sentence in report_sentences(report)]
    if categories := list(dict.fromkeys(name for model in report.models for name in model.by_category)):
        parts.append(_heading(_("By category")))
        names = [_("Category"), *(model.name for model in report.models)]
        parts.append(html_table(names, [_category_cells(name, report) for name in categories]))
    if report.cases:
        parts.append(_heading(_("Answers side by side")))
        parts.append(_answers(report, small_picture))
    return "".join([*parts, PAGE_TAIL])


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>\n"


def html_table(names: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "scores") -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f'<td dir="auto">{escape(cell)}</td>' for cell in cells) + "</tr>\n" for cells in rows
    )
    return (
        f'<div class="scroll"><table class="{kind}">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table></div>\n"
    )


def _category_cells(name: str, report: EvaluationReport) -> list[str]:
    found = [model.by_category.get(name) for model in report.models]
    return [name or _("No category"), *(interval_text(one) if one else "–" for one in found)]


def _answers(report: EvaluationReport, small_picture: SmallPicture) -> str:
    models = [model for model in report.models if model.answers]
    head = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in (_("Case"), _("Question"), _("Right answer"), *(model.name for model in models))
    )
    rows = "".join(_case_row(case, models, small_picture) for case in report.cases)
    return (
        f'<div class="scroll"><table class="answers">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _case_row(case: EvaluationCase, models: Sequence[ModelReport], small_picture: SmallPicture) -> str:
    addresses = [one for name in case.images for one in small_picture(name, case.folder)]
    shown = "".join(f'<img alt="" src="{address}">' for address in addresses)
    question = f'<td dir="auto">{escape(case.prompt)}{shown}</td>'
    cells = "".join(_answer_cell(model.answers[case.id]) for model in models)
    return (
        f'<tr><td dir="auto">{escape(str(case.id))}</td>{question}'
        f'<td dir="auto">{escape(expected_text(case))}</td>{cells}</tr>\n'
    )


def _answer_cell(answer: ScoredAnswer) -> str:
    kind = "right" if answer.score == 1 else "wrong" if answer.score == 0 else "part"
    mark = f'<span class="mark {kind}">{escape(mark_text(answer))}</span>'
    return f'<td dir="auto">{mark}{escape(answer.text or answer.error)}</td>'
