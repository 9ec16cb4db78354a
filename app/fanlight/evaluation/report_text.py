"""A report as lines of text, and the sentences that it is told in everywhere."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence

from fanlight.domain.amounts import size
from fanlight.domain.path_kinds import shortened
from fanlight.evaluation.cases import EvaluationCase, Scoring
from fanlight.evaluation.intervals import Interval
from fanlight.evaluation.report import EvaluationReport, ModelDifference, ModelReport, ScoredAnswer
from fanlight.i18n import _, format_decimal, format_number, format_percent, ngettext

_ANSWER_CHARACTERS, _QUESTION_CHARACTERS = 160, 100
FEW_CASES = 30
"""With fewer the intervals themselves are rough."""


def report_text(report: EvaluationReport) -> str:
    """The table of models, what it says, and each case with its answers."""
    lines = [*_table([score_names(), *(score_cells(model) for model in report.models)]), ""]
    lines += report_sentences(report)
    categories = list(dict.fromkeys(name for model in report.models for name in model.by_category))
    lines += [""] if categories else []
    for category in categories:
        shares = [
            f"{model.name} {interval_text(model.by_category[category])}"
            for model in report.models
            if category in model.by_category
        ]
        name = category or _("No category")
        lines.append(f"{name}: {'; '.join(shares)}")
    for case in report.cases:
        lines += ["", *_case_lines(case, report)]
    return "\n".join(lines).rstrip() + "\n"


def score_names() -> list[str]:
    return [_("Model"), _("Right"), _("95% interval"), _("Seconds a case"), _("Memory")]


def score_cells(model: ModelReport) -> list[str]:
    """As wide as `score_names`."""
    if model.score is None:
        return [model.name, "–", "–", "–", "–"]
    return [
        model.name,
        percent_text(model.score.mean),
        bounds_text(model.score),
        format_decimal(model.seconds, 2),
        size(model.peak_bytes) if model.peak_bytes else "–",
    ]


def percent_text(share: float) -> str:
    return format_percent(share)


def bounds_text(interval: Interval) -> str:
    return _("{low} to {high}").format(low=percent_text(interval.low), high=percent_text(interval.high))


def interval_text(interval: Interval) -> str:
    return f"{percent_text(interval.mean)} ({bounds_text(interval)})"


def report_sentences(report: EvaluationReport) -> list[str]:
    """What can be said from it, and what not."""
    said = [
        _("{model} could not be used: {reason}").format(model=model.name, reason=model.failure)
        for model in report.models
        if model.failure
    ]
    said += [_difference_sentence(one) for one in report.differences]
    count = len(report.cases)
    if count:
        text = ngettext(
            "{count} case was scored. The interval is where the share would lie for other cases of the same kind.",
            "{count} cases were scored. The interval is where the share would lie for other cases of the same kind.",
            count,
        )
        said.append(text.format(count=format_number(count)))
        if count < FEW_CASES:
            said.append(_("With fewer than {few} cases the intervals are rough.").format(few=FEW_CASES))
    else:
        said.append(_("No case could be scored."))
    if report.left_out:
        text = ngettext(
            "{count} case was left out, which no model could answer; it is {id}: {reason}",
            "{count} cases were left out, which no model could answer; the first is {id}: {reason}",
            len(report.left_out),
        )
        id_, reason = report.left_out[0]
        said.append(text.format(count=len(report.left_out), id=json.dumps(id_, ensure_ascii=False), reason=reason))
    said += _failed_sentences(report)
    return said


def _difference_sentence(one: ModelDifference) -> str:
    low, high = percent_text(max(one.difference.low, 0.0)), percent_text(one.difference.high)
    if one.difference.low > 0:
        text = _("{better} is right more often than {other}, by {mean} of the cases (95% interval: {low} to {high}).")
        return text.format(
            better=one.better, other=one.other, mean=percent_text(one.difference.mean), low=low, high=high
        )
    return _("These cases cannot tell whether {better} or {other} is right more often.").format(
        better=one.better, other=one.other
    )


def _failed_sentences(report: EvaluationReport) -> Iterator[str]:
    for model in report.models:
        failed = [answer.error for answer in model.answers.values() if answer.error]
        if failed:
            text = ngettext(
                "{model} could not answer {count} case, which counts as wrong: {reason}",
                "{model} could not answer {count} cases, which count as wrong. The first reason: {reason}",
                len(failed),
            )
            yield text.format(model=model.name, count=len(failed), reason=failed[0])
        if cut := sum(not answer.complete for answer in model.answers.values()):
            text = ngettext(
                "{count} answer of {model} was cut off; it is scored as it is.",
                "{count} answers of {model} were cut off; they are scored as they are.",
                cut,
            )
            yield text.format(model=model.name, count=cut)


def expected_text(case: EvaluationCase) -> str:
    """The right answers, for display."""
    if case.scoring is Scoring.FIELDS:
        return json.dumps(case.answers[0], ensure_ascii=False)
    if case.scoring is Scoring.CHOICE:
        return " / ".join(f"{letter}. {case.options[letter]}" for letter in case.answers)
    text = " / ".join(str(one) for one in case.answers)
    return f"{text} ± {case.tolerance.written}" if case.tolerance.written else text


def mark_text(answer: ScoredAnswer) -> str:
    """Whether it is right, in a word; a percentage for a part of the fields."""
    if answer.score == 1:
        return _("right")
    return _("wrong") if answer.score == 0 else percent_text(answer.score)


def _case_lines(case: EvaluationCase, report: EvaluationReport) -> Iterator[str]:
    question = shortened(" ".join(case.question.split()), _QUESTION_CHARACTERS)
    expected = shortened(expected_text(case), _QUESTION_CHARACTERS)
    yield f"{case.id}: {question}  [{expected}]"
    for model in report.models:
        if answer := model.answers.get(case.id):
            said = shortened(" ".join((answer.text or answer.error).split()), _ANSWER_CHARACTERS)
            yield f"  {model.name}: {mark_text(answer)}: {said}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows]  # fmt: skip


def _width(text: str) -> int:
    """Columns of a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(one) in "WF" else 0 if unicodedata.combining(one) else 1 for one in text
    )
