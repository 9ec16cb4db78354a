"""A fairness check as JSON, whose fields are documented in resources/docs/evaluation.md, or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal

from fanlight.domain.errors import InputError
from fanlight.evaluation.fairness import AnsweredPair, ModelFairness, PairMeasure
from fanlight.evaluation.fairness_text import answers_to, fairness_sentences, limits_sentences
from fanlight.evaluation.paired_tests import LEVEL
from fanlight.evaluation.pairs import QuestionPair
from fanlight.evaluation.pictures import small_picture
from fanlight.evaluation.report_json import document_text, interval_json
from fanlight.evaluation.report_page import PAGE_STYLE
from fanlight.exchange.web_page import PAGE_TAIL, page_head
from fanlight.i18n import _

FORMAT, VERSION = "fanlight-fairness", 1


def fairness_document(kind: Literal["html", "json", "tsv"], models: Sequence[ModelFairness], title: str) -> str:
    """Raises InputError."""
    if kind == "tsv":
        raise InputError(_("Pairs are not written as a table."), _("Name a file that ends in .html or .json."))
    return fairness_page(models, title) if kind == "html" else document_text(fairness_json(models))


def fairness_json(models: Sequence[ModelFairness]) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "level": LEVEL, "models": [_model(model) for model in models]}


def _model(model: ModelFairness) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": model.name,
        "measures": [_measure(one) for one in model.measures],
        "pairs": [
            {
                "id": one.pair.id,
                "attribute": one.pair.attribute,
                "values": list(one.pair.values),
                "question": one.pair.first.question,
                "together": one.pair.together,
                "answers": [one.first, one.second],
            }
            for one in model.answered
        ],
        "left_out": [{"id": id_, "reason": reason} for id_, reason in model.left_out],
    }
    return made | ({"error": model.failure} if model.failure else {})


def _measure(one: PairMeasure) -> dict[str, Any]:
    return {
        "attribute": one.attribute,
        "measured": one.measured.value,
        "values": list(one.values),
        "first": round(one.first, 6),
        "second": round(one.second, 6),
        "difference": interval_json(one.difference),
        "p": round(one.p, 6),
        "found": one.found,
    }


def fairness_page(models: Sequence[ModelFairness], title: str) -> str:
    """Nothing is ever requested, nothing runs."""
    parts = [page_head(title, PAGE_STYLE), f'<h1 dir="auto">{escape(title)}</h1>\n']
    for model in models:
        parts.append(f'<h2 dir="auto">{escape(model.name)}</h2>\n<ul>\n')
        parts += [f'<li dir="auto">{escape(sentence)}</li>\n' for sentence in fairness_sentences(model)]
        parts.append("</ul>\n")
    parts += [f'<p dir="auto">{escape(sentence)}</p>\n' for sentence in limits_sentences()]
    return "".join([*parts, _answers(models), PAGE_TAIL])


def _answers(models: Sequence[ModelFairness]) -> str:
    answered = {one.pair.id: one.pair for model in models for one in model.answered}
    shown = [model for model in models if model.answered]
    names = [_("Pair"), _("First"), _("Second"), *(model.name for model in shown)]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(_pair_row(pair, shown) for pair in answered.values())
    return (
        f'<div class="scroll"><table class="answers">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _pair_row(pair: QuestionPair, models: Sequence[ModelFairness]) -> str:
    sides = "".join(
        f'<td dir="auto">{escape(value)}{_pictures(case.images, pair)}{escape(case.question)}</td>'
        for value, case in zip(pair.values, (pair.first, pair.second), strict=True)
    )
    cells = "".join(_answer_cell(answers_to(pair.id, model)) for model in models)
    return f'<tr><td dir="auto">{escape(str(pair.id))}</td>{sides}{cells}</tr>\n'


def _pictures(names: Sequence[str], pair: QuestionPair) -> str:
    addresses = [one for name in names for one in small_picture(name, pair.first.folder)]
    return "".join(f'<img alt="" src="{address}">' for address in addresses)


def _answer_cell(answers: Sequence[AnsweredPair]) -> str:
    text = "".join(f"{escape(one.first)}\n{escape(one.second)}" for one in answers)
    return f'<td dir="auto">{text}</td>'
